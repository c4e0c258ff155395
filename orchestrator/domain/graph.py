"""Algorithms on the file graph: components, cuts, layers and longest paths.

A graph maps each node to the nodes that it depends on; every node is a key, edges to others are
not allowed. All functions are deterministic: they depend on the graph, never on its order.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeAlias

Graph: TypeAlias = Mapping[str, Collection[str]]
Edge: TypeAlias = tuple[str, str]


def components(graph: Graph) -> list[tuple[str, ...]]:
    """Return the strongly connected components, dependencies first, each sorted.

    Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972, without recursion.
    """
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[tuple[str, ...]] = []
    for root in sorted(graph):
        if root in index:
            continue
        path = [(root, iter(sorted(graph[root])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while path:
            node, children = path[-1]
            for child in children:
                if child not in index:
                    index[child] = low[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    path.append((child, iter(sorted(graph[child]))))
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_pop_component(stack, on_stack, node))
    return found


def _pop_component(stack: list[str], on_stack: set[str], root: str) -> tuple[str, ...]:
    members = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        members.append(node)
        if node == root:
            return tuple(sorted(members))


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
    kept = {node: {to for to in edges[node] if (node, to) not in backward} for node in inside}
    reverse: dict[str, set[str]] = {node: set() for node in inside}
    for node, targets in kept.items():
        for to in targets:
            reverse[to].add(node)
    cuts = []
    for source, target in sorted(backward):
        closed = _reachable(kept, target) & _reachable(reverse, source)
        if not closed or fits(closed):
            kept[source].add(target)
            reverse[target].add(source)
        else:
            cuts.append((source, target))
    return tuple(cuts)


def _feedback(edges: Mapping[str, set[str]]) -> set[Edge]:
    """Return edges without which there is no cycle, few of them.

    Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set problem", 1993.
    """
    order = {node: at for at, node in enumerate(_greedy_order(edges))}
    return {(node, to) for node in edges for to in edges[node] if order[node] > order[to]}


def _greedy_order(edges: Mapping[str, set[str]]) -> list[str]:
    out = {node: set(targets) for node, targets in edges.items()}
    into: dict[str, set[str]] = {node: set() for node in edges}
    for node, targets in edges.items():
        for to in targets:
            into[to].add(node)
    first: list[str] = []
    last: list[str] = []
    while out:
        ends = [node for node in out if not out[node]]
        starts = [node for node in out if not into[node] and out[node]]
        if ends:
            chosen, bucket = min(ends), last
        elif starts:
            chosen, bucket = min(starts), first
        else:
            chosen = min(out, key=lambda node: (len(into[node]) - len(out[node]), node))
            bucket = first
        bucket.append(chosen)
        for to in out.pop(chosen):
            into[to].discard(chosen)
        for source in into.pop(chosen):
            if source in out:
                out[source].discard(chosen)
    return first + last[::-1]


def _reachable(edges: Mapping[str, Iterable[str]], start: str) -> set[str]:
    seen, pending = {start}, [start]
    while pending:
        for to in edges[pending.pop()]:
            if to not in seen:
                seen.add(to)
                pending.append(to)
    return seen


def without(graph: Graph, edges: Iterable[Edge]) -> dict[str, set[str]]:
    """Return the graph less some edges."""
    left = {node: set(targets) for node, targets in graph.items()}
    for source, target in edges:
        left[source].discard(target)
    return left


def condensed(graph: Graph, groups: Sequence[Sequence[str]]) -> dict[int, set[int]]:
    """Return the graph of the groups (by position), without edges of a group to itself."""
    group_of = {node: at for at, group in enumerate(groups) for node in group}
    return {
        at: {group_of[to] for node in group for to in graph[node]} - {at}
        for at, group in enumerate(groups)
    }


def layers(order: Sequence[str], graph: Graph) -> dict[str, int]:
    """Return each node's depth: 0 depends on nothing. `order` has dependencies first."""
    depth: dict[str, int] = {}
    for node in order:
        depth[node] = 1 + max((depth[to] for to in graph[node]), default=-1)
    return depth


def longest_remaining(
    order: Sequence[str], graph: Graph, cost: Mapping[str, float]
) -> dict[str, float]:
    """Return the cost of the longest path that starts at each node and ends where nothing depends.

    The node's own cost is part of it. `order` has dependencies first.
    """
    dependents: dict[str, list[str]] = {node: [] for node in order}
    for node in order:
        for to in graph[node]:
            dependents[to].append(node)
    remaining: dict[str, float] = {}
    for node in reversed(order):
        beyond = max((remaining[one] for one in dependents[node]), default=0.0)
        remaining[node] = cost[node] + beyond
    return remaining


def through(graph: Graph, kept: Collection[str]) -> dict[str, set[str]]:
    """Return the graph among `kept` nodes, where paths over the other nodes become edges."""
    kept = set(kept)
    short: dict[str, set[str]] = {}
    for start in kept:
        found: set[str] = set()
        seen, pending = {start}, [start]
        while pending:
            for to in graph[pending.pop()]:
                if to in kept:
                    found.add(to)
                elif to not in seen:
                    seen.add(to)
                    pending.append(to)
        short[start] = found - {start}
    return short
