"""A table of any length of which only the visible lines are made.

Textual's DataTable holds every cell; with 10,000 tasks, taking them in anew after a key is pressed
takes a second and more. Here a row is a key until somebody can see it.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orchestrator.tui.columns import GAP, Cell, Column, fitted, widths
from orchestrator.tui.lines import drawn


class Listing(ScrollView, can_focus=True):
    """Rows with a cursor; it says when the cursor moves, and when a row is chosen."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--head",
        "listing--cursor",
        "listing--here",
        "listing--empty",
    }
    DEFAULT_CSS = """
    Listing { height: 1fr; overflow-x: hidden; padding: 0 1; }
    Listing > .listing--head { text-style: bold; color: $text-muted; background: $surface; }
    Listing > .listing--cursor { background: $panel; }
    Listing > .listing--here { background: $primary-muted; text-style: bold; }
    Listing:nocolor > .listing--here { text-style: bold reverse; }
    Listing > .listing--empty { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "jump(0)", "First", show=False),
        Binding("G,end", "jump(-1)", "Last", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("enter", "choose", "Open", show=True),
    ]

    cursor: reactive[int] = reactive(0)

    class Moved(Message):
        """The cursor is on another row."""

        def __init__(self, listing: "Listing", key: str) -> None:
            """Say which."""
            super().__init__()
            self.listing = listing
            self.key = key

        @property
        def control(self) -> "Listing":
            """The listing."""
            return self.listing

    class Chosen(Moved):
        """A row was chosen: Enter was pressed on it, or the mouse on the row under the cursor."""

    class HeadPressed(Moved):
        """The head of a column was pressed; `key` is the column's."""

    def __init__(
        self,
        columns: Sequence[Column],
        cells: Callable[[str], Sequence[Cell]],
        *,
        empty: str,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        """Show `columns`; `cells` gives a row's, by its key, and `empty` stands where none is.

        A row of a single cell takes the whole line.
        """
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._cells = cells
        self._empty = empty
        self._sorted = ""
        self._moved = False
        self.keys: Sequence[str] = ()

    @property
    def current(self) -> str | None:
        """The key of the row under the cursor."""
        return self.keys[self.cursor] if self.cursor < len(self.keys) else None

    def show(self, keys: Sequence[str], *, order: str = "", empty: str = "") -> None:
        """Show these rows; the cursor stays on its row where that is still there.

        Until somebody has moved it, it stays on the first row instead, whichever that is.
        `order` is the key of the column that they are sorted by.
        """
        before = self.current
        self.keys = keys
        self._sorted = order
        self._empty = empty or self._empty
        self.virtual_size = Size(self.scrollable_content_region.width, len(keys) + 1)
        there = self.cursor < len(keys) and keys[self.cursor] == before
        if self._moved and before is not None and not there:
            found = keys.index(before) if before in keys else min(self.cursor, len(keys) - 1)
            self.set_reactive(Listing.cursor, max(0, found))
        self.refresh()

    def go_to(self, key: str) -> None:
        """Put the cursor on a row, if it is there."""
        if key in self.keys:
            self.cursor = list(self.keys).index(key)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor within the rows."""
        return max(0, min(cursor, len(self.keys) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Let the row be seen and say where the cursor is."""
        self._moved |= before != after
        self.scroll_to_region(
            Region(0, self.cursor, 1, 2), animate=False, force=True, immediate=True
        )
        self.refresh()
        if self.current is not None:
            self.post_message(self.Moved(self, self.current))

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self.cursor += by

    def action_jump(self, to: int) -> None:
        """Move the cursor to a row, counted from the end where negative."""
        self.cursor = to if to >= 0 else len(self.keys) + to

    def action_page(self, by: int) -> None:
        """Move the cursor by what is seen at once."""
        self.cursor += by * max(1, self.size.height - 2)

    def action_choose(self) -> None:
        """Say that the row under the cursor is chosen."""
        if self.current is not None:
            self.post_message(self.Chosen(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row; choose it when it is there already."""
        at = event.get_content_offset(self)
        if at is None:
            return
        if at.y == 0:
            self._press_head(at.x)
            return
        row = at.y - 1 + self.scroll_offset.y
        if row >= len(self.keys):
            return
        if row == self.cursor:
            self.action_choose()
        self.cursor = row

    def _press_head(self, x: int) -> None:
        left = 0
        for column, width in widths(self._columns, self.scrollable_content_region.width):
            left += width + GAP
            if x < left:
                self.post_message(self.HeadPressed(self, column.key))
                return

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget: the head, or a row."""
        width = self.scrollable_content_region.width
        if y == 0:
            return self._head(width)
        row = y - 1 + self.scroll_offset.y
        if row < len(self.keys):
            return self._row(row, width)
        if not self.keys and y == 2:  # noqa: PLR2004 - a line below the head
            style = self.get_component_rich_style("listing--empty")
            return Strip([Segment(f"  {self._empty}", style)]).adjust_cell_length(
                width, self.rich_style
            )
        return Strip.blank(width, self.rich_style)

    def _head(self, width: int) -> Strip:
        style = self.get_component_rich_style("listing--head")
        cells = [
            fitted(
                f"{column.title} ▾" if column.key == self._sorted else column.title, wide, column
            )
            for column, wide in widths(self._columns, width)
        ]
        return Strip([Segment((" " * GAP).join(cells), style)]).adjust_cell_length(width, style)

    def _row(self, row: int, width: int) -> Strip:
        cells = tuple(self._cells(self.keys[row]))
        dark = self.app.current_theme.dark
        return drawn(self._columns, cells, width, self._under(row), dark=dark)

    def _under(self, row: int) -> Style:
        """Return what a row stands on: the cursor's shows where the keys go."""
        if row != self.cursor:
            return self.rich_style
        here = self.has_focus_within
        return self.get_component_rich_style("listing--here" if here else "listing--cursor")
