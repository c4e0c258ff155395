"""A question with fields; while they are filled in it says what would come of it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Button, Input, Label, Static

from orchestrator.tui.screens.dialog import Dialog
from orchestrator.tui.screens.flag import Flag
from orchestrator.tui.tones import style_of

Values: TypeAlias = Mapping[str, str]
"""What stands in each field; a flag that is set has "yes"."""
YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; `offers` are what a text is likely to be."""

    key: str
    label: str
    kind: Literal["text", "number", "flag"] = "text"
    value: str = ""
    hint: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What would come of it, or why nothing would."""

    meaning: str
    refusal: str = ""


class Form(Dialog[Values | None]):
    """Its result is what was filled in, None where a person wants nothing to happen."""

    DEFAULT_CSS = """
    Form .said { min-height: 2; }
    Form .field { height: 1; }
    Form Label { width: 10; }
    Form Input { width: 1fr; }
    Form .answers { margin-top: 1; }
    Form .step { min-width: 5; margin-left: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False),
        Binding("up", "step(1)", "One more", show=False),
        Binding("down", "step(-1)", "One less", show=False),
    ]

    def __init__(
        self, title: str, fields: Sequence[Field], tell: Callable[[Values], Told], word: str
    ) -> None:
        """Ask; `tell` says what would come of what stands there, `word` is on the button."""
        super().__init__()
        self._title = title
        self._fields = fields
        self._tell = tell
        self._word = word

    def compose(self) -> ComposeResult:
        """Lay out what would come of it over the fields and the buttons."""
        with Vertical(classes="box") as box:
            box.border_title = Text(self._title)
            yield Static(classes="said")
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield from _widgets(field)
            with Horizontal(classes="answers"):
                yield Button(Text(self._word), name="do", id="do", compact=True)
                yield Button("Cancel", name="leave", compact=True)

    def on_mount(self) -> None:
        """Begin in the first field."""
        self.query("Input, Flag").first().focus()
        self._say()

    @property
    def values(self) -> Values:
        """What stands in the fields."""
        texts = {one.id or "": one.value.strip() for one in self.query(Input)}
        flags = {one.id or "": YES if one.ticked else "" for one in self.query(Flag)}
        return {**texts, **flags}

    def _say(self) -> None:
        told = self._tell(self.values)
        said = self.query_one(".said", Static)
        style = style_of("bad", dark=self.app.current_theme.dark)
        no = Text(f"✗ {told.refusal}", style)
        said.update(no if told.refusal else Text(told.meaning))
        self.query_one("#do", Button).disabled = bool(told.refusal)

    def on_input_changed(self) -> None:
        """Say what would come of it now."""
        self._say()

    def on_flag_changed(self) -> None:
        """Say what would come of it now."""
        self._say()

    def on_input_submitted(self) -> None:
        """Do it, if it can be done."""
        self._do()

    def on_flag_submitted(self) -> None:
        """Do it, if it can be done."""
        self._do()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Do it, or nothing, or count on."""
        if event.button.name == "do":
            self._do()
        elif event.button.name == "leave":
            self.action_leave()
        else:
            self.action_step(int(event.button.name or 0))

    def _do(self) -> None:
        if not self._tell(self.values).refusal:
            self.dismiss(self.values)

    def action_leave(self) -> None:
        """Want nothing."""
        self.dismiss(None)

    def action_step(self, by: int) -> None:
        """Count a number up or down; what is no number stays."""
        for field in self.query(Input):
            if field.type == "integer":
                with suppress(ValueError):
                    field.value = str(max(1, int(field.value) + by))


def _widgets(field: Field) -> ComposeResult:
    if field.kind == "flag":
        yield Label("")
        yield Flag(field.label, ticked=field.value == YES, id=field.key)
        return
    yield Label(Text(field.label))
    yield Input(
        field.value,
        id=field.key,
        placeholder=field.hint,
        compact=True,
        type="integer" if field.kind == "number" else "text",
        suggester=SuggestFromList(field.offers) if field.offers else None,
    )
    if field.kind == "number":
        yield Button("−", name="-1", classes="step", compact=True)
        yield Button("+", name="1", classes="step", compact=True)
