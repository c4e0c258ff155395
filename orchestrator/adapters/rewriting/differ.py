"""What differs between two versions of a file, as the smallest nodes of its syntax that do."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

from orchestrator.adapters.rewriting.parsing import parsed, place
from orchestrator.domain.comparing import alike, has_too_many_pairs
from orchestrator.domain.synthesis.tree import Edit, Pair, Tree

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    _Above: TypeAlias = tuple[tuple[SgNode, SgNode], ...]

_Run: TypeAlias = tuple[int, int]
MOST_EDITS = 2_000
"""A file with more has been written anew."""
MOST_LEVELS = 6
"""Nodes around an edit that a rule may look at, and its own."""
LONGEST = 2_000
"""Characters of the largest of these."""
DEEPEST = 150
"""Nodes within nodes that are looked into."""
_STATEMENTS = frozenset(
    {"module", "program", "block", "statement_block", "class_body", "interface_body", "enum_body"}
)
"""Nodes whose children are statements."""


def edits(path: str, old: bytes, new: bytes) -> tuple[Edit, ...] | None:
    """Return what leads from `old` to `new`; see `domain.synthesis.examples.Syntax`."""
    before, after = parsed(path, old), parsed(path, new)
    if before is None or after is None:
        return None
    found: list[Edit] = []
    for edit in _differences(before, after, ()):
        found.append(edit)
        if len(found) > MOST_EDITS:
            return None
    return tuple(found)


def _differences(old: "SgNode", new: "SgNode", above: "_Above") -> Iterator[Edit]:
    if old.text() == new.text():
        return
    around = (*above, (old, new))
    before, after = old.children(), new.children()
    if old.kind() != new.kind() or not before or not after or len(above) > DEEPEST:
        yield _edit(around)
        return
    found = False
    for edit in _within(before, after, around):
        found = True
        yield edit
    if not found:
        yield _edit(around)  # only what stands between the children differs


def _within(
    before: "Sequence[SgNode]", after: "Sequence[SgNode]", around: "_Above"
) -> Iterator[Edit]:
    are_statements = around[-1][0].kind() in _STATEMENTS
    for was, now, same in _runs(before, after, _text):
        if same:
            continue
        if len(range(*was)) == len(range(*now)):
            for one, other in zip(before[slice(*was)], after[slice(*now)], strict=True):
                yield from _differences(one, other, around)
        elif are_statements:
            yield from _unequal(before, after, was, now, around)
        else:
            yield _edit(around)
            return


def _unequal(
    before: "Sequence[SgNode]", after: "Sequence[SgNode]", was: _Run, now: _Run, around: "_Above"
) -> Iterator[Edit]:
    """Yield what differs where there are more statements now, or fewer; those of a kind belong."""
    for (i1, i2), (j1, j2), _ in _runs(before[slice(*was)], after[slice(*now)], _kind):
        ours, theirs = (was[0] + i1, was[0] + i2), (now[0] + j1, now[0] + j2)
        if i2 - i1 == j2 - j1:
            for one, other in zip(before[slice(*ours)], after[slice(*theirs)], strict=True):
                yield from _differences(one, other, around)
        else:
            known = int(i1 == i2 and ours[0] > 0 and theirs[0] > 0)  # goes by the one before it
            yield _statements(
                before[ours[0] - known : ours[1]], after[theirs[0] - known : theirs[1]]
            )


def _text(node: "SgNode") -> str:
    return node.text()


def _kind(node: "SgNode") -> str:
    return node.kind()


def _runs(
    before: "Sequence[SgNode]", after: "Sequence[SgNode]", key: "Callable[[SgNode], str]"
) -> Iterator[tuple[_Run, _Run, bool]]:
    """Yield runs of children, from and to, and whether their keys are the same."""
    old, new = [key(one) for one in before], [key(one) for one in after]
    start = alike(old, new)
    end = alike(old[start:][::-1], new[start:][::-1])
    middle = old[start : len(old) - end], new[start : len(new) - end]
    yield (0, start), (0, start), True
    for (i1, i2), (j1, j2), same in _between(*middle):
        yield (start + i1, start + i2), (start + j1, start + j2), same
    yield (len(old) - end, len(old)), (len(new) - end, len(new)), True


def _between(old: list[str], new: list[str]) -> Iterator[tuple[_Run, _Run, bool]]:
    """Yield the runs of what begins and ends differently; all of it where that would take long."""
    if has_too_many_pairs(old, new):
        yield (0, len(old)), (0, len(new)), False
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield (i1, i2), (j1, j2), tag == "equal"


def _statements(before: "Sequence[SgNode]", after: "Sequence[SgNode]") -> Edit:
    """Return an edit of whole statements.

    One statement that became several, or that got others after it, can be taught by; what was
    taken out, or stands at the top of a file, cannot.
    """
    if not before:
        return Edit((0, 0, _slice(after)))
    text = _slice(after) if after else ""
    span = (_start(before[0]), _end(before[-1]), text)
    if len(before) != 1 or not after or max(len(text), span[1] - span[0]) > LONGEST:
        return Edit(span)
    children = tuple(tree(one) for one in after)
    whole = Tree("statements", children[0].start, children[-1].end, text, children)
    return Edit(span, ((tree(before[0]), whole),))


def _slice(nodes: "Sequence[SgNode]") -> str:
    whole = nodes[0].get_root().root()
    start = _start(whole)
    return whole.text()[_start(nodes[0]) - start : _end(nodes[-1]) - start]


def _edit(around: "_Above") -> Edit:
    old, new = around[-1]
    span = (_start(old), _end(old), new.text())
    return Edit(span, tuple(_levels(around)))


def _levels(around: "_Above") -> Iterator[Pair]:
    """Yield an edit's node and those around it, as long as they are small."""
    for old, new in list(reversed(around))[:MOST_LEVELS]:
        small = max(_end(old) - _start(old), _end(new) - _start(new)) <= LONGEST
        if not small or old.kind() in _STATEMENTS:
            return
        yield tree(old), tree(new)


def tree(node: "SgNode", depth: int = 0) -> Tree:
    """Return a node as a plain value; what is too deep in it is one piece."""
    below = node.children() if depth < DEEPEST else ()
    children = tuple(tree(child, depth + 1) for child in below)
    kind, named = node.kind(), node.is_named()
    return Tree(kind, _start(node), _end(node), node.text(), children, named=named)


def _start(node: "SgNode") -> int:
    return place(node)[0]


def _end(node: "SgNode") -> int:
    return place(node)[1]
