"""Landed commits cut into slices.

The commits are put into a new order in which commits of the same group (owner, directory, layer)
stand together, and cut there. Grouping is a preference; what comes first is that every prefix of
the stack is whole: a commit stands after what its task depends on and after every earlier commit
that touches one of its files. So a group whose slice would need a later slice is split.

A commit that a review asked for rides with the task that it joins: it goes into that slice whatever
the slice holds already, so that nothing else moves. Where it needs a commit of a later slice it
cannot, and is cut like any other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from orchestrator.domain.grouping import SHARING, common, group_of, nearness
from orchestrator.domain.slices import (
    MACHINES,
    LandedCommit,
    Slice,
    SliceOptions,
    slice_key,
)


def cut(playbook: str, commits: Sequence[LandedCommit], options: SliceOptions) -> tuple[Slice, ...]:
    """Return the slices of landed commits, which come in landing order; the lowest slice first.

    Each commit is in exactly one slice, and which of two commits landed first changes nothing
    where neither needs the other: another run of the plan finds its slices again. Of the groups
    the first in order goes first among those that fill a slice or need no other group any
    more; while there is none, the fullest does. What room is left goes to the nearest groups that
    fit, where the grouping lets groups share a slice; only a slice that began with a part of a
    group takes parts of others.
    """
    commits = ordered(commits)
    cutter = _Cutter(commits, options)
    slices = []
    while fills := cutter.next():
        taken = {at for fill in fills for at in fill.taken}
        members = tuple(commits[at] for at in sorted(taken | set(cutter.riders(taken))))
        slices.append(
            Slice(
                key=slice_key(playbook, members[0].task),
                group=common([fill.group for fill in fills]),
                commits=members,
                limit=options.room(machine=all(one.agent in MACHINES for one in members)),
            )
        )
    return tuple(slices)


def ordered(commits: Sequence[LandedCommit]) -> list[LandedCommit]:
    """Return the commits by layer and task, each after those that must stand before it."""
    waits = predecessors(commits)
    after: dict[int, list[int]] = {}
    for at, needs in enumerate(waits):
        for need in needs:
            after.setdefault(need, []).append(at)
    heap = [(one.layer, one.task, at) for at, one in enumerate(commits) if not waits[at]]
    heapify(heap)
    placed: list[LandedCommit] = []
    while heap:
        *_, at = heappop(heap)
        placed.append(commits[at])
        for later in after.get(at, ()):
            waits[later].discard(at)
            if not waits[later]:
                heappush(heap, (commits[later].layer, commits[later].task, later))
    return placed


def predecessors(commits: Sequence[LandedCommit]) -> list[set[int]]:
    """Return for each commit the positions of those that must stand before it.

    These are its dependencies that landed before it (one that landed later was not waited for, one
    that is not among the commits stands below them all), what it joins, and the last commits before
    it that touched one of its paths, a folder above it or a file below it.
    """
    position = {commit.task: at for at, commit in enumerate(commits)}
    before: list[set[int]] = []
    touched: dict[str, int] = {}
    below: dict[str, list[int]] = {}
    for at, commit in enumerate(commits):
        wanted = (position.get(task, at) for task in (*commit.depends_on, commit.joins))
        needs = {one for one in wanted if one < at}
        for file in commit.files:
            needs |= {touched[path] for path in (file, *_folders(file)) if path in touched}
            needs |= set(below.get(file, ()))
        for file in commit.files:
            touched[file] = at
            for folder in _folders(file):
                below.setdefault(folder, []).append(at)
        before.append(needs)
    return before


def _folders(file: str) -> list[str]:
    parts = file.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


@dataclass(frozen=True, slots=True)
class _Fill:
    """What a group could give to the next slice.

    `full` says that its next commit has no room, `whole` that no commit of it is left over,
    `machine` that codemods alone made it.
    """

    group: str
    taken: tuple[int, ...]
    lines: int
    full: bool
    whole: bool
    machine: bool

    @property
    def rank(self) -> tuple[bool, int, int]:
        """Order: first what waiting would not make more."""
        return (not self.ripe, 0 if self.ripe else -self.lines, self.taken[0])

    @property
    def ripe(self) -> bool:
        """Whether waiting would not make it more."""
        return self.full or self.whole


@dataclass(slots=True)
class _Cutter:
    """Takes slice after slice off the commits; a group is filled anew only when it may differ."""

    commits: Sequence[LandedCommit]
    options: SliceOptions
    _groups: list[str] = field(init=False)
    _before: list[set[int]] = field(init=False)
    _after: list[list[int]] = field(init=False)
    _left: dict[str, list[int]] = field(default_factory=dict)
    _fills: dict[str, _Fill] = field(default_factory=dict)
    _riding: dict[int, list[int]] = field(default_factory=dict)
    _placed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._groups = [group_of(commit, self.options.group_by) for commit in self.commits]
        self._before = predecessors(self.commits)
        self._after = [[] for _ in self.commits]
        position = {commit.task: at for at, commit in enumerate(self.commits)}
        for at, needs in enumerate(self._before):
            joined = position.get(self.commits[at].joins, at)
            if joined < at:
                self._riding.setdefault(joined, []).append(at)
            else:
                self._left.setdefault(self._groups[at], []).append(at)
            for need in needs:
                self._after[need].append(at)
        self._refill(list(self._left))

    def next(self) -> list[_Fill]:
        """Take the next slice's commits, group by group; empty when all are placed."""
        if not self._fills:
            return []
        taken = [self._take(min(self._fills.values(), key=lambda fill: fill.rank))]
        while self.options.group_by in SHARING and (found := self._filling(taken)):
            taken.append(self._take(found))
        return taken

    def riders(self, taken: Iterable[int]) -> Iterator[int]:
        """Place what joins these commits and needs nothing that is not placed, and yield it."""
        waiting = sorted(at for one in taken for at in self._riding.pop(one, ()))
        while waiting:
            at = waiting.pop(0)
            if self._before[at] <= self._placed:
                self._place((at,), set())
                waiting = sorted([*waiting, *self._riding.pop(at, ())])
                yield at
            else:
                self._left.setdefault(self._groups[at], []).append(at)
                self._left[self._groups[at]].sort()
                self._refill([self._groups[at]])

    def _filling(self, taken: Sequence[_Fill]) -> _Fill | None:
        """Return the nearest group that fits into the room that is left."""
        lines, machine = sum(fill.lines for fill in taken), all(fill.machine for fill in taken)
        return min(
            (
                fill
                for fill in self._fills.values()
                if (fill.whole or not taken[0].ripe)
                and lines + fill.lines <= self.options.room(machine=machine and fill.machine)
            ),
            key=lambda fill: (-nearness(taken[0].group, fill.group), fill.taken[0]),
            default=None,
        )

    def _take(self, fill: _Fill) -> _Fill:
        taken = set(fill.taken)
        self._left[fill.group] = [at for at in self._left[fill.group] if at not in taken]
        self._place(fill.taken, {fill.group})
        return fill

    def _place(self, taken: Sequence[int], changed: set[str]) -> None:
        self._placed |= set(taken)
        freed = {self._groups[later] for at in taken for later in self._after[at]}
        self._refill(changed | freed)

    def _refill(self, names: Iterable[str]) -> None:
        for group in names:
            self._fills.pop(group, None)
            fill = self._fill(group)
            if fill.taken:
                self._fills[group] = fill

    def _fill(self, group: str) -> _Fill:
        taken: dict[int, None] = {}
        lines, machine, full = 0, True, False
        for at in self._left.get(group, ()):
            if not all(need in self._placed or need in taken for need in self._before[at]):
                continue
            commit = self.commits[at]
            both = machine and commit.agent in MACHINES
            full = bool(taken) and lines + commit.changed_lines > self.options.room(machine=both)
            if full:
                break
            taken[at] = None
            lines, machine = lines + commit.changed_lines, both
        whole = len(taken) == len(self._left.get(group, ()))
        return _Fill(group, tuple(taken), lines, full=full, whole=whole, machine=machine)
