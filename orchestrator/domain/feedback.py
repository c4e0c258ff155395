"""Cuts that split what depends on itself in a circle into parts that are small enough."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush

from orchestrator.domain.graph import Edge, Graph


def cut(
    members: Sequence[str], graph: Graph, fits: Callable[[Collection[str]], bool]
) -> tuple[Edge, ...]:
    """Return the edges to cut so that every component within `members` satisfies `fits`.

    `fits` must hold for single nodes and for every part of what it holds for. The set is minimal
    by inclusion: no edge of it can be put back. Edges run from a node to what it depends on.
    """
    inside = set(members)
    edges = {node: {to for to in graph[node] if to in inside and to != node} for node in inside}
    backward = _feedback(edges)
    kept = {node: edges[node] - backward.get(node, set()) for node in inside}
    reverse = _reversed(kept)
    cuts = []
    for source, target in sorted((node, to) for node, ends in backward.items() for to in ends):
        circle = _reachable(kept, target) & _reachable(reverse, source)
        if not circle or fits(circle):
            kept[source].add(target)
            reverse[target].add(source)
        else:
            cuts.append((source, target))
    return tuple(cuts)


def _feedback(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Return edges without which there is no circle, few of them."""
    place = {node: at for at, node in enumerate(_greedy_order(edges))}
    return {node: {to for to in edges[node] if place[node] > place[to]} for node in edges}


def _greedy_order(edges: Mapping[str, set[str]]) -> list[str]:
    """Return an order in which few edges run backward.

    Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set problem", 1993:
    take ends from the right, starts from the left, else the node that has most edges out over in.
    """
    out = {node: set(targets) for node, targets in edges.items()}
    into = _reversed(edges)
    queue = [(_rank(node, out, into), node) for node in out]
    heapify(queue)
    first: list[str] = []
    last: list[str] = []
    while queue:
        rank, node = heappop(queue)
        if node not in out or rank != _rank(node, out, into):
            continue
        (first if out[node] else last).append(node)
        touched = out.pop(node) | into[node]
        for other in touched:
            out.get(other, set()).discard(node)
            into[other].discard(node)
            if other in out:
                heappush(queue, (_rank(other, out, into), other))
    return first + last[::-1]


def _rank(node: str, out: Mapping[str, set[str]], into: Mapping[str, set[str]]) -> tuple[int, int]:
    """Return what is taken first: the lowest rank."""
    if not out[node]:
        return (0, 0)
    if not into[node]:
        return (1, 0)
    return (2, len(into[node]) - len(out[node]))


def _reversed(edges: Mapping[str, set[str]]) -> dict[str, set[str]]:
    turned: dict[str, set[str]] = {node: set() for node in edges}
    for node, targets in edges.items():
        for to in targets:
            turned[to].add(node)
    return turned


def _reachable(edges: Mapping[str, Iterable[str]], start: str) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        for to in edges[pending.pop()]:
            if to not in seen:
                seen.add(to)
                pending.append(to)
    return seen
