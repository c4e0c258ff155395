"""The keys, here and everywhere, and what the signs mean."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from rich.style import Style
from rich.table import Table
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from orchestrator.application.glyphs import RUN_GLYPHS, STATE_GLYPHS
from orchestrator.application.watching.legend import RUN_MEANINGS, STATE_MEANINGS
from orchestrator.tui.tones import RUN_TONES, STATE_TONES, Tone, style_of

Row: TypeAlias = tuple[Text, str]
WIDTH = 14
"""How many cells the left column has."""
_NOISE = ("scroll_left", "scroll_right", "page_left", "page_right", "screen.", "app.focus")


class Help(ModalScreen[None]):
    """One page over everything; escape, ? or q leave it."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help VerticalScroll {
        width: 78; max-width: 95%; height: auto; max-height: 95%;
        border: round $primary; padding: 0 1; background: $surface;
        border-title-style: bold;
    }
    Help Static { height: auto; margin-bottom: 1; }
    Help .page { height: auto; padding-right: 1; }
    Help.-wide VerticalScroll, Help.-huge VerticalScroll { width: 116; layout: horizontal; }
    Help.-wide .page, Help.-huge .page { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, bindings: Iterable[ActiveBinding]) -> None:
        """Explain these."""
        super().__init__()
        self._told = tuple(bindings)

    def compose(self) -> ComposeResult:
        """Lay out keys over signs."""
        with VerticalScroll() as box:
            box.border_title = "Keys and signs"
            with Vertical(classes="page"):
                for head, rows in self._keys():
                    if rows:
                        yield Static(_table(head, rows))
            with Vertical(classes="page"):
                yield Static(self._signs("tasks are", STATE_GLYPHS, STATE_MEANINGS, STATE_TONES))
                yield Static(self._signs("the run is", RUN_GLYPHS, RUN_MEANINGS, RUN_TONES))

    def on_mount(self) -> None:
        """Let keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def _keys(self) -> Iterator[tuple[str, Sequence[Row]]]:
        told = [one for one in self._told if one.binding.description and not _is_noise(one)]
        there = [one for one in told if isinstance(one.node, App)]
        acts = [one for one in there if one.binding.action.startswith(("act(", "offer("))]
        yield "here", self._rows(one for one in told if one not in there)
        yield "to steer", self._rows(acts)
        yield "everywhere", self._rows(one for one in there if one not in acts)

    def _rows(self, told: Iterable[ActiveBinding]) -> list[Row]:
        """Return what keys do; those that do the same stand in one row."""
        keys: dict[str, list[str]] = {}
        for one in told:
            row = keys.setdefault(_does(one.binding), [])
            row.append(self.app.get_key_display(one.binding))
        return [
            (Text(" ".join(dict.fromkeys(names)), "bold"), does) for does, names in keys.items()
        ]

    def _signs(
        self,
        head: str,
        glyphs: Mapping[Any, str],
        meanings: Mapping[Any, str],
        tones: Mapping[Any, Tone],
    ) -> Table:
        rows = [
            (Text(f"{glyph} {word}", self._style(tones.get(word, "plain"))), meanings[word])
            for word, glyph in glyphs.items()
        ]
        return _table(head, rows)

    def _style(self, tone: Tone) -> Style:
        return style_of(tone, dark=self.app.current_theme.dark)


def _is_noise(told: ActiveBinding) -> bool:
    """Say whether a key is one that Textual gives to everything."""
    return told.binding.action.startswith(_NOISE)


def _does(binding: Binding) -> str:
    """Return what a key does; those of the views are told once."""
    if binding.action.startswith("view("):
        return "The view of that number"
    is_act = binding.action.startswith(("act(", "offer(", "app.act("))
    if is_act:
        return ": ".join(filter(None, (binding.description, binding.tooltip)))
    return binding.tooltip or binding.description


def _table(head: str, rows: Sequence[Row]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(width=WIDTH)
    table.add_column(ratio=1)
    table.add_row(Text(head, "bold underline"), "")
    for left, right in rows:
        table.add_row(left, Text(right))
    return table
