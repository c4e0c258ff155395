"""The order of tasks that are there already, after imports have changed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from orchestrator.domain.feedback import cut
from orchestrator.domain.graph import Edge, Graph, bridged, components, condensed, without

Needs = Mapping[str, Collection[str]]
_TASK = "\0"
"""No path begins with it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What each task waits for, and what it would if that closed no circle."""

    needs: Mapping[str, frozenset[str]]
    soft: Mapping[str, frozenset[str]]


def reordered(groups: Mapping[str, Sequence[str]], graph: Graph, kept: Needs) -> Order:
    """Return the order of `groups`, files by task, that the files' graph asks for.

    What is in `kept` stays, whatever the graph says; a new edge that would close a circle with it
    becomes a soft one.
    """
    wanted, soft = _wanted(groups, graph)
    needs: dict[str, set[str]] = {task: set(kept.get(task, ())) for task in groups}
    for source, target in _joined(needs, wanted):
        if _reaches(needs, target, source):
            soft.setdefault(source, set()).add(target)
        else:
            needs[source].add(target)
    return Order(
        {task: frozenset(needs[task]) for task in groups},
        {task: frozenset(soft.get(task, set()) - needs[task]) for task in groups},
    )


def _wanted(
    groups: Mapping[str, Sequence[str]], graph: Graph
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the edges between tasks that the graph asks for, and those that were cut."""
    node_of = {file: _TASK + task for task, files in groups.items() for file in files}
    merged: dict[str, set[str]] = {_TASK + task: set() for task in groups}
    for file, targets in graph.items():
        node = node_of.get(file, file)
        merged.setdefault(node, set()).update(node_of.get(to, to) for to in targets)
    for node, targets in merged.items():
        targets.discard(node)
    cuts = [edge for members in components(merged) for edge in _cuts(members, merged)]
    acyclic = without(merged, cuts)
    pieces = components(acyclic)
    task_of = {at: _task_in(piece) for at, piece in enumerate(pieces)}
    held = [at for at, task in task_of.items() if task]
    among = bridged(condensed(acyclic, pieces), held)
    soft: dict[str, set[str]] = {}
    for source, target in cuts:
        if source.startswith(_TASK) and target.startswith(_TASK):
            soft.setdefault(source[1:], set()).add(target[1:])
    return {task_of[at]: {task_of[to] for to in among[at]} for at in held}, soft


def _cuts(members: Sequence[str], graph: Graph) -> tuple[Edge, ...]:
    """Cut what depends on itself until no circle holds two tasks."""

    def fits(nodes: Collection[str]) -> bool:
        return sum(node.startswith(_TASK) for node in nodes) <= 1

    return () if fits(members) else cut(members, graph, fits)


def _task_in(piece: Sequence[str]) -> str:
    return next((node[1:] for node in piece if node.startswith(_TASK)), "")


def _joined(needs: dict[str, set[str]], wanted: Needs) -> Iterator[Edge]:
    """Add the new edges that are in no circle; yield the others, which must be looked at."""
    both = {task: needs[task] | set(wanted.get(task, ())) for task in needs}
    circle_of = {
        task: at
        for at, members in enumerate(components(both))
        for task in (members if len(members) > 1 else ())
    }
    doubtful = []
    for task in sorted(needs):
        for to in sorted(both[task] - needs[task]):
            if task in circle_of and circle_of.get(to) == circle_of[task]:
                doubtful.append((task, to))
            else:
                needs[task].add(to)
    yield from doubtful


def _reaches(graph: Needs, start: str, end: str) -> bool:
    seen, pending = {start}, [start]
    while pending:
        at = pending.pop()
        if at == end:
            return True
        for to in graph[at]:
            if to not in seen:
                seen.add(to)
                pending.append(to)
    return False
