"""Where a slice stands in its stack."""

from collections.abc import Iterator, Sequence

from orchestrator.application.pages.origin import Links, Origin
from orchestrator.application.pages.section import Section
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.counting import many
from orchestrator.domain.markdown import code, plain

AROUND = 5
"""How many slices below and above are named."""


def place(built: BuiltSlice, slices: Sequence[BuiltSlice], origin: Origin, links: Links) -> Section:
    """Return what it stands on and what stands on it; `slices` are all of the run."""
    stack = [piece for piece in slices if piece.stack == built.stack]
    others = len({piece.stack for piece in slices}) - 1
    return Section(heading="Stack", lines=tuple(_lines(built, stack, others, origin, links)))


def _lines(
    built: BuiltSlice, stack: Sequence[BuiltSlice], others: int, origin: Origin, links: Links
) -> Iterator[str]:
    here = code(built.branch)
    if len(stack) == 1:
        yield f"{here} stands alone: it needs no other slice and none needs it."
    else:
        yield f"Slice {built.position} of {len(stack)}, {here}; merge from the first up."
    if others:
        yield f"The run has {many(others, 'other stack')}, in any order with this one."
    yield ""
    below = [piece for piece in stack if piece.branch == built.below]
    start = f"none, it starts at {code(origin.base)}"
    yield f"- previous: {_link(below[0].branch, links) if below else start}"
    above = [piece for piece in stack if piece.below == built.branch]
    yield f"- next: {_link(above[0].branch, links) if above else 'none, this is the top'}"
    if len(stack) > 1:
        yield ""
        yield from _all(built, stack, links)


def _all(built: BuiltSlice, stack: Sequence[BuiltSlice], links: Links) -> Iterator[str]:
    """Yield the slices around one, the first of the stack at the bottom as in a stack."""
    near = [piece for piece in stack if abs(piece.position - built.position) <= AROUND]
    if near[-1].position < len(stack):
        yield f"- … {many(len(stack) - near[-1].position, 'slice')} above"
    for piece in reversed(near):
        mark = " ← **this one**" if piece is built or piece.branch == built.branch else ""
        group = plain(piece.slice.group)
        yield f"- {piece.position}: {_link(piece.branch, links)}, {group}{mark}"
    if near[0].position > 1:
        yield f"- … {many(near[0].position - 1, 'slice')} below"


def _link(branch: str, links: Links) -> str:
    if branch not in links:
        return code(branch)
    number, address = links[branch]
    return f"[#{number}]({address}) {code(branch)}"
