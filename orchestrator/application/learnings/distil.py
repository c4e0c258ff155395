"""The change to a playbook's prompt that a run proposes, and the reminder that there is one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from orchestrator.application.learnings.changes import Change
from orchestrator.application.learnings.documents import standing_document
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.counting import many
from orchestrator.domain.events import AttemptEnded
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
from orchestrator.domain.learnings.life import Vote
from orchestrator.domain.learnings.proposal import Action, FileChange, Line, Proposal, Spoken
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.prompt import DEFAULT
from orchestrator.domain.run import Run

PROMPT_FILE, KEY = "prompt.md", "prompt"
"""What a playbook's prompt is called where it has none yet, and the key that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """How a playbook tells its agents what is wanted.

    `name` is its prompt's file, "" where it has none; `text` is what that file holds, `recipe` what
    its playbook.yaml does, which is called `file`.
    """

    name: str
    text: str
    recipe: str
    file: str


def spoken(changes: Iterable[Change]) -> Mapping[str, list[Spoken]]:
    """Return who spoke for or against each learning, by its id, in the order of the verdicts."""
    heard: dict[str, list[Spoken]] = {}
    for one in changes:
        if one.vote != "none" and isinstance(one.entry.event, AttemptEnded):
            by = _by(one.entry.event.result, one.vote)
            heard.setdefault(one.now.learning.id, []).append(by)
    return heard


def _by(result: AttemptResult, vote: Vote) -> Spoken:
    return Spoken(says=vote, task=result.task, attempt=result.number, commit=result.commit or "")


def candidates(prompt: Prompt, ledger: Ledger, now: float) -> list[Standing]:
    """Return what is proven and would be new in the prompt."""
    gone = {one.learning.id for one in retired_in(prompt.text, ledger.standings)}
    return fresh(prompt.text, worth_a_line(ledger, now), gone)


def proposal(
    prompt: Prompt,
    ledger: Ledger,
    verdicts: Mapping[str, Sequence[Spoken]],
    now: float,
    phrased: Mapping[str, str],
) -> Proposal:
    """Return the change that makes a playbook's prompt tell what was learned.

    `phrased` has other words for some learnings, by id; `now` is in seconds since the epoch.
    """
    retired = retired_in(prompt.text, ledger.standings)
    gone = {one.learning.id for one in retired}
    news = candidates(prompt, ledger, now)
    known = told_in(prompt.text).keys()
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
        changes=_changes(prompt, bullets, gone) if lines else (),
        untold=len(proven) - len(news),
    )


def _changes(
    prompt: Prompt, bullets: Sequence[str], gone: Collection[str]
) -> tuple[FileChange, ...]:
    if prompt.name:
        after = revised(prompt.text, bullets, gone)
        return (FileChange(name=prompt.name, before=prompt.text, after=after),)
    named = FileChange(
        name=prompt.file,
        before=prompt.recipe,
        after=f"{_ended(prompt.recipe)}{KEY}: {PROMPT_FILE}\n",
    )
    return (FileChange(name=PROMPT_FILE, before=None, after=revised(DEFAULT, bullets, gone)), named)


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else f"{text}\n"


def to_distil(run: Run, now: float, prompt: str = "") -> int:
    """Return how many learnings of a run that has ended, or waits, its prompt does not tell yet.

    `prompt` is what the playbook's says by now.
    """
    return len(fresh(prompt, worth_a_line(run.ledger, now), ())) if run.ended else 0


def reminder(run: Run, now: float, prompt: str = "") -> str:
    """Return what to do about them, in words; "" where there is none."""
    count = to_distil(run, now, prompt)
    if not count:
        return ""
    name = run.started.run if run.started else ""
    return f"{many(count, 'trusted learning')} for the prompt: leafcut learnings distil {name}"


def document(proposed: Proposal) -> dict[str, object]:
    """Return a proposal as data."""
    return {
        "diff": proposed.diff,
        "files": [one.name for one in proposed.changes],
        "lines": [_line(one) for one in proposed.lines],
        "untold": proposed.untold,
    }


def _line(line: Line) -> dict[str, object]:
    return {
        "action": line.action,
        **standing_document(line.standing),
        "text": line.words,
        "phrased": line.phrased,
        "verdicts": [asdict(one) for one in line.verdicts],
    }
