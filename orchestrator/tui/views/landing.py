"""The view of the merge queue: what is under check, what waits for it, what has landed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.landing.queue import Landings, waiting
from orchestrator.application.watching.landing.row import LANDING_GLYPHS, LandingRow, LandingState
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.columns import Cell, Column, Mixed
from orchestrator.tui.listing import Listing
from orchestrator.tui.tones import Tone
from orchestrator.tui.view import TaskOpened, View
from orchestrator.tui.words import counted, taking, time_of_day

TONES: Mapping[LandingState, Tone] = {
    "checking": "busy",
    "green": "good",
    "red": "bad",
    "suspect": "wait",
    "queued": "busy",
    "landed": "good",
    "sent back": "wait",
    "cut off": "wait",
}
COLUMNS = (
    Column("state", "state", 11),
    Column("what", "task, or batch", 22, weight=3),
    Column("agent", "agent", 11, rank=4),
    Column("lines", "lines", 5, rank=5, right=True),
    Column("at", "at", 8, rank=3),
    Column("for", "for", 5, rank=1, right=True),
    Column("why", "what was seen", 18, weight=4, rank=2),
)


class LandingView(View):
    """One list: the batch under check, then the queue, then what has landed, newest first."""

    name_of: ClassVar[str] = "Landing"
    hint: ClassVar[str] = "the batch under check, the queue behind it, and what landed last"

    def __init__(self) -> None:
        """Begin with what is under check."""
        super().__init__(id="landing")
        self._landings = Landings()

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Listing(COLUMNS, self._cells, empty="the journal is being read")

    @property
    def listing(self) -> Listing:
        """The list."""
        return self.query_one(Listing)

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task under the cursor."""
        current = self.listing.current
        task = self._landings.row(current).task if current else ""
        return (task,) if task else ()

    def badge(self, look: Look) -> str:
        """Return how many tasks wait to land, those under check included."""
        under = look.run.landing.tasks if look.run.landing else ()
        count = len(waiting(look)) + len(under)
        return counted(count) if count else ""

    def look(self, look: Look) -> None:
        """Show what lands now."""
        if look.whole:
            self._landings.look(look)
            self.listing.show(self._landings.keys)

    def _cells(self, key: str) -> Sequence[Cell]:
        row = self._landings.row(key)
        if row.head:
            return (_head(row),)
        return tuple(_line(row, indented=key.startswith("of:")))

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Open a task; show the tasks of a landing of several below it."""
        if task := self._landings.row(event.key).task:
            self.post_message(TaskOpened(task))
        elif event.key.startswith("landing:"):
            self._landings.unfold(event.key)
            self.listing.show(self._landings.keys)


def _head(row: LandingRow) -> Cell:
    """Return a line above others; it takes the whole width."""
    glyph = LANDING_GLYPHS[row.state] if row.state else "▾"
    tone: Tone = TONES[row.state] if row.state else "strong"
    took = f"  {taking(row.seconds)}" if row.seconds is not None else ""
    why = f"  {on_one_line(row.why)}" if row.why else ""
    return Mixed(
        (
            (f"{glyph} {row.head}", tone),
            (f"  {on_one_line(row.what)}{took}", "strong"),
            (why, "plain"),
        )
    )


def _line(row: LandingRow, *, indented: bool) -> Iterator[Cell]:
    tone: Tone = TONES[row.state] if row.state else "plain"
    yield f"{LANDING_GLYPHS[row.state]} {row.state}" if row.state else "", tone
    yield f"{'  ' if indented else ''}{on_one_line(row.what)}", "plain"
    yield on_one_line(row.agent.rpartition("/")[2]), "plain"
    yield counted(row.lines) if row.lines is not None else "", "dim"
    yield time_of_day(row.at) if row.at is not None else "", "dim"
    yield taking(row.seconds), "plain"
    yield on_one_line(row.why), tone if tone in {"bad", "wait"} else "dim"
