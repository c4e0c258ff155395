"""The line that names the views."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual import events
from textual.app import RenderResult
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Tab:
    """One view's name, with what stands beside it."""

    name: str
    badge: str = ""


class Tabs(Widget):
    """`1 Tasks  2 Graph  3 Problems 4`: the key, the name, how many."""

    DEFAULT_CSS = """
    Tabs { height: 1; padding: 0 1; background: $surface; }
    """

    tabs: reactive[Sequence[Tab]] = reactive(())
    current: reactive[int] = reactive(0)

    class Pressed(Message):
        """A view was asked for."""

        def __init__(self, index: int) -> None:
            """Say which, from 0."""
            super().__init__()
            self.index = index

    def render(self) -> RenderResult:
        """Return the line."""
        line = Text(no_wrap=True, overflow="ellipsis")
        for index, tab in enumerate(self.tabs):
            style = "reverse bold" if index == self.current else ""
            badge = f" {tab.badge}" if tab.badge else ""
            line.append(f" {index + 1} {tab.name}{badge} ", style)
        return line

    def on_click(self, event: events.Click) -> None:
        """Ask for the view under the mouse."""
        left = 1
        for index, tab in enumerate(self.tabs):
            left += len(f" {index + 1} {tab.name}{f' {tab.badge}' if tab.badge else ''} ")
            if event.x < left:
                self.post_message(self.Pressed(index))
                return
