"""Text to read and to scroll, of any length: a line is drawn when it can be seen."""

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from orchestrator.tui.panes.rows import Row, wrapped
from orchestrator.tui.tones import Piece, style_of


class Paper(ScrollView, can_focus=True):
    """Rows, wrapped to the width; while it is `following` the last of them stays in sight."""

    DEFAULT_CSS = """
    Paper { height: 1fr; padding: 0 1; overflow-x: hidden; scrollbar-gutter: stable;
            scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "Down", show=False),
        Binding("k,up", "move(-1)", "Up", show=False),
        Binding("g,home", "jump(False)", "First line", show=False),
        Binding("G,end", "jump(True)", "Last line", show=False),
        Binding("space,pagedown,ctrl+f", "page(1)", "Page down", show=False),
        Binding("b,pageup,ctrl+b", "page(-1)", "Page up", show=False),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False),
    ]

    following: reactive[bool] = reactive(default=False, init=False)

    class Paused(Message):
        """Somebody scrolled up, so that it follows no more; or it follows again."""

    def __init__(self, *, follows: bool = False, id: str | None = None) -> None:  # noqa: A002
        """Show nothing yet; one that `follows` goes on to do so once its end is asked for."""
        super().__init__(id=id)
        self._follows = follows
        self._rows: list[Row] = []
        self._lines: list[tuple[Piece, ...]] = []
        self._laid_for = 0

    @property
    def text(self) -> str:
        """All that it says, as plain text."""
        return "\n".join("".join(piece for piece, _ in row.pieces) for row in self._rows)

    def show(self, rows: Iterable[Row]) -> None:
        """Show other rows; the place stays where it is as far as there are as many."""
        self._rows = list(rows)
        self._lay()

    def add(self, rows: Iterable[Row]) -> None:
        """Show more rows below."""
        new = list(rows)
        self._rows += new
        for row in new:
            self._lines += wrapped(row, self._laid_for or 1)
        self._fit()

    def on_resize(self) -> None:
        """Wrap anew when the width is another."""
        if self._width != self._laid_for:
            self._lay()

    @property
    def _width(self) -> int:
        return max(1, self.scrollable_content_region.width)

    def _lay(self) -> None:
        self._laid_for = self._width
        self._lines = [line for row in self._rows for line in wrapped(row, self._laid_for)]
        self._fit()

    def _fit(self) -> None:
        self.virtual_size = Size(self._laid_for, len(self._lines))
        if self.following:
            self.scroll_end(animate=False, immediate=True)
        self.refresh()

    def watch_following(self, following: bool) -> None:  # noqa: FBT001 - Textual hands it over so
        """Go to the end, and say so."""
        if following:
            self.scroll_end(animate=False)
        self.post_message(self.Paused())

    def action_move(self, by: int) -> None:
        """Scroll by lines."""
        self._scroll(by)

    def action_page(self, by: float) -> None:
        """Scroll by what is seen at once."""
        self._scroll(round(by * max(1, self.size.height - 1)))

    def action_jump(self, to_end: bool) -> None:  # noqa: FBT001 - Textual's way to hand it over
        """Scroll to the first line, or to the last and follow what comes."""
        self.following = to_end and self._follows
        self.scroll_to(y=self.max_scroll_y if to_end else 0, animate=False)

    def on_mouse_scroll_up(self, _: events.MouseScrollUp) -> None:
        """Follow no more."""
        self.following = False

    def _scroll(self, by: int) -> None:
        if by < 0:
            self.following = False
        self.scroll_relative(y=by, animate=False)

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget."""
        width, at = self.size.width, y + self.scroll_offset.y
        if at >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        dark = self.app.current_theme.dark
        segments = [
            Segment(text, self.rich_style + style_of(tone, dark=dark))
            for text, tone in self._lines[at]
        ]
        return Strip(segments).adjust_cell_length(width, self.rich_style)
