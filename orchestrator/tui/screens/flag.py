"""A box to tick; whether it is ticked can be read, not only seen by its colour."""

from typing import ClassVar

from rich.text import Text
from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class Flag(Widget, can_focus=True):
    """`[x] the whole cluster`; space ticks it, and a press of the mouse."""

    DEFAULT_CSS = """
    Flag { height: 1; width: 1fr; }
    Flag:focus { background: $primary-muted; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False),
        Binding("enter", "submit", "Do it", show=False),
    ]

    ticked: reactive[bool] = reactive(False)  # noqa: FBT003 - Textual's own way

    class Changed(Message):
        """It was ticked, or is no longer."""

    class Submitted(Message):
        """Enter was pressed on it."""

    def __init__(self, label: str, *, ticked: bool, id: str) -> None:  # noqa: A002 - Textual's name
        """Show a label beside the box."""
        super().__init__(id=id)
        self._label = label
        self.set_reactive(Flag.ticked, ticked)

    def render(self) -> RenderResult:
        """Return the line."""
        return Text(f"[{'x' if self.ticked else ' '}] {self._label}", no_wrap=True)

    def action_tick(self) -> None:
        """Tick it, or not."""
        self.ticked = not self.ticked
        self.post_message(self.Changed())

    def action_submit(self) -> None:
        """Say that all is filled in."""
        self.post_message(self.Submitted())

    def on_click(self) -> None:
        """Tick it, or not."""
        self.action_tick()
