"""A run told event by event, each at its time, for whoever looks at runs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.watched import Reading, Said, Watched
from orchestrator.domain.attempt import AttemptOutcome, AttemptResult
from orchestrator.domain.commands import Answer
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CheckingStarted,
    Event,
    Landed,
    LandingEnded,
    LandingStarted,
    PersonCommand,
    RunEnded,
    RunStarted,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import Plan
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded
from tests.support.effects import FixedClock
from tests.support.plans import BASE, make_plan


class Story:
    """Tell what happens; the run goes along, so that what cannot happen is not told.

    `busy` says whether a process is at work on it.
    """

    def __init__(self, edges: Mapping[str, Sequence[str]], **policy: Any) -> None:
        """Begin with a plan of these tasks, each with those that it depends on."""
        self.plan = make_plan(edges)
        self.policy = Policy(**{"agents": ("codemod",), **policy})
        self.run = Run(self.plan, self.policy)
        self.clock = FixedClock()
        self.recorded: list[Recorded] = []
        self.busy = True

    def at(self, time: float) -> "Story":
        """Go to a moment, in seconds since the epoch."""
        self.clock.time = time
        return self

    def tell(self, *events: Event) -> "Story":
        """Let something happen now."""
        for event in events:
            apply(self.run, event)
            self.recorded.append(Recorded(len(self.recorded) + 1, self.clock.time, event))
        return self

    def begin(self, *, residue: int = 10) -> "Story":
        """Start the run and take the baseline."""
        started = RunStarted(
            run="p-123456",
            plan_hash="h",
            base=BASE,
            branch="refs/heads/integration",
            sandbox="local",
            agents=self.policy.agents,
            concurrency=self.policy.concurrency,
            version="0",
        )
        return self.tell(started, BaselineTaken(checks=(), residue=residue))

    def start(self, *tasks: str) -> "Story":
        """Send tasks to their agents."""
        for task in tasks:
            number = self.run.tasks[task].attempts + 1
            self.tell(
                AttemptStarted(
                    task=task,
                    number=number,
                    agent=self.run.agent_of(task),
                    base=self.run.head,
                    token=f"{task}/{number}",
                )
            )
        return self

    def check(self, task: str) -> "Story":
        """Let a task's agent have ended, and its checks run."""
        return self.tell(CheckingStarted(task=task, token=self._token(task)))

    def finish(self, task: str, outcome: AttemptOutcome = "accepted", **result: Any) -> "Story":
        """End a task's attempt."""
        if outcome in {"accepted", "rejected"} and self.run.tasks[task].state == "working":
            self.check(task)
        said = AttemptResult(
            **{
                "task": task,
                "number": self.run.tasks[task].attempts,
                "token": self._token(task),
                "outcome": outcome,
                "commit": "c" * 40 if outcome == "accepted" else None,
                "files": (f"{task}.py",),
                "change_hash": f"{task}{len(self.recorded)}",
                "reason": "" if outcome == "accepted" else outcome,
                **result,
            }
        )
        return self.tell(AttemptEnded(result=said))

    def batch(self, *tasks: str) -> "Story":
        """Begin to land tasks that wait in the queue."""
        number = self.run.batches + 1
        return self.tell(LandingStarted(batch=number, head=self.run.head, tasks=tasks))

    def land(self, *tasks: str) -> "Story":
        """Land tasks that wait in the queue."""
        if self.run.landing is None:
            self.batch(*tasks)
        landed = tuple(
            Landed(task=task, commit=f"{task}-commit", checked=task, files=(f"{task}.py",))
            for task in tasks
        )
        batch = self.run.landing.batch if self.run.landing else 0
        return self.tell(LandingEnded(batch=batch, head=f"{tasks[-1]}-commit", landed=landed))

    def do(self, *tasks: str) -> "Story":
        """Take tasks from ready to landed, one after the other."""
        for task in tasks:
            self.start(task).finish(task).land(task)
        return self

    def end(self, **said: Any) -> "Story":
        """End the run; nobody works on it any more."""
        self.busy = False
        return self.tell(RunEnded(**{"state": "done", **said}))

    def look(self) -> Look:
        """Return what is known of it now."""
        look = Look(self.plan, self.policy)
        look.take_in(self.recorded)
        look.now, look.alive = self.clock.time, self.busy
        return look

    def watched(self, folder: Path, **parts: Any) -> "Telling":
        """Keep it in a journal, as a face is given it; `parts` are other parts of `Watched`."""
        return Telling(self, folder / "journal.sqlite", parts)

    def _token(self, task: str) -> str:
        return f"{task}/{self.run.tasks[task].attempts}"


@dataclass(slots=True)
class Telling:
    """A story in a journal on disk: `watched` reads it, `keep` brings what was told since."""

    story: Story
    path: Path
    parts: Mapping[str, Any]
    asked: list[PersonCommand] = field(default_factory=list)
    watched: Watched = field(init=False)
    _kept: int = 0

    def __post_init__(self) -> None:
        """Keep what has been told."""
        self.keep()
        self.watched = Watched(
            **{
                "name": "p-123456",
                "target": "/nowhere",
                "playbook": "p",
                "who": "someone",
                "reading": self._reading,
                "busy": lambda: self.story.busy,
                "ask": self._ask,
                "go_on": lambda: "engine.log",
                "said": _nothing_said,
                "told": lambda span: f"do {span.task}",
                "changed": lambda commit: f"{commit}\n",
                "slices": lambda asking: (),  # noqa: ARG005 - as a face calls it
                "now": self.story.clock.now,
                **self.parts,
            }
        )

    def keep(self) -> None:
        """Bring what was told since into the journal."""
        with closing(SqliteJournal(self.path, self.story.clock)) as journal:
            now = self.story.clock.time
            for entry in self.story.recorded[self._kept :]:
                self.story.clock.time = entry.at
                journal.append([entry.event])
            self._kept = len(self.story.recorded)
            self.story.clock.time = now

    def _ask(self, command: PersonCommand) -> Answer | None:
        self.asked.append(command)
        return None

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        with closing(SqliteJournal(self.path, FixedClock())) as journal:
            yield _Open(self.story.plan, self.story.policy, journal)


@dataclass(frozen=True, slots=True)
class _Open:
    plan: Plan
    policy: Policy
    journal: SqliteJournal

    def news(self, after: int, most: int) -> Sequence[Recorded]:
        return self.journal.read(after, most)

    def last(self) -> int:
        return self.journal.last()

    def waiting(self) -> Sequence[PersonCommand]:
        return self.journal.commands()


def _nothing_said(span: AttemptSpan) -> Said:
    return Said("", live=span.ended is None)
