"""A row of a table as a line of the screen."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from orchestrator.tui.columns import GAP, LINE, Cell, Column, parts, widths
from orchestrator.tui.tones import style_of

REMEMBERED = 1_024
"""How many lines are kept: of a table that moves most rows only change their place."""


@lru_cache(REMEMBERED)
def drawn(
    columns: tuple[Column, ...], cells: tuple[Cell, ...], width: int, base: Style, *, dark: bool
) -> Strip:
    """Return a row's cells as a line of so many; a row of a single cell takes all of it."""
    if len(cells) == 1:
        return Strip(_inked(cells[0], LINE, width, base, dark=dark)).adjust_cell_length(width, base)
    said = dict(zip((column.key for column in columns), cells, strict=True))
    segments: list[Segment] = []
    for column, wide in widths(columns, width):
        inked = _inked(said[column.key], column, wide, base, dark=dark)
        segments += [*Strip(inked).adjust_cell_length(wide, base), Segment(" " * GAP, base)]
    return Strip(segments).adjust_cell_length(width, base).crop(0, width)


def _inked(cell: Cell, column: Column, width: int, base: Style, *, dark: bool) -> list[Segment]:
    return [
        Segment(text, base + style_of(tone, dark=dark)) for text, tone in parts(cell, width, column)
    ]
