"""From files to tasks' groups of files: grouping is a preference, order is not."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from orchestrator.domain.graph import Edge, Graph, components, condensed, cut, layers, without
from orchestrator.domain.plan import Cycle
from orchestrator.domain.playbook import Partition

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """Groups in an order with dependencies first, and the cycles that were split."""

    groups: tuple[Group, ...]
    cycles: tuple[Cycle, ...]

    @property
    def cut_edges(self) -> tuple[Edge, ...]:
        """All edges that were cut, sorted."""
        return tuple(sorted(edge for cycle in self.cycles for edge in cycle.cut_edges))


def parts(
    graph: Graph,
    options: Partition,
    lines: Mapping[str, int],
    key: Callable[[str], str],
) -> Parts:
    """Cut the files of `graph` into groups.

    `key` names the group that a file would like to be in; with `by: file` it is not asked.
    """

    def fits(files: Collection[str]) -> bool:
        return len(files) == 1 or (
            len(files) <= options.max_files
            and sum(lines[file] for file in files) <= options.max_lines
        )

    cycles = [] if options.cycles == "together" else _split(graph, fits)
    acyclic = without(graph, [edge for cycle in cycles for edge in cycle.cut_edges])
    atoms = components(acyclic)
    if options.by == "file":
        return Parts(tuple(atoms), tuple(cycles))
    return Parts(_grouped(atoms, acyclic, fits, key), tuple(cycles))


def _split(graph: Graph, fits: Callable[[Collection[str]], bool]) -> list[Cycle]:
    return [
        Cycle(files=members, cut_edges=cut(members, graph, fits))
        for members in components(graph)
        if not fits(members)
    ]


def _grouped(
    atoms: Sequence[Group],
    graph: Graph,
    fits: Callable[[Collection[str]], bool],
    key: Callable[[str], str],
) -> tuple[Group, ...]:
    """Fill groups with atoms of one key, then split those that would close a cycle by depth."""
    between = condensed(graph, atoms)
    named = {str(at): {str(to) for to in targets} for at, targets in between.items()}
    depth = layers([str(at) for at in range(len(atoms))], named)
    order = sorted(range(len(atoms)), key=lambda at: (key(atoms[at][0]), depth[str(at)], atoms[at]))
    bins: list[list[int]] = []
    for _, same in groupby(order, key=lambda at: key(atoms[at][0])):
        bins += _filled(list(same), atoms, fits)
    cyclic = _cyclic(bins, between)
    bins = [
        part
        for number, group in enumerate(bins)
        for part in (_by_depth(group, depth) if number in cyclic else [group])
    ]
    groups = [tuple(sorted(file for at in group for file in atoms[at])) for group in bins]
    ordered = components(_group_graph(groups, graph))
    return tuple(groups[int(at)] for (at,) in ordered)


def _filled(
    atoms: Sequence[int], files: Sequence[Group], fits: Callable[[Collection[str]], bool]
) -> list[list[int]]:
    bins: list[list[int]] = []
    held: list[str] = []
    for at in atoms:
        if bins and fits([*held, *files[at]]):
            bins[-1].append(at)
            held += files[at]
        else:
            bins.append([at])
            held = list(files[at])
    return bins


def _cyclic(bins: Sequence[Sequence[int]], between: Mapping[int, Collection[int]]) -> set[int]:
    """Return the positions of the bins that lie on a cycle."""
    bin_of = {at: number for number, group in enumerate(bins) for at in group}
    graph = {
        str(number): {str(bin_of[to]) for at in group for to in between[at]} - {str(number)}
        for number, group in enumerate(bins)
    }
    return {int(at) for members in components(graph) if len(members) > 1 for at in members}


def _by_depth(group: Sequence[int], depth: Mapping[str, int]) -> list[list[int]]:
    ordered = sorted(group, key=lambda at: (depth[str(at)], at))
    return [list(same) for _, same in groupby(ordered, key=lambda at: depth[str(at)])]


def _group_graph(groups: Sequence[Group], graph: Graph) -> dict[str, set[str]]:
    return {
        str(at): {str(to) for to in targets} for at, targets in condensed(graph, groups).items()
    }
