"""Which slices stand on which.

A stack is a chain of slices: the lowest starts at the run's base, each other one at the slice below
it. Slices of different stacks can be reviewed and merged in any order.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from orchestrator.domain.cutting import predecessors
from orchestrator.domain.playbook import Stacked
from orchestrator.domain.slices import Slice, as_one

Stack: TypeAlias = tuple[Slice, ...]
T = TypeVar("T")


def stacks(slices: Sequence[Slice], stacked: Stacked = "auto") -> tuple[Stack, ...]:
    """Return the stacks of slices, which come in an order in which each could stand on the last.

    With `auto` they are the connected components of the slices' graph; with False each of those is
    one slice; with True there is one stack. The slices of a stack keep their order, and the stacks
    are in that of their lowest slices.
    """
    if stacked is True:
        return (tuple(slices),) if slices else ()
    tied = _components(slices)
    return tied if stacked == "auto" else tuple((as_one(stack),) for stack in tied)


def left(stacks: Sequence[Stack], merged: Collection[str]) -> tuple[Stack, ...]:
    """Return the stacks without the slices of these keys, which are merged into the main branch.

    What stood on a merged slice stands on the one below that, or at the bottom. Cutting anew what
    is left would make other slices: those that somebody reads stay what they are.
    """
    rest = (tuple(piece for piece in stack if piece.key not in merged) for stack in stacks)
    return tuple(stack for stack in rest if stack)


def put_on(
    stacks: Sequence[Stack], top: int, below: Sequence[int], stacked: Stacked = "auto"
) -> tuple[Stack, ...]:
    """Return the stacks with the one at `top` put on those at `below`, which become one chain.

    It is where the first of them was. Where slices may not stand on each other, all become one.
    """
    moved = stacks[top]
    under = tuple(piece for at in sorted(below) for piece in stacks[at])
    chain: Stack = (*under, replace(moved[0], tied=True), *moved[1:])
    if stacked is False:
        chain = (replace(as_one(chain), merged=True, tied=False),)
    first = min(top, *below)
    kept = [at for at in range(len(stacks)) if at == first or at not in {top, *below}]
    return tuple(chain if at == first else stacks[at] for at in kept)


def needed(green: Callable[[Sequence[T]], bool], others: Sequence[T]) -> tuple[T, ...]:
    """Return those of `others` without which something is not green, in their order.

    `green` says whether it is on top of some of them. What is green stays so with more below it;
    then no smaller choice serves that leaves out one of these, and each costs about log2 of all
    checks. All are returned where even all do not make it green.
    """
    if not green(others):
        return tuple(others)
    found: list[T] = []
    rest = list(others)
    while rest and not (found and green(_in_order(found, others))):
        low, high = 1, len(rest)
        while low < high:
            middle = (low + high) // 2
            if green(_in_order([*found, *rest[:middle]], others)):
                high = middle
            else:
                low = middle + 1
        found.append(rest[low - 1])
        rest = rest[: low - 1]
    return tuple(_in_order(found, others))


def _in_order(some: Sequence[T], of: Sequence[T]) -> list[T]:
    return [one for one in of if one in some]


def _components(slices: Sequence[Slice]) -> tuple[Stack, ...]:
    commits = [commit for piece in slices for commit in piece.commits]
    holder = [at for at, piece in enumerate(slices) for _ in piece.commits]
    root = list(range(len(slices)))
    for at, needs in enumerate(predecessors(commits)):
        for need in needs:
            one, two = sorted((_root(root, holder[at]), _root(root, holder[need])))
            root[two] = one
    found: dict[int, list[Slice]] = {}
    for at, piece in enumerate(slices):
        found.setdefault(_root(root, at), []).append(piece)
    return tuple(tuple(stack) for stack in found.values())


def _root(root: list[int], at: int) -> int:
    while root[at] != at:
        root[at] = at = root[root[at]]
    return at
