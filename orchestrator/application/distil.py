"""A proposed change to a playbook's prompt, made of what verdicts have proven, and its evidence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.counting import many
from orchestrator.domain.events import AttemptEnded, Event, tasks_of
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.distil import (
    bullet,
    fresh,
    retired_in,
    revised,
    told_in,
    wording,
    worth_a_line,
)
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.plan import Plan
from orchestrator.domain.policy import Policy
from orchestrator.domain.prompt import DEFAULT
from orchestrator.domain.run import Run
from orchestrator.domain.unified import unified

PROMPT_FILE, KEY = "prompt.md", "prompt"
"""What a playbook's prompt is called where it has none yet, and the key that names it."""

Says: TypeAlias = Literal["helpful", "harmful", "clean"]
Action: TypeAlias = Literal["add", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A verdict that counted for or against a learning; `commit` is its change set, if any."""

    says: Says
    task: str
    attempt: int = 0
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line that is added or taken out, and why. `words` are without their mark.

    `phrased` says that they are an agent's, not the learning's own.
    """

    action: Action
    words: str
    standing: Standing
    verdicts: tuple[Spoken, ...] = ()
    phrased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file of the playbook's folder, before (None: it is not there) and after."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a person may accept.

    `untold` counts what is proven and is left out: there is no room, or its words are there.
    """

    lines: tuple[Line, ...] = ()
    changes: tuple[FileChange, ...] = ()
    untold: int = 0

    @property
    def diff(self) -> str:
        """The change as a unified diff, to be applied in the playbook's folder."""
        return "".join(unified(one.name, one.before, one.after) for one in self.changes)

    def unproven(self, ledger: Ledger, now: float) -> list[str]:
        """Return the ids of lines that what was learned since speaks against."""
        worthy = {one.learning.id for one in worth_a_line(ledger, now)}
        added = (one.standing.learning.id for one in self.lines if one.action == "add")
        return [name for name in added if name not in worthy]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a playbook tells its agents what is wanted.

    `name` is its prompt's file, "" where it has none; `text` is what that file holds, `recipe` what
    its playbook.yaml does, which is called `file`.
    """

    name: str
    text: str
    recipe: str
    file: str


def spoken(plan: Plan, policy: Policy, events: Iterable[Event]) -> Mapping[str, list[Spoken]]:
    """Return the verdicts that counted for or against each learning, in the order they fell.

    The fold alone knows what counts, so it is watched: whose counters go up at which event.
    """
    run, heard, before = Run(plan, policy), dict[str, list[Spoken]](), dict[str, Standing]()
    for event in events:
        apply(run, event)
        for name in sorted(run.ledger.changed):
            now = run.ledger.standings[name]
            heard.setdefault(name, []).extend(_spoken(event, before.get(name), now))
            before[name] = now
        run.ledger.changed.clear()
    return heard


def _spoken(event: Event, old: Standing | None, new: Standing) -> Iterable[Spoken]:
    risen: dict[Says, int] = {
        "helpful": new.helpful - (old.helpful if old else 0),
        "harmful": new.harmful - (old.harmful if old else 0),
        "clean": new.clean - (old.clean if old else 0),
    }
    for says, more in risen.items():
        if more > 0:
            yield _verdict(says, event)


def _verdict(says: Says, event: Event) -> Spoken:
    if isinstance(event, AttemptEnded):
        result = event.result
        return Spoken(
            says=says, task=result.task, attempt=result.number, commit=result.commit or ""
        )
    return Spoken(says=says, task=", ".join(sorted(tasks_of(event))))


def candidates(told: Told, ledger: Ledger, now: float) -> list[Standing]:
    """Return what is proven and would be new in the prompt."""
    gone = {one.learning.id for one in retired_in(told.text, ledger.standings)}
    return fresh(told.text, worth_a_line(ledger, now), gone)


def proposal(
    told: Told,
    ledger: Ledger,
    verdicts: Mapping[str, Sequence[Spoken]],
    now: float,
    phrased: Mapping[str, str],
) -> Proposal:
    """Return the change that makes a playbook's prompt tell what was learned.

    `phrased` has other words for some learnings, by id; `now` is in seconds since the epoch.
    """
    retired = retired_in(told.text, ledger.standings)
    gone = {one.learning.id for one in retired}
    news = candidates(told, ledger, now)
    known = told_in(told.text).keys()
    proven = [one for one in worth_a_line(ledger, now) if one.learning.id not in known]

    def line(action: Action, one: Standing) -> Line:
        name = one.learning.id
        words = wording(one.learning, phrased.get(name, ""))
        heard = tuple(verdicts.get(name, ()))
        return Line(
            action=action, words=words, standing=one, verdicts=heard, phrased=name in phrased
        )

    lines = (*(line("add", one) for one in news), *(line("remove", one) for one in retired))
    bullets = [bullet(one.standing.learning.id, one.words) for one in lines if one.action == "add"]
    return Proposal(
        lines=lines,
        changes=_changes(told, bullets, gone) if lines else (),
        untold=len(proven) - len(news),
    )


def _changes(told: Told, bullets: Sequence[str], gone: Collection[str]) -> tuple[FileChange, ...]:
    if told.name:
        after = revised(told.text, bullets, gone)
        return (FileChange(name=told.name, before=told.text, after=after),)
    named = FileChange(
        name=told.file, before=told.recipe, after=f"{_ended(told.recipe)}{KEY}: {PROMPT_FILE}\n"
    )
    return (FileChange(name=PROMPT_FILE, before=None, after=revised(DEFAULT, bullets, gone)), named)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def to_distil(run: Run, now: float) -> int:
    """Return how many learnings of a run that has ended, or waits, could go to its prompt."""
    return len(worth_a_line(run.ledger, now)) if run.ended else 0


def reminder(run: Run, now: float) -> str:
    """Return what to do about them, in words; "" where there is none."""
    count = to_distil(run, now)
    name = run.started.run if run.started else ""
    return f"{many(count, 'trusted learning')}: leafcut learnings distil {name}" if count else ""


def document(proposed: Proposal) -> dict[str, object]:
    """Return a proposal as data."""
    return {
        "diff": proposed.diff,
        "files": [one.name for one in proposed.changes],
        "lines": [_line(one) for one in proposed.lines],
        "untold": proposed.untold,
    }


def _line(line: Line) -> dict[str, object]:
    standing = line.standing
    learning = standing.learning
    return {
        "id": learning.id,
        "action": line.action,
        "text": line.words,
        "phrased": line.phrased,
        "status": standing.status,
        "from": asdict(learning.provenance),
        "signature": learning.signature,
        "paths": list(learning.scope.paths),
        "told": standing.told,
        "helpful": standing.helpful,
        "harmful": standing.harmful,
        "clean": standing.clean,
        "verdicts": [
            {"says": one.says, "task": one.task, "attempt": one.attempt, "commit": one.commit}
            for one in line.verdicts
        ],
    }
