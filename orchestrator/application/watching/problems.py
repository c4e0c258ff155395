"""All that is wrong with a run, the worst first."""

from collections.abc import Sequence

from orchestrator.application.steering import failures
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problem import URGENT, Problem
from orchestrator.application.watching.run_problems import run_problems
from orchestrator.application.watching.task_problems import (
    Found,
    failing,
    find,
    holding,
    parked,
    stalled,
)
from orchestrator.domain.clusters import Cluster
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
        self._found = Found((), (), (), {})
        self._failed: list[TaskStatus] = []
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
            *holding(look, self._found),
            *stalled(look),
            *parked(look),
        )

    def _search(self, look: Look) -> None:
        """Go through all tasks again when something happened; compare failures when others did."""
        if look.sequence == self._sequence:
            return
        self._sequence = look.sequence
        self._found = find(look.run)
        failed = [
            status
            for of in (look.run, look.run.trial)
            if of is not None and of.counts["failed"]
            for status in of.tasks.values()
            if status.state == "failed"
        ]
        if not _same(failed, self._failed):
            self._failed, self._clusters = failed, failures(look.run)


def _same(some: Sequence[TaskStatus], others: Sequence[TaskStatus]) -> bool:
    """Say whether these are the same values; to compare what is in them would take long."""
    return len(some) == len(others) and all(
        one is other for one, other in zip(some, others, strict=True)
    )
