"""Look here: the few hunks that differ from the pattern."""

from collections.abc import Iterator

from orchestrator.application.pages.section import Section
from orchestrator.domain.counting import many
from orchestrator.domain.hunks import Hunk
from orchestrator.domain.markdown import block, code
from orchestrator.domain.patterns import Reading
from orchestrator.domain.shortening import cut

PATTERNS, ODD, LISTED = 6, 8, 40
"""How many patterns have an example, how many of the other hunks are shown, and how many named."""
LINES, COLUMNS = 12, 160
"""How many lines of a hunk are shown, and how much of each."""


def look(read: Reading) -> Section:
    """Return what a person should read first."""
    odd = read.odd if read.patterns else ()
    lines = [read.sentence, *_examples(read)]
    rows = [f"\n{_place(hunk)}\n\n{shown(hunk)}" for hunk in odd[:ODD]]
    rows += [f"{_gap(at)}- {_place(hunk)}" for at, hunk in enumerate(odd[ODD : ODD + LISTED])]
    if odd:
        lines += ["", "What differs:"]
    return Section(
        heading="Look here",
        lines=tuple(lines),
        rows=tuple(rows),
        noun="hunk",
        dropped=len(odd[ODD + LISTED :]),
    )


def _gap(at: int) -> str:
    return "" if at else "\n"


def _examples(read: Reading) -> Iterator[str]:
    for hunks in read.patterns[:PATTERNS]:
        yield ""
        yield f"{many(len(hunks), 'time')}, such as {_place(hunks[0])}:"
        yield ""
        yield shown(hunks[0])
    if more := len(read.patterns) - PATTERNS:
        yield from ("", f"… and {many(more, 'edit')} more.") if more > 0 else ()


def _place(hunk: Hunk) -> str:
    return f"{code(hunk.path)}, line {hunk.line}"


def shown(hunk: Hunk) -> str:
    """Return a hunk as a block of at most `LINES` lines, from both of its sides."""
    removed, added = ([sign + line for line in side] for sign, side in _sides(hunk))
    first = max(LINES // 2, LINES - len(added))
    kept = removed[:first]
    kept += added[: LINES - len(kept)]
    out = len(removed) + len(added) - len(kept)
    lines = [cut(line, COLUMNS) for line in kept]
    return block("\n".join([*lines, *([f"… {many(out, 'line')} more"] if out else [])]), "diff")


def _sides(hunk: Hunk) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return (("-", hunk.removed), ("+", hunk.added))
