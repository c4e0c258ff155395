"""What a task is and what has become of it, as lists for a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.near.story import Episode
from orchestrator.application.watching.tasks import by_urgency
from orchestrator.domain.counting import many
from orchestrator.domain.events import Landed
from orchestrator.domain.learnings.gist import gist
from orchestrator.domain.run import Run


@dataclass(frozen=True, slots=True)
class History:
    """One thing that happened to a task; `at` is in seconds since the epoch."""

    at: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a task. Neighbours are task ids, what a person cares for most first.

    `facts` are pairs of a name and what is so, `learnings` pairs of how one stands and what it
    says: those that any attempt was given or found.
    """

    files: tuple[str, ...]
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    note: str
    hand_off: str
    learnings: tuple[tuple[str, str], ...]
    history: tuple[History, ...]


def about(look: Look, task: str, told: Sequence[Episode]) -> About:
    """Return what is known of a task; `told` are its attempts."""
    run, status = look.run, look.run.tasks[task]
    return About(
        files=status.files or run.by_id[task].files,
        needs=_neighbours(run, run.by_id[task].depends_on),
        needed_by=_neighbours(run, run.dependents(task)),
        facts=tuple(_facts(run, task)),
        note=status.note,
        hand_off=status.hand_off,
        learnings=tuple(_learnings(run, [one.span for one in told])),
        history=tuple(sorted(_history(told), key=lambda one: one.at)),
    )


def _neighbours(run: Run, tasks: Iterable[str]) -> tuple[str, ...]:
    return tuple(by_urgency(run, (task for task in tasks if task in run.tasks)))


def _facts(run: Run, task: str) -> Iterator[tuple[str, str]]:
    planned, status = run.by_id[task], run.tasks[task]
    yield "agents, in order", ", ".join(run.ladder(task))
    if status.agent:
        yield "agent chosen by a person", status.agent
    if status.commit:
        yield "commit", status.commit
    yield "occurrences", _occurrences(planned.occurrences, status.residue)
    yield "size", f"{many(planned.lines, 'line')}, weight {planned.cost:g}"
    if planned.stage != "migrate":
        yield "stage", planned.stage
    if planned.owners:
        yield "owners", ", ".join(planned.owners)
    if planned.follows:
        yield "follows", planned.follows
    if status.own_files:
        yield "grew from", ", ".join(status.own_files)


def _occurrences(planned: int, left: int | None) -> str:
    return str(planned) if left is None else f"{planned}, {left} left after the last attempt"


def _learnings(run: Run, spans: Sequence[AttemptSpan]) -> Iterator[tuple[str, str]]:
    given = [
        name
        for span in spans
        for name in (span.result.learnings if span.result else run.ledger.given.get(span.token, ()))
    ]
    for name in dict.fromkeys(given):
        if (standing := run.ledger.standings.get(name)) is not None:
            yield standing.status, gist(standing.learning.text)


def _history(told: Sequence[Episode]) -> Iterator[History]:
    for episode in told:
        span, name = episode.span, f"attempt {episode.name}"
        yield History(span.began, f"{name} began: {span.agent}")
        if span.checking is not None:
            yield History(span.checking, f"{name}: its agent ended, checks began")
        if span.ended is not None:
            reason = f": {span.result.reason}" if span.result and span.result.reason else ""
            yield History(span.ended, f"{name} {span.outcome}{reason}")
        for look in episode.landings:
            yield History(look.span.began, f"landing, batch {look.span.batch}, began")
            said = look.said
            what = (
                f"landed as {said.commit[:10]}"
                if isinstance(said, Landed)
                else f"sent back: {said.reason}"
            )
            yield History(look.span.ended or look.span.began, what)
