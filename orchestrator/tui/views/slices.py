"""The view of the slices: what becomes pull requests, and what reviews and checks say of them."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.slices import SliceRow, in_all, nothing_yet
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line
from orchestrator.errors import LeafcutError
from orchestrator.tui import slice_cells
from orchestrator.tui.columns import Cell, Column
from orchestrator.tui.from_near import BACK, OneFromNear
from orchestrator.tui.listing import Listing
from orchestrator.tui.sparing import Sparing
from orchestrator.tui.tones import STATE_TONES, style_of

EVERY_S = 5.0
"""How often slices are cut at most, in seconds."""
SHARE = 0.1
"""What part of the time may be spent on cutting them: of a large run that takes a while."""
TASK_COLUMNS = (
    Column("state", "state", 11),
    Column("task", "task", 14, weight=1),
)


@dataclass
class Cut(Message):
    """The slices are cut; or they could not be, and why."""

    rows: Sequence[SliceRow]
    took: float
    error: LeafcutError | None = None


class SlicesView(OneFromNear[SliceRow]):
    """All slices below a line about them, and the files and tasks of one."""

    name_of: ClassVar[str] = "Slices"
    hint: ClassVar[str] = "what becomes pull requests, and how reviews and checks of them stand"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "update", "Look anew"),
        BACK,
    ]
    DEFAULT_CSS = """
    SlicesView #slices-said { height: 1; padding: 0 1; }
    """

    def __init__(self, slices: Callable[[bool], Sequence[SliceRow]]) -> None:
        """Show what `slices` returns; it may take a while, and with True it asks the forge."""
        super().__init__(
            Listing(slice_cells.COLUMNS, self._cells, empty="nothing has landed yet"),
            Listing(TASK_COLUMNS, self._task_cells, empty=""),
            id="slices",
        )
        self._slices = slices
        self._rows: Mapping[str, SliceRow] = {}
        self._head = ""
        self._at_work = False
        self._sparing = Sparing(EVERY_S, SHARE)
        self._asks = False
        self._fault = ""

    def above(self) -> Iterable[Widget]:
        """Return the line over the slices."""
        yield Static(id="slices-said", markup=False)

    def thing(self, key: str) -> SliceRow | None:
        """Return the slice of a branch."""
        return self._rows.get(key)

    def parts_of(self, thing: SliceRow, look: Look) -> Sequence[str]:
        """Return the tasks of a slice."""
        del look
        return thing.tasks

    def tasks_of(self, thing: SliceRow) -> tuple[str, ...]:
        """Return the tasks of a slice."""
        return thing.tasks

    def look(self, look: Look) -> None:
        """Show the slices; cut them anew where something has landed since."""
        self._look = look
        if not look.whole:
            return
        if look.run.head != self._head and look.run.counts["landed"] and self._may_cut():
            self._cut(look)
        self._show(look)

    # -- cutting -------------------------------------------------------------------------------

    def _may_cut(self) -> bool:
        return not self._at_work and self._sparing.allows(time.monotonic())

    def _cut(self, look: Look) -> None:
        """Begin to cut, on a thread of its own: who leaves meanwhile need not wait for it."""
        self._head, self._at_work, self._fault = look.run.head, True, ""
        asking = self._asks
        Thread(target=self._cutting, args=(asking,), name="leafcut-slices", daemon=True).start()

    def _cutting(self, asking: bool) -> None:  # noqa: FBT001 - a thread's argument
        began = time.monotonic()
        rows: Sequence[SliceRow] = ()
        error = None
        try:
            rows = self._slices(asking)
        except LeafcutError as found:
            error = found
        self.post_message(Cut(rows, time.monotonic() - began, error))

    def on_cut(self, message: Cut) -> None:
        """Show what was cut; what was there stays where it could not be."""
        self._sparing.done(time.monotonic(), message.took)
        self._at_work = self._asks = False
        if message.error is not None:
            self._fault = on_one_line(
                "; ".join(filter(None, (message.error.message, message.error.hint)))
            )
        else:
            self._rows = {one.branch: one for one in message.rows}
        if self._look is not None:
            self._show(self._look)

    def action_update(self) -> None:
        """Cut anew at once, and ask the forge where there is one."""
        if self._look is not None and self._look.whole and not self._at_work:
            self._asks = True
            self._cut(self._look)
            self._show(self._look)

    # -- what is seen --------------------------------------------------------------------------

    def _show(self, look: Look) -> None:
        empty = "they could not be cut; u tries again" if self._fault else nothing_yet(look)
        self.listing.show(tuple(self._rows), empty=empty)
        self.query_one("#slices-said", Static).update(self._said())
        self.show_near()

    def _said(self) -> Text:
        dark = self.app.current_theme.dark
        line = Text(no_wrap=True, overflow="ellipsis")
        if self._rows:
            line.append(in_all(tuple(self._rows.values())))
        if self._at_work:
            doing = "asking the forge …" if self._asks else "cutting …"
            line.append(f"  ◔ {doing}", style_of("busy", dark=dark))
        elif self._fault:
            line.append(f"  ✗ {self._fault}", style_of("bad", dark=dark))
        elif hint := next((one.hint for one in self._rows.values()), ""):
            line.append(f"  → {on_one_line(hint)}", style_of("dim", dark=dark))
        return line

    def page(self, thing: SliceRow, look: Look) -> Text:
        """Return how a slice stands, and its files."""
        del look
        dark = self.app.current_theme.dark
        text = Text.assemble((on_one_line(thing.title), "bold"))
        for word, tone in slice_cells.words(thing):
            text.append("\n")
            text.append(word, style_of(tone, dark=dark))
        text.append(f"\n\n{many(len(thing.parts), 'file')}")
        for path, added, removed in thing.parts:
            text.append(f"\n+{added:<4} −{removed:<4} ", style_of("dim", dark=dark))
            text.append(on_one_line(path))
        return text

    def _cells(self, branch: str) -> Sequence[Cell]:
        return tuple(slice_cells.cells(self._rows[branch]))

    def _task_cells(self, task: str) -> Sequence[Cell]:
        if self._look is None or task not in self._look.run.by_id:
            return ("", "plain"), (on_one_line(task), "plain")
        state = self._look.run.tasks[task].state
        title = on_one_line(self._look.run.by_id[task].title)
        return (f"{STATE_GLYPHS[state]} {state}", STATE_TONES[state]), (title, "plain")
