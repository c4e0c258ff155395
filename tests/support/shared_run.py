"""A run of scripted attempts with a real outbox, inbox, board and Redis; alone also as a process.

`python -m tests.support.shared_run RUN PLAYBOOK SCOPE URL TEXT...` has the first task learn the
texts, waits for a line on its standard input, goes on, and prints the ledger.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from orchestrator.adapters.bus.address import PASSWORD
from orchestrator.adapters.bus.codec import encode_event, messages, standings
from orchestrator.adapters.bus.connect import connected
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.bus.board import Board
from orchestrator.application.bus.inbox import Inbox, Reading
from orchestrator.application.bus.outbox import Outbox, Writing
from orchestrator.application.bus.state import BusState
from orchestrator.application.engine import Engine, Received
from orchestrator.application.telling import Tell
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import LearningAdded
from orchestrator.domain.learnings.learning import Learning, Provenance, Reach
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import End
from orchestrator.ports.bus import Bus
from orchestrator.ports.journal import Recorded
from tests.support.effects import ScriptedEffects, accepted
from tests.support.plans import make_run
from tests.support.recorded import BASELINE, record

Script = Callable[[AttemptSpec, Tell, Board], None]
"""What an attempt does before it is accepted."""


class SharingEffects(ScriptedEffects):
    """Attempts that learn from each other while they are under way."""

    def __init__(self, script: Script, board: Board) -> None:
        super().__init__(accepted)
        self._play, self._board = script, board

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        self._play(spec, tell, self._board)
        return super().attempt(spec, tell)


@dataclass(slots=True, kw_only=True)
class SharedRun:
    """A run of `tasks` tasks. With `trusts` all that it learns by itself is trusted at once."""

    name: str
    playbook: str
    bus: Bus
    script: Script
    tasks: int
    learns: bool = False
    trusts: bool = False
    board: Board = field(default_factory=Board)
    journal: MemoryJournal = field(default_factory=lambda: MemoryJournal(SystemClock()))
    run: Run = field(init=False)

    def go(self) -> End:
        """Take the run to its end, with everything flushed."""
        self.run = make_run({f"t{n:03}": [] for n in range(self.tasks)}, concurrency=4)
        executor: ThreadExecutor[Received] = ThreadExecutor(6)
        state = BusState(executor.post)
        outbox, inbox = self._outbox(state), self._inbox(executor, state)

        def observe(run: Run, recorded: Sequence[Recorded]) -> None:
            if self.trusts:
                _trust(run, recorded, self.name)
            inbox.observe(run, recorded)
            outbox.observe(run, recorded)

        observe(self.run, record(self.run, self.journal, BASELINE))
        effects = SharingEffects(self.script, self.board)
        engine = Engine(self.run, self.journal, effects, executor, observe=observe)
        try:
            return engine.go()
        finally:
            outbox.close()
            inbox.close()

    def _outbox(self, state: BusState) -> Outbox:
        return Outbox(
            self.bus,
            self.name,
            self.playbook,
            writing=Writing(standing=standings.encode, message=messages.encode, event=encode_event),
            history=self.journal.read,
            tell=partial(state.hear, "outbox"),
        )

    def _inbox(self, executor: ThreadExecutor[Received], state: BusState) -> Inbox:
        return Inbox(
            self.bus,
            self.name,
            self.playbook if self.learns else None,
            consumer=f"{self.name}-{os.getpid()}",
            board=self.board,
            reading=Reading(standing=standings.decode, message=messages.decode),
            tell=executor.post,
            state=state.hear,
        )


def _trust(run: Run, recorded: Sequence[Recorded], name: str) -> None:
    """Trust what the run itself has learnt."""
    for entry in recorded:
        event = entry.event
        if isinstance(event, LearningAdded) and event.learning.provenance.run == name:
            run.ledger.put(Standing(learning=event.learning, status="trusted"))


def main(name: str, playbook: str, scope: str, url: str, *texts: str) -> None:
    """Be one of several processes."""
    go_on = threading.Event()

    def script(spec: AttemptSpec, tell: Tell, _: Board) -> None:
        if spec.task.id != "t000":
            go_on.wait(60)
            return
        for text in texts:
            reach: Reach = "run" if text.startswith("private") else "playbook"
            source = Provenance(source="agent", run=name)
            tell(Learning(kind="fix", text=text, reach=reach, provenance=source))

    bus = connected(url, os.environ[PASSWORD])
    shared = SharedRun(
        name=name,
        playbook=playbook,
        bus=bus,
        script=script,
        tasks=2,
        learns=scope == "playbook",
        trusts=True,
    )
    threading.Thread(target=partial(_wait, go_on), daemon=True).start()
    end = shared.go()
    bus.close()
    ledger = {one.learning.text: one.status for one in shared.run.ledger}
    board = sorted(one.learning.text for one in shared.board.standings)
    print(json.dumps({"end": end.state, "ledger": ledger, "board": board}))  # noqa: T201


def _wait(go_on: threading.Event) -> None:
    sys.stdin.readline()
    go_on.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
