"""The plan's graph as rows and columns: a column a layer, few enough nodes to be looked at.

Nodes of a column are brought near to those that they depend on by their barycenters, a few times
forth and back (Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of Hierarchical System
Structures", 1981).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.application.reporting.facts import TaskFacts
from orchestrator.domain.lifecycle import TaskState

MOST = 300
"""How many nodes are drawn at most; beyond, tasks of one directory and layer are one node."""

DEEPEST = 12
SWEEPS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A task, or the tasks of one directory in one layer; `tasks` are their places in the plan.

    `column` and `row` say where it stands. `states` counts the tasks in each state.
    """

    label: str
    tasks: tuple[int, ...]
    states: Mapping[TaskState, int]
    column: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The nodes and the edges between them, as (needed, needing, how many edges of the plan)."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int, int], ...]
    clustered: bool


def drawn(tasks: Sequence[TaskFacts], most: int = MOST) -> Drawn:
    """Return the graph of a plan's tasks with at most `most` nodes."""
    groups = _groups(tasks, most)
    names = list(groups)
    node_of = {task: at for at, name in enumerate(names) for task in groups[name]}
    edges = _edges(tasks, node_of)
    column = {layer: at for at, layer in enumerate(sorted({layer for layer, _ in names}))}
    rows = _rows([column[layer] for layer, _ in names], edges)
    nodes = tuple(
        Node(
            label=name,
            tasks=tuple(groups[layer, name]),
            states=Counter(tasks[at].state for at in groups[layer, name]),
            column=column[layer],
            row=rows[node],
        )
        for node, (layer, name) in enumerate(names)
    )
    return Drawn(nodes=nodes, edges=edges, clustered=len(tasks) > most)


_Name = tuple[int, str]
"""What tasks of one node have in common: a layer and a directory, or the task itself."""


def _groups(tasks: Sequence[TaskFacts], most: int) -> dict[_Name, list[int]]:
    """Return the tasks of each node: one each, or by as deep a directory as there is room for."""
    if len(tasks) <= most:
        return _grouped(tasks, lambda task: (task.layer, task.title or task.id), apart=True)
    for depth in range(DEEPEST, -1, -1):
        groups = _grouped(tasks, _by_folder(depth))
        if len(groups) <= most:
            return _opened(tasks, groups, _by_folder(depth + 1), most)
    wide = -(-(max(task.layer for task in tasks) + 1) // most)
    return _grouped(tasks, lambda task: (task.layer // wide, "."))


def _opened(
    tasks: Sequence[TaskFacts],
    groups: Mapping[_Name, Sequence[int]],
    name: Callable[[TaskFacts], _Name],
    most: int,
) -> dict[_Name, list[int]]:
    """Return the groups with as many of the largest folders inside them apart as there is room."""
    finer = _grouped(tasks, name)
    largest = sorted(finer, key=lambda one: (-len(finer[one]), one))
    apart = set(largest[: most - len(groups)])
    found: dict[_Name, list[int]] = {}
    for whole, members in groups.items():
        inside = dict.fromkeys(name(tasks[at]) for at in members)
        rest = [at for at in members if name(tasks[at]) not in apart]
        found |= {one: finer[one] for one in inside if one in apart}
        if rest:
            label = whole[1] if len(rest) == len(members) else f"{whole[1]}/…"
            found[whole[0], label] = rest
    return found


def _by_folder(depth: int) -> Callable[[TaskFacts], _Name]:
    return lambda task: (task.layer, _folder(task, depth))


def _grouped(
    tasks: Sequence[TaskFacts], name: Callable[[TaskFacts], _Name], *, apart: bool = False
) -> dict[_Name, list[int]]:
    groups: dict[_Name, list[int]] = {}
    for at, task in enumerate(tasks):
        layer, said = name(task)
        if apart and (layer, said) in groups:
            said = f"{said} ({task.id})"
        groups.setdefault((layer, said), []).append(at)
    return groups


def _folder(task: TaskFacts, depth: int) -> str:
    parts = (task.files[0] if task.files else task.title).split("/")[:-1]
    return "/".join(parts[:depth]) or "."


def _edges(tasks: Sequence[TaskFacts], node_of: Mapping[int, int]) -> tuple[tuple[int, int, int], ...]:  # fmt: skip  # noqa: E501
    at_of = {task.id: at for at, task in enumerate(tasks)}
    found: Counter[tuple[int, int]] = Counter()
    for at, task in enumerate(tasks):
        for need in task.depends_on:
            if need in at_of and node_of[at_of[need]] != node_of[at]:
                found[node_of[at_of[need]], node_of[at]] += 1
    return tuple((needed, needing, count) for (needed, needing), count in sorted(found.items()))


def _rows(columns: Sequence[int], edges: Sequence[tuple[int, int, int]]) -> list[int]:
    """Return each node's row in its column."""
    inside: dict[int, list[int]] = {}
    for node, column in enumerate(columns):
        inside.setdefault(column, []).append(node)
    beside: list[list[int]] = [[] for _ in columns]
    for needed, needing, _ in edges:
        beside[needed].append(needing)
        beside[needing].append(needed)
    rows = [0] * len(columns)
    _number(inside, rows)
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        for column in sorted(inside, reverse=not forth):
            _sort(inside[column], column, columns, beside, rows, forth=forth)
    return rows


def _number(inside: Mapping[int, Sequence[int]], rows: list[int]) -> None:
    for nodes in inside.values():
        for row, node in enumerate(nodes):
            rows[node] = row


def _sort(
    nodes: list[int],
    column: int,
    columns: Sequence[int],
    beside: Sequence[Sequence[int]],
    rows: list[int],
    *,
    forth: bool,
) -> None:
    """Order a column's nodes by the mean row of their neighbours on the side that is settled."""

    def mean(node: int) -> float:
        near = [
            rows[one]
            for one in beside[node]
            if (columns[one] < column if forth else columns[one] > column)
        ]
        return sum(near) / len(near) if near else float(rows[node])

    nodes.sort(key=mean)
    for row, node in enumerate(nodes):
        rows[node] = row
