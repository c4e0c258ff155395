"""Algorithms on dependency graphs: components, condensation, depth, longest paths.

A graph maps each node to the nodes that it depends on; every node is a key, and edges lead to keys
only. All functions are deterministic: they depend on the graph, never on its order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

Node = TypeVar("Node", str, int)
Graph: TypeAlias = Mapping[str, Collection[str]]
Edge: TypeAlias = tuple[str, str]


def components(graph: Mapping[Node, Collection[Node]]) -> list[tuple[Node, ...]]:
    """Return the strongly connected components, dependencies first, each sorted.

    Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972, without recursion.
    """
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: list[tuple[Node, ...]] = []
    path: list[tuple[Node, Iterator[Node]]] = []

    def enter(node: Node) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        on_stack.add(node)
        path.append((node, iter(sorted(graph[node]))))

    for root in sorted(graph):
        if root not in index:
            enter(root)
        while path:
            node, children = path[-1]
            for child in children:
                if child not in index:
                    enter(child)
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_popped(stack, on_stack, node))
    return found


def _popped(stack: list[Node], on_stack: set[Node], root: Node) -> tuple[Node, ...]:
    members: list[Node] = []
    while not members or members[-1] != root:
        members.append(stack.pop())
    on_stack.difference_update(members)
    return tuple(sorted(members))


def without(graph: Graph, edges: Iterable[Edge]) -> dict[str, set[str]]:
    """Return the graph less some edges."""
    left = {node: set(targets) for node, targets in graph.items()}
    for source, target in edges:
        left[source].discard(target)
    return left


def condensed(
    graph: Mapping[Node, Collection[Node]], groups: Sequence[Sequence[Node]]
) -> dict[int, set[int]]:
    """Return the graph of the groups (by position), without edges of a group to itself."""
    group_of = {node: at for at, group in enumerate(groups) for node in group}
    return {
        at: {group_of[to] for node in group for to in graph[node]} - {at}
        for at, group in enumerate(groups)
    }


def bridged(graph: Mapping[int, Collection[int]], kept: Collection[int]) -> dict[int, set[int]]:
    """Return the graph among `kept` nodes of an acyclic one numbered with dependencies first.

    Edges between kept nodes stay. A path over others becomes an edge, unless the edges that are
    there say the same, so that a hub that nobody keeps does not tie all to all.
    """
    node_of = sorted(kept)
    bit = {node: 1 << at for at, node in enumerate(node_of)}
    below: dict[int, int] = {}  # the kept nodes that each node reaches, itself included, as bits
    nearest: dict[int, int] = {}  # the first of them on each path from a node that is not kept
    among: dict[int, set[int]] = {}
    for node in sorted(graph):
        direct = {to for to in graph[node] if to in bit}
        other = [to for to in graph[node] if to not in bit]
        implied = _union(below, direct)
        beyond = _first(_union(nearest, other) & ~implied, node_of, below)
        below[node] = bit.get(node, 0) | implied | _union(below, other)
        if node in bit:
            among[node] = direct | {node_of[at] for at in _positions(beyond)}
        else:
            nearest[node] = _first(beyond | _union(bit, direct), node_of, below)
    return among


def _union(bits: Mapping[int, int], nodes: Iterable[int]) -> int:
    found = 0
    for node in nodes:
        found |= bits[node]
    return found


def _first(bits: int, node_of: Sequence[int], below: Mapping[int, int]) -> int:
    """Return the nodes that no other of them reaches; a higher one is never reached by a lower."""
    left = 0
    while bits:
        at = bits.bit_length() - 1
        left |= 1 << at
        bits &= ~below[node_of[at]]
    return left


def _positions(bits: int) -> Iterator[int]:
    while bits:
        at = bits.bit_length() - 1
        yield at
        bits ^= 1 << at


def layers(order: Sequence[Node], graph: Mapping[Node, Collection[Node]]) -> dict[Node, int]:
    """Return each node's depth: 0 depends on nothing. `order` has dependencies first."""
    depth: dict[Node, int] = {}
    for node in order:
        depth[node] = 1 + max((depth[to] for to in graph[node]), default=-1)
    return depth


def longest_remaining(
    order: Sequence[Node], graph: Mapping[Node, Collection[Node]], cost: Mapping[Node, float]
) -> dict[Node, float]:
    """Return the cost of the longest path that starts at each node and ends where nothing depends.

    The node's own cost is part of it. `order` has dependencies first.
    """
    beyond = dict.fromkeys(order, 0.0)
    remaining: dict[Node, float] = {}
    for node in reversed(order):
        remaining[node] = cost[node] + beyond[node]
        for to in graph[node]:
            beyond[to] = max(beyond[to], remaining[node])
    return remaining
