"""Tasks that stand for the whole plan, to learn from before all of it is attempted."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from orchestrator.domain.graph import components, layers
from orchestrator.domain.plan import Task

Stratum: TypeAlias = tuple[int, int, str]
"""Depth, size (0 small, 1 middle, 2 large third) and kind: what makes tasks alike."""


def pick(tasks: Sequence[Task], count: int, *, closed: bool) -> tuple[str, ...]:
    """Return `count` tasks, or all when there are fewer, that represent the plan; sorted.

    Strata give in proportion to their size, and where there are more strata than tasks wanted,
    those that give are spread evenly: systematic sampling of a list sorted by stratum (Cochran,
    "Sampling Techniques", 1977, chapter 8). `closed` takes what a task depends on along with it,
    so deep strata, which bring shallow ones with them, choose first. The same plan gives the same
    sample.
    """
    pool = _Pool(tasks, min(count, len(tasks)), closed=closed)
    for stratum in sorted(pool.quotas, reverse=True):
        for task in pool.members(stratum):
            if pool.have[stratum] >= pool.quotas[stratum]:
                break
            pool.take(task)
    for task in pool.shallow_first():
        pool.take(task)
    return tuple(sorted(pool.chosen))


class _Pool:
    """What a sample is drawn from. A task fits when its closure does."""

    def __init__(self, tasks: Sequence[Task], count: int, *, closed: bool) -> None:
        """Sort the tasks into strata."""
        self._needs = {task.id: task.depends_on for task in tasks}
        self._closed = closed
        self._count = count
        self._stratum = _strata(tasks)
        self.quotas = _shares(self._stratum.values(), count)
        self.have: Counter[Stratum] = Counter()
        self.chosen: set[str] = set()

    def members(self, stratum: Stratum) -> list[str]:
        """Return a stratum's tasks, in an order that has nothing to do with their names."""
        return sorted((t for t, own in self._stratum.items() if own == stratum), key=_shuffled)

    def shallow_first(self) -> list[str]:
        """Return all tasks so that each stands after those it depends on."""
        return sorted(self._stratum, key=lambda task: (self._stratum[task][0], _shuffled(task)))

    def take(self, task: str) -> None:
        """Choose a task with all that it depends on, if there is room."""
        room = self._count - len(self.chosen)
        new = self._closure(task, room) if self._closed else {task} - self.chosen
        if len(new) <= room:
            self.chosen |= new
            self.have.update(self._stratum[one] for one in new)

    def _closure(self, task: str, most: int) -> set[str]:
        """Return what is not chosen yet of a task and all it depends on; stops beyond `most`."""
        found: set[str] = set()
        pending = [task]
        while pending and len(found) <= most:
            one = pending.pop()
            if one not in found and one not in self.chosen:
                found.add(one)
                pending += self._needs[one]
        return found


def _strata(tasks: Sequence[Task]) -> dict[str, Stratum]:
    needs = {task.id: task.depends_on for task in tasks}
    depth = layers([task for part in components(needs) for task in part], needs)
    by_size = sorted(tasks, key=lambda task: (task.cost, task.id))
    third = {task.id: 3 * at // len(tasks) for at, task in enumerate(by_size)}
    return {t.id: (depth[t.id], third[t.id], f"{t.stage} {t.kind}") for t in tasks}


def _shares(strata: Iterable[Stratum], count: int) -> Counter[Stratum]:
    """Share `count` out: every n-th task of all in the order of their strata has one."""
    ordered = sorted(strata)
    return Counter(ordered[(2 * at + 1) * len(ordered) // (2 * count)] for at in range(count))


def _shuffled(task: str) -> str:
    return hashlib.sha256(task.encode()).hexdigest()
