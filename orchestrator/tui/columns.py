"""The columns of a table on a line: which there is room for, and what of a cell fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from orchestrator.tui.tones import Piece, Tone

GAP = 2
"""How many cells are left free between columns."""
_MORE = " …"


@dataclass(frozen=True, slots=True)
class Mixed:
    """A cell of parts, each with a tone of its own; those that do not fit are left out whole."""

    parts: tuple[Piece, ...]


Cell: TypeAlias = Piece | Mixed
"""What stands in a cell, and its tone."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, `width` cells wide; those with a `weight` share what is left of the line.

    Where there is no room the columns of the highest `rank` are left out first; rank 0 stays.
    """

    key: str
    title: str
    width: int
    weight: int = 0
    rank: int = 0
    right: bool = False


LINE = Column("line", "", 0)
"""What a row has instead that is one text."""


def widths(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """Return the columns that there is room for, each with its width."""
    shown = list(columns)
    while sum(column.width + GAP for column in shown) - GAP > width:
        last = max(shown, key=lambda column: column.rank)
        if last.rank == 0:
            break
        shown.remove(last)
    left = width - sum(column.width + GAP for column in shown) + GAP
    weights = sum(column.weight for column in shown)
    return [
        (column, column.width + (max(0, left) * column.weight // weights if weights else 0))
        for column in shown
    ]


def parts(cell: Cell, width: int, column: Column) -> Sequence[Piece]:
    """Return what of a cell fits, with dots for the rest; half a number would be another one."""
    if not isinstance(cell, Mixed):
        return [(fitted(cell[0], width, column), cell[1])]
    if sum(cell_len(text) for text, _ in cell.parts) <= width:
        return cell.parts
    shown: list[tuple[str, Tone]] = []
    room = width - len(_MORE)
    for text, tone in cell.parts:
        room -= cell_len(text)
        if room < 0:
            break
        shown.append((text, tone))
    return [*shown, (_MORE, "dim")]


def fitted(text: str, width: int, column: Column) -> str:
    """Return text of exactly this many cells; what does not fit ends in dots."""
    have = cell_len(text)
    if have > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    return f"{' ' * (width - have)}{text}" if column.right else text + " " * (width - have)
