"""What is left of stacks after merges, replayed on the forge's main branch."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.application.slices.replay import again
from orchestrator.ports.repository import Conflict, Repository

Ground = Callable[[Sequence[BuiltSlice]], str]
"""Gives the commit of main that what is left of a stack is to stand on."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a slice; `hindrance` says why it cannot stand where it should."""

    built: BuiltSlice
    hindrance: str = ""


def restack(
    slices: Sequence[BuiltSlice],
    merged: Collection[str],
    ground: Ground,
    repository: Repository,
) -> tuple[Left, ...]:
    """Return the slices without what is merged; `merged` names tasks.

    A stack of which nothing is merged stays where it is.
    """
    found: list[Left] = []
    for _, pieces in groupby(slices, key=lambda piece: piece.stack):
        stack = list(pieces)
        if any(commit.task in merged for piece in stack for commit in piece.slice.commits):
            found += _Restacking(repository, merged).of(stack, ground(stack))
        else:
            found += [Left(piece) for piece in stack]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Restacking:
    repository: Repository
    merged: Collection[str]

    def of(self, stack: Sequence[BuiltSlice], base: str) -> Iterator[Left]:
        """Yield what is left of a stack, each slice on the one below."""
        below, hindrance = "", ""
        for piece in stack:
            commits = tuple(one for one in piece.slice.commits if one.task not in self.merged)
            if not commits:
                continue
            left = replace(piece, slice=replace(piece.slice, commits=commits), below=below)
            below = piece.branch
            if hindrance:
                yield Left(left, f"stands on {left.below}, which conflicts with main")
                continue
            made = self._replayed(left, base)
            if isinstance(made, Conflict):
                hindrance = f"conflicts with main in {', '.join(made.paths)}"
                yield Left(left, hindrance)
                continue
            yield Left(made)
            base = made.tip

    def _replayed(self, left: BuiltSlice, base: str) -> BuiltSlice | Conflict:
        tip = base
        for commit in left.slice.commits:
            made = again(self.repository, commit.commit, tip)
            if isinstance(made, Conflict):
                return made
            tip = made
        counts = tuple(self.repository.line_counts(base, tip))
        return replace(left, base=base, tip=tip, files=counts, checks=())
