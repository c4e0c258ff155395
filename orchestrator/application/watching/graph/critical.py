"""What holds up the end of a run: the longest path through what is left.

The critical path method (Kelley and Walker 1959). A path is as long as its tasks cost together. How
long the path is that starts at a task stays the same while others land, so lengths are computed
again only when tasks have failed, have come back or have been replaced.

This looks ahead; what held up a run that is over is in `application.reporting.critical`.
"""

from collections.abc import Iterator, Sequence

from orchestrator.domain.lifecycle import ENDED, SATISFYING
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run

_DEAD = ENDED - (SATISFYING - {"skipped"})
"""States in which a task may be over before those that it depends on."""


class Critical:
    """Finds the critical path of one run; it belongs to one thread, as the look does."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._tasks: list[Task] = []
        self._order: list[str] = []
        self._dead: list[str] | None = None
        self._lengths: dict[str, float] = {}

    def path(self, run: Run) -> tuple[str, ...]:
        """Return the longest path through what is left, the task that can begin first, first."""
        tasks = list(run.by_id.values())
        if tasks != self._tasks:
            self._tasks, self._order, self._dead = tasks, list(in_order(run)), None
        dead = [task for task, status in run.tasks.items() if status.state in _DEAD]
        if dead != self._dead:
            self._dead, self._lengths = dead, lengths(run, self._order)
        left = [task for task in self._lengths if run.tasks[task].state not in ENDED]
        return tuple(self._follow(run, max(left, key=self._lengths.__getitem__, default=None)))

    def _follow(self, run: Run, task: str | None) -> Iterator[str]:
        while task is not None:
            yield task
            after = (one for one in sorted(run.dependents(task)) if one in self._lengths)
            task = max(after, key=self._lengths.__getitem__, default=None)


def in_order(run: Run) -> Iterator[str]:
    """Yield all tasks, each after those that it depends on (Kahn 1962)."""
    open_needs = {task: len(one.depends_on) for task, one in run.by_id.items()}
    ready = [task for task, count in open_needs.items() if not count]
    needed_by: dict[str, list[str]] = {}
    for task, one in run.by_id.items():
        for need in one.depends_on:
            needed_by.setdefault(need, []).append(task)
    for task in ready:  # it grows meanwhile
        yield task
        for waiting in needed_by.get(task, ()):
            open_needs[waiting] -= 1
            if not open_needs[waiting]:
                ready.append(waiting)


def lengths(run: Run, order: Sequence[str]) -> dict[str, float]:
    """Return for each task that is left how long the longest path is that starts with it."""
    after: dict[str, float] = {}
    found: dict[str, float] = {}
    for task in reversed(order):
        if run.tasks[task].state in ENDED:
            continue
        one = run.by_id[task]
        found[task] = length = one.cost + after.get(task, 0.0)
        for need in one.depends_on:
            after[need] = max(after.get(need, 0.0), length)
    return found
