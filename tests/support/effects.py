"""The engine's effects without git, sandboxes or agents: scripted results."""

import threading
from collections.abc import Callable

from orchestrator.application.land import Batch
from orchestrator.application.telling import Tell
from orchestrator.domain.attempt import UNSPENT, AttemptResult, AttemptSpec
from orchestrator.domain.events import (
    CheckingStarted,
    HeadChecked,
    Landed,
    LandingEnded,
    LandingStarted,
)
from orchestrator.domain.run import Run


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        """Start at second 1000."""
        self.time = 1000.0

    def now(self) -> float:
        """Return the time that was set."""
        return self.time


class ScriptedEffects:
    """Does what `script` says of each attempt; lands everything."""

    def __init__(self, script: Callable[[AttemptSpec], AttemptResult]) -> None:
        """Keep the script and count what happens."""
        self.script = script
        self.interrupted = threading.Event()
        self.attempts: list[AttemptSpec] = []
        self.batches: list[tuple[str, ...]] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        """Play an attempt."""
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self.attempts.append(spec)
        try:
            result = self.script(spec)
            if result.outcome not in UNSPENT:
                tell(CheckingStarted(task=spec.task.id, token=spec.token))
            return result
        finally:
            with self._lock:
                self._at_once -= 1

    def batch(self, run: Run, intent: LandingStarted) -> Batch:
        """Gather nothing but the number and the head."""
        assert run.landing is None
        self.batches.append(intent.tasks)
        return Batch(number=intent.batch, head=intent.head, candidates=())

    def land(self, batch: Batch, _: Tell) -> LandingEnded:
        """Land the batch's tasks."""
        tasks = self.batches[batch.number - 1]
        landed = tuple(
            Landed(task=task, commit=f"{task}@{batch.number}", checked=task, files=(f"{task}.py",))
            for task in tasks
        )
        return LandingEnded(batch=batch.number, head=f"head{batch.number}", landed=landed)

    def check_head(self, verified: str, head: str) -> HeadChecked:
        """Find nothing wrong."""
        assert verified != head
        return HeadChecked(head=head)

    def interrupt(self) -> None:
        """Let waiting scripts go on."""
        self.interrupted.set()


def accepted(spec: AttemptSpec) -> AttemptResult:
    """Return an accepted change set."""
    return AttemptResult(
        task=spec.task.id,
        number=spec.number,
        token=spec.token,
        outcome="accepted",
        commit="c" * 40,
        files=spec.task.files,
        change_hash=f"{spec.task.id}-{spec.number}",
        residue=0,
    )
