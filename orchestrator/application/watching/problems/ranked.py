"""All that is wrong with a run, the worst first."""

from collections.abc import Iterator, Sequence

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problems.of_run import run_problems
from orchestrator.application.watching.problems.of_tasks import (
    Found,
    failing,
    find,
    held,
    parked,
    returned,
    stalled,
)
from orchestrator.application.watching.problems.problem import URGENT, Problem
from orchestrator.domain.clusters import Cluster, Signs, grouped, signs
from orchestrator.domain.run import Run
from orchestrator.domain.status import TaskStatus


class Problems:
    """Finds the problems of one run; what did not change is not looked for again.

    It belongs to one thread, as the look does.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._shown: tuple[object, ...] = ()
        self._problems: tuple[Problem, ...] = ()
        self._sequence = -1
        self._found = Found(0, (), (), {})
        self._failures = Failures()
        self._clusters: tuple[Cluster, ...] = ()

    def of(self, look: Look) -> tuple[Problem, ...]:
        """Return what is wrong now, the worst first."""
        asked = (look.sequence, look.alive, look.whole, int(look.now))
        if asked != self._shown:
            self._shown = asked
            self._search(look)
            self._problems = tuple(sorted(self._all(look), key=lambda one: one.rank))
        return self._problems

    def urgent(self, look: Look) -> int:
        """Return how many do not go on without a person."""
        return sum(problem.severity in URGENT for problem in self.of(look))

    def _all(self, look: Look) -> Sequence[Problem]:
        return (
            *run_problems(look),
            *failing(look, self._found, self._clusters),
            *held(look, self._found),
            *returned(look, self._found),
            *stalled(look),
            *parked(look),
        )

    def _search(self, look: Look) -> None:
        """Go through all tasks again, when something happened."""
        if look.sequence != self._sequence:
            self._sequence = look.sequence
            self._found = find(look.run)
            self._clusters = self._failures.clusters(look.run)


class Failures:
    """The clusters of what failed in the run, or else in the trial of its sample.

    What a failure is at heart takes long to find, so it is kept as long as the failure is the same.
    """

    def __init__(self) -> None:
        """Know nothing yet."""
        self._known: dict[str, tuple[TaskStatus, Signs]] = {}
        self._clusters: tuple[Cluster, ...] = ()

    def clusters(self, run: Run) -> tuple[Cluster, ...]:
        """Return the clusters of now."""
        of = run if run.counts["failed"] or run.trial is None else run.trial
        known = {task: self._of(task, status) for task, status in _failed(of)}
        is_new = any(known[task] is not self._known.get(task) for task in known)
        if is_new or len(known) != len(self._known):
            self._known = known
            self._clusters = grouped({task: found for task, (_, found) in known.items()})
        return self._clusters

    def _of(self, task: str, status: TaskStatus) -> tuple[TaskStatus, Signs]:
        known = self._known.get(task)
        return known if known and known[0] is status else (status, signs(status))


def _failed(run: Run) -> Iterator[tuple[str, TaskStatus]]:
    if run.counts["failed"]:
        yield from ((one, status) for one, status in run.tasks.items() if status.state == "failed")
