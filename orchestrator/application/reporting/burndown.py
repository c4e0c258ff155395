"""What was left to do over working time, by replaying the journal."""

from collections.abc import Iterator, Sequence

from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.facts import Point
from orchestrator.domain.events import BaselineTaken, Event, HeadChecked, LandingEnded
from orchestrator.domain.fold import apply
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded

POINTS = 400
"""How many moments are told of at most."""


def burndown(run: Run, recorded: Sequence[Recorded], axis: Axis) -> tuple[Point, ...]:
    """Return how much was left, the first moment first; `run` is one to which nothing happened.

    A moment is told of when something changed; of many that lie close together the last one is.
    """
    points: list[Point] = []
    for point in _points(run, recorded, axis):
        if points and _same(points[-1], point):
            continue
        close = len(points) > 1 and point.worked - points[-2].worked < axis.total / POINTS
        points[len(points) - close :] = [point]
    if points and points[-1].worked < axis.total:
        points.append(_later(points[-1], axis.total))
    return tuple(points)


def _same(one: Point, other: Point) -> bool:
    return _later(one, other.worked) == other


def _later(point: Point, worked: float) -> Point:
    return Point(
        worked=worked,
        tasks=point.tasks,
        stuck=point.stuck,
        landed=point.landed,
        residue=point.residue,
    )


def _points(run: Run, recorded: Sequence[Recorded], axis: Axis) -> Iterator[Point]:
    residue = sum(task.occurrences for task in run.by_id.values())
    for entry in recorded:
        apply(run, entry.event)
        residue = max(0, residue - _removed(run, entry.event))
        if isinstance(entry.event, BaselineTaken) and not run.counts["landed"]:
            residue = entry.event.residue
        elif run.ended is not None and run.ended.residue is not None:
            residue = run.ended.residue
        yield _point(run, round(axis.at(entry.at), 3), residue)


def _point(run: Run, worked: float, residue: int) -> Point:
    counts = run.counts
    over = counts["landed"] + counts["unchanged"] + counts["skipped"]
    return Point(
        worked=worked,
        tasks=len(run.by_id) - over,
        stuck=counts["failed"] + counts["blocked"],
        landed=counts["landed"],
        residue=residue,
    )


def _removed(run: Run, event: Event) -> int:
    """Return how many occurrences are gone by an event; fewer than none by a revert."""
    if isinstance(event, LandingEnded):
        return sum(_of(run, one.task) for one in event.landed)
    if isinstance(event, HeadChecked):
        return -sum(_of(run, one.task) for one in event.reverted)
    return 0


def _of(run: Run, task: str) -> int:
    return max(0, run.by_id[task].occurrences - (run.tasks[task].residue or 0))
