"""A pane whose text takes a while to get: it is got on another thread, once for each attempt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import work
from textual.app import ComposeResult
from textual.message import Message

from orchestrator.errors import LeafcutError
from orchestrator.tui.panes.pane import Near, Pane
from orchestrator.tui.panes.paper import Paper
from orchestrator.tui.panes.rows import Row, in_line, row


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be got: `key` tells it from others, `get` takes a while and makes its rows."""

    key: str
    get: Callable[[], Sequence[Row]]


class FetchedPane(Pane):
    """Shows what `wanted` says, or why there is nothing to get."""

    class Arrived(Message):
        """The text is there."""

        def __init__(self, key: str, rows: Sequence[Row]) -> None:
            """Say which."""
            super().__init__()
            self.key, self.rows = key, rows

    def __init__(self, id: str) -> None:  # noqa: A002 - Textual's own name
        """Show nothing yet."""
        super().__init__(id=id)
        self.paper = Paper()
        self._key = ""

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield self.paper

    def wanted(self, near: Near) -> Wanted | str:
        """Return what is to be got, or why there is nothing."""
        raise NotImplementedError

    def near(self, near: Near) -> None:
        """Get the text where it is another one than that which is shown."""
        found = self.wanted(near)
        key = found if isinstance(found, str) else found.key
        if key == self._key:
            return
        self._key = key
        self.paper.scroll_to(y=0, animate=False)
        if isinstance(found, str):
            self.paper.show([row((found, "dim"))])
        else:
            self.paper.show([row(("…", "dim"))])
            self._get(found)

    @work(thread=True, exclusive=True)
    def _get(self, found: Wanted) -> None:
        try:
            rows = found.get()
        except LeafcutError as error:
            rows = wrong(error)
        self.post_message(self.Arrived(found.key, rows))

    def on_fetched_pane_arrived(self, message: Arrived) -> None:
        """Show it, if it is still what is asked for."""
        message.stop()
        if message.key == self._key:
            self.paper.show(message.rows)


def wrong(error: LeafcutError) -> list[Row]:
    """Return what went wrong, and what a person can do about it."""
    rows = [row(("✗ ", "bad"), in_line(error.message), hang=2)]
    return [*rows, row("  ", (in_line(error.hint), "dim"), hang=2)] if error.hint else rows
