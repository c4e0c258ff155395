"""The rows of a run's graph: groups that open and close, with the tasks that are in them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.graph.critical import Critical
from orchestrator.application.watching.graph.groups import (
    Group,
    Grouping,
    Standing,
    by_folder,
    by_layer,
    standing,
)
from orchestrator.domain.plan import Task


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a group, or the task `task` in it; `parent` is the key of the group around it."""

    key: str
    depth: int
    parent: str
    group: Group | None = None
    task: str = ""


class Forest:
    """One run's groups, and which of them are open; it belongs to one thread, as the look does."""

    def __init__(self, grouping: Grouping) -> None:
        """Begin with everything closed, unless there is but one group."""
        self.grouping = grouping
        self.groups: list[Group] = []
        self.rows: Mapping[str, Row] = {}
        self.path: tuple[str, ...] = ()
        self.marks: Counter[str] = Counter()
        self._critical = Critical()
        self._open: set[str] = set()
        self._tasks: list[Task] = []
        self._around: Mapping[str, tuple[str, ...]] = {}
        self._sequence = -1
        self._standings: dict[str, Standing] = {}

    def look(self, look: Look) -> None:
        """Take in where the tasks stand; what did not change is not made anew.

        `path` is the critical path then, and `marks` counts its tasks in each row.
        """
        if look.sequence == self._sequence:
            return
        self._sequence = look.sequence
        self._standings = {}
        tasks = list(look.run.by_id.values())
        if tasks != self._tasks:
            self._tasks = tasks
            self._plant(tasks)
        self.path = self._critical.path(look.run)
        self.marks = Counter(
            key for task in self.path for key in (f"task:{task}", *self._around[task])
        )

    def _plant(self, tasks: Sequence[Task]) -> None:
        is_new = not self.groups
        self.groups = (by_layer if self.grouping == "layers" else by_folder)(tasks)
        self._around = dict(_around(self.groups, ()))
        if is_new and len(self.groups) == 1:
            self._open = {self.groups[0].key}
        self._grow()

    def _grow(self) -> None:
        self.rows = {row.key: row for group in self.groups for row in self._rows_of(group, "")}

    def _rows_of(self, group: Group, parent: str) -> Iterator[Row]:
        yield Row(group.key, group.depth, parent, group)
        if group.key not in self._open:
            return
        for inner in group.groups:
            yield from self._rows_of(inner, group.key)
        for task in group.leaves:
            yield Row(f"task:{task}", group.depth + 1, group.key, task=task)

    def is_open(self, key: str) -> bool:
        """Say whether a group is open."""
        return key in self._open

    def open(self, key: str) -> None:
        """Show what is in a group."""
        self._open.add(key)
        self._grow()

    def close(self, key: str) -> None:
        """Hide what is in a group."""
        self._open.discard(key)
        self._grow()

    def standing(self, look: Look, group: Group) -> Standing:
        """Return how far a group is."""
        if group.key not in self._standings:
            self._standings[group.key] = standing(look.run, group.tasks)
        return self._standings[group.key]

    def reveal(self, task: str) -> str:
        """Open all groups around a task; return the key of its row."""
        self._open.update(self._around[task])
        self._grow()
        return f"task:{task}"


def _around(
    groups: Sequence[Group], outer: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each task with the keys of the groups around it."""
    for group in groups:
        keys = (*outer, group.key)
        yield from ((task, keys) for task in group.leaves)
        yield from _around(group.groups, keys)
