"""A question with a few answers, asked before anything happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Static

from orchestrator.tui.screens.dialog import Dialog

CANCEL = ""
"""The answer of somebody who wants nothing to happen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: what it is to the program, and the word on its button."""

    key: str
    word: str


class Confirm(Dialog[str]):
    """Says in a sentence what will happen; its result is a choice's key, CANCEL for none.

    The first choice has the focus: Enter takes it. Where work would be lost, let that be CANCEL's.
    """

    DEFAULT_CSS = """
    Confirm .said { max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Cancel", show=False),
        Binding("left,h", "app.focus_previous", "Answer before", show=False),
        Binding("right,l", "app.focus_next", "Next answer", show=False),
    ]

    def __init__(self, title: str, said: str, choices: Sequence[Choice]) -> None:
        """Ask; `said` is one sentence or a few lines."""
        super().__init__()
        self._title = title
        self._said = said
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out the sentence over the buttons."""
        with Vertical(classes="box") as box:
            box.border_title = Text(self._title)
            with VerticalScroll(classes="said", can_focus=False):
                yield Static(Text(self._said))
            with Horizontal(classes="answers"):
                for choice in self._choices:
                    yield Button(Text(choice.word), name=choice.key, compact=True)

    def on_mount(self) -> None:
        """Begin at the first answer."""
        self.query(Button).first().focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Take an answer."""
        self.dismiss(event.button.name or CANCEL)

    def action_leave(self) -> None:
        """Want nothing."""
        self.dismiss(CANCEL)
