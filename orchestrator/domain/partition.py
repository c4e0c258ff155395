"""From files to groups of files: grouping is a preference, order is not."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import groupby
from typing import TypeAlias

from orchestrator.domain.feedback import cut
from orchestrator.domain.graph import (
    Edge,
    Graph,
    bridged,
    components,
    condensed,
    layers,
    without,
)
from orchestrator.domain.plan import Cycle
from orchestrator.domain.playbook import Partition

Group: TypeAlias = tuple[str, ...]
Key: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Parts:
    """Groups with dependencies first, the groups that each needs, and the cycles that were split.

    `needs` is by position.
    """

    groups: tuple[Group, ...]
    needs: Mapping[int, Collection[int]]
    cycles: tuple[Cycle, ...]

    @property
    def cut_edges(self) -> tuple[Edge, ...]:
        """All edges that were cut, sorted."""
        return tuple(sorted(edge for cycle in self.cycles for edge in cycle.cut_edges))


def parts(graph: Graph, lines: Mapping[str, int], options: Partition, key: Key) -> Parts:
    """Cut the files that have `lines` into groups; the graph's other files only lead from one on.

    `key` names the group that a file would like to be in; with `by: file` it is not asked.
    """
    cycles = () if options.cycles == "together" else _split(graph, lines, options.max_files)
    acyclic = without(graph, [edge for cycle in cycles for edge in cycle.cut_edges])
    pieces = components(acyclic)
    files = {at: tuple(file for file in piece if file in lines) for at, piece in enumerate(pieces)}
    needs = bridged(condensed(acyclic, pieces), [at for at in files if files[at]])
    atoms = _Atoms(files, needs, lines, options, key)
    bins = [[at] for at in needs] if options.by == "file" else atoms.grouped()
    groups = tuple(tuple(sorted(file for at in members for file in files[at])) for members in bins)
    return Parts(groups, condensed(needs, bins), cycles)


def _split(graph: Graph, files: Collection[str], most: int) -> tuple[Cycle, ...]:
    """Cut the components that hold more than `most` of the files."""

    def fits(members: Collection[str]) -> bool:
        return sum(1 for member in members if member in files) <= most

    return tuple(
        Cycle(files=members, cut_edges=cut(members, graph, fits))
        for members in components(graph)
        if not fits(members)
    )


@dataclass(frozen=True, slots=True)
class _Atoms:
    """What is never taken apart: the files of a component. Numbered with dependencies first."""

    files: Mapping[int, Group]
    needs: Mapping[int, Collection[int]]
    lines: Mapping[str, int]
    options: Partition
    key: Key

    def grouped(self) -> list[list[int]]:
        """Return groups of atoms, dependencies first; only what would close a cycle is split."""
        bins = list(self._filled())
        return [
            group
            for members in components(condensed(self.needs, bins))
            for group in (
                [bins[members[0]]]
                if len(members) == 1
                else self._drained({at for one in members for at in bins[one]})
            )
        ]

    def _filled(self) -> Iterator[list[int]]:
        """Yield groups by key alone, filled from the least dependent atoms up."""
        depth = layers(sorted(self.needs), self.needs)
        order = sorted(self.needs, key=lambda at: (self._key(at), depth[at], self.files[at]))
        for _, same in groupby(order, key=self._key):
            group: list[int] = []
            for at in same:
                if not self._fits([*group, at]):
                    yield group
                    group = []
                group.append(at)
            yield group

    def _drained(self, inside: Collection[int]) -> Iterator[list[int]]:
        """Yield groups of which each needs only itself and those before it.

        The key of most ready atoms is taken until it has none left, or no room.
        """
        waiting = {at: {to for to in self.needs[at] if to in inside} for at in inside}
        ready: dict[str, list[int]] = {}
        for at in sorted(at for at in inside if not waiting[at]):
            heappush(ready.setdefault(self._key(at), []), at)
        dependents: dict[int, list[int]] = {at: [] for at in inside}
        for at in sorted(inside):
            for to in waiting[at]:
                dependents[to].append(at)
        while ready:
            key = min(ready, key=lambda key: (-len(ready[key]), key))
            group: list[int] = []
            while ready[key] and self._fits([*group, ready[key][0]]):
                done = heappop(ready[key])
                group.append(done)
                for at in dependents[done]:
                    waiting[at].discard(done)
                    if not waiting[at]:
                        heappush(ready.setdefault(self._key(at), []), at)
            if not ready[key]:
                del ready[key]
            yield group

    def _key(self, at: int) -> str:
        return self.key(self.files[at][0])

    def _fits(self, atoms: Sequence[int]) -> bool:
        files = [file for at in atoms for file in self.files[at]]
        return len(atoms) == 1 or (
            len(files) <= self.options.max_files
            and sum(self.lines[file] for file in files) <= self.options.max_lines
        )
