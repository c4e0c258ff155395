"""Where slices come from, as plain values: what the sections of their pages tell of a run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from orchestrator.domain.blindness import blind
from orchestrator.domain.events import AttemptEnded, Event
from orchestrator.domain.expressions import Value
from orchestrator.domain.learnings.standing import LearningStatus
from orchestrator.domain.playbook import ParamValue, Playbook
from orchestrator.domain.run import Run
from orchestrator.domain.slices import CODEMOD
from orchestrator.domain.verdict import CheckResult

Links = Mapping[str, tuple[int, str]]
"""The number and the address of pull requests by their branch, as far as they are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A learning that an attempt was told, and what verdicts have made of it so far.

    `told` counts attempts, `helpful` those accepted after a failure of its kind, `harmful` those
    that failed so all the same.
    """

    id: str
    text: str
    status: LearningStatus
    told: int = 0
    helpful: int = 0
    harmful: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What one task took, all its attempts together; `cost_usd` is 0 where no price is known."""

    attempts: int
    tokens: int = 0
    cost_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where slices come from.

    `values` are what expressions may name, `head` is the integration branch's commit, `blind` names
    the checks that said nothing against a broken file, `baseline` is what they said of the base.
    `spent` and `lessons` are by task. `report` is an address at which all of it can be read, if
    there is one.
    """

    run: str
    playbook: Playbook
    params: Mapping[str, ParamValue]
    values: Mapping[str, Value]
    base: str
    head: str
    blind: tuple[str, ...] = ()
    baseline: tuple[CheckResult, ...] = ()
    spent: Mapping[str, Spent] = field(default_factory=dict)
    lessons: Mapping[str, tuple[Lesson, ...]] = field(default_factory=dict)
    report: str = ""

    def anywhere(self) -> dict[str, Value]:
        """Return what expressions name, as it is on no machine in particular."""
        own: dict[str, Value] = {"python": "python", "playbook.dir": self.playbook.name}
        return {**self.values, **own, "task.files": "FILES", "files_from": "FILES"}

    def portable(self, command: str) -> str:
        """Return an expanded command without the paths of the machine that it ran on."""
        for name in ("playbook.dir", "python"):
            if here := self.values.get(name):
                command = command.replace(str(here), str(self.anywhere()[name]))
        return command

    def told(self, run: Run, events: Iterable[Event]) -> "Origin":
        """Return this with what a run's journal tells: baseline, what was spent, what was told."""
        baseline = run.baseline
        return replace(
            self,
            blind=tuple(blind(run)),
            baseline=baseline.checks if baseline else (),
            spent={
                task: Spent(attempts=one.attempts, tokens=one.tokens, cost_usd=one.cost_usd)
                for task, one in run.tasks.items()
            },
            lessons=_lessons(run, events),
        )


def who(agent: str) -> str:
    """Return an agent's name as plain text."""
    return "codemod" if agent == CODEMOD else agent


def _lessons(run: Run, events: Iterable[Event]) -> dict[str, tuple[Lesson, ...]]:
    """Return by task what the attempt was told whose change set was accepted last."""
    standings = run.ledger.standings
    ids = {
        event.result.task: event.result.learnings
        for event in events
        if isinstance(event, AttemptEnded) and event.result.outcome == "accepted"
    }
    return {
        task: tuple(
            Lesson(
                id=name,
                text=standings[name].learning.text,
                status=standings[name].status,
                told=standings[name].told,
                helpful=standings[name].helpful,
                harmful=standings[name].harmful,
            )
            for name in names
            if name in standings
        )
        for task, names in ids.items()
    }
