"""The view of all tasks: a table to filter, to sort and to open."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, get_args

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.query import KEYS, Query
from orchestrator.application.watching.tasks import Order, ordered, task_row
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.columns import Cell, Column
from orchestrator.tui.listing import Listing
from orchestrator.tui.tones import STATE_TONES
from orchestrator.tui.view import TaskOpened, View
from orchestrator.tui.words import counted, dollars, lasting

COLUMNS = (
    Column("state", "state", 11),
    Column("task", "task", 22, weight=3),
    Column("files", "files", 5, rank=6, right=True),
    Column("layer", "layer", 5, rank=7, right=True),
    Column("agent", "agent", 11, rank=4),
    Column("attempt", "try", 3, rank=3, right=True),
    Column("age", "age", 5, rank=2, right=True),
    Column("tokens", "tokens", 7, rank=5, right=True),
    Column("cost", "USD", 6, rank=5, right=True),
    Column("blocker", "waits for, or why", 18, weight=4, rank=1),
)
ORDERS: tuple[Order, ...] = get_args(Order)


class TasksView(View):
    """All tasks, or those that a person asks for."""

    name_of: ClassVar[str] = "Tasks"
    hint: ClassVar[str] = "what each task does, and what holds it up"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Find", key_display="/"),
        Binding("o", "order(1)", "Sort"),
        Binding("O", "order(-1)", "Sort back", show=False),
        Binding("escape", "leave", "All", show=False),
    ]
    DEFAULT_CSS = """
    TasksView Input { height: 1; border: none; padding: 0 1; display: none; }
    TasksView.-searching Input { display: block; }
    """

    def __init__(self) -> None:
        """Show all, the most urgent first."""
        super().__init__(id="tasks")
        self._look: Look | None = None
        self._query = Query()
        self._order: Order = "urgency"
        self._backwards = False
        self._shown: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the field to search in, and the table."""
        keys = " ".join(f"{key}:" for key in KEYS)
        field = Input(placeholder=f"words, a state, or {keys}", id="find")
        field.can_focus = False  # or it takes the keys of somebody who is quick
        yield field
        yield Listing(COLUMNS, self._cells, empty="there are no tasks yet")

    @property
    def listing(self) -> Listing:
        """The table."""
        return self.query_one(Listing)

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task under the cursor."""
        current = self.listing.current
        return (current,) if current else ()

    def look(self, look: Look) -> None:
        """Show where the tasks stand; the order is made anew only when something happened."""
        self._look = look
        asked = (look.sequence, self._query, self._order, self._backwards)
        if asked == self._shown:
            self.listing.refresh()
            return
        self._shown = asked
        found = [
            task for task in look.run.by_id if not self._query or self._query.finds(look, task)
        ]
        empty = "no task is so; escape shows all" if self._query else "there are no tasks"
        self.listing.show(
            ordered(look, found, self._order, backwards=self._backwards),
            order=self._order,
            empty=empty,
        )

    def _cells(self, task: str) -> Sequence[Cell]:
        if self._look is None:
            return ()
        return tuple(_cells(self._look, task))

    def on_mount(self) -> None:
        """Begin in the table."""
        self.listing.focus()

    def action_search(self) -> None:
        """Ask what to look for."""
        self.add_class("-searching")
        self.query_one(Input).can_focus = True
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for it while it is typed."""
        self._query = Query.of(event.value)
        self._again()

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.listing.focus()
        self.set_class(bool(self._query), "-searching")

    def action_leave(self) -> None:
        """Show all again."""
        self.query_one(Input).value = ""
        self.remove_class("-searching")
        self.listing.focus()

    def action_order(self, by: int) -> None:
        """Sort by the next column, or the one before."""
        self._order = ORDERS[(ORDERS.index(self._order) + by) % len(ORDERS)]
        self._backwards = False
        self._again()

    def on_listing_head_pressed(self, event: Listing.HeadPressed) -> None:
        """Sort by a column, the other way round when it is the second time."""
        order: Order = next((order for order in ORDERS if order == event.key), "urgency")
        self._backwards = not self._backwards if order == self._order else False
        self._order = order
        self._again()

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Open a task."""
        self.post_message(TaskOpened(event.key))

    def _again(self) -> None:
        if self._look is not None:
            self.look(self._look)


def _cells(look: Look, task: str) -> Iterator[Cell]:
    row = task_row(look, task)
    tone = STATE_TONES[row.state]
    yield f"{STATE_GLYPHS[row.state]} {row.state}", tone
    yield on_one_line(row.title), "plain"
    yield str(row.files), "dim"
    yield str(row.layer), "dim"
    yield on_one_line(row.agent.rpartition("/")[2]), "plain"
    yield str(row.attempt or ""), "plain"
    yield lasting(row.age), "plain"
    yield counted(row.tokens) if row.tokens else "", "plain"
    yield dollars(row.cost_usd), "plain"
    yield on_one_line(row.blocker), tone if tone in {"bad", "wait"} else "dim"
