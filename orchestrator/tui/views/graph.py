"""The view of the graph: layers or folders with how far each is, and what holds up the end."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.graph.forest import Forest, Row
from orchestrator.application.watching.graph.groups import Group, Standing, held_up
from orchestrator.application.watching.tasks import task_row
from orchestrator.domain.plan import Task
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.bars import stacked
from orchestrator.tui.columns import Cell, Column, Mixed
from orchestrator.tui.listing import Listing
from orchestrator.tui.tones import STATE_TONES, Tone
from orchestrator.tui.view import TaskOpened, View

BAR = 10
COLUMNS = (
    Column("name", "layer, or task", 22, weight=2),
    Column("state", "worst", 11),
    Column("done", "done", 11, right=True),
    Column("path", "critical", 8, rank=1),
    Column("states", "how many, or why", 16, weight=4, rank=2),
)
PATH_COLUMNS = (
    Column("state", "state", 11),
    Column("task", "in this order", 18, weight=1),
    Column("cost", "cost", 5, rank=1, right=True),
)
MARK = "◆"
ROOM_FOR_PATH = 120
"""How many cells wide the screen must be for the critical path to stand beside."""
ROOM_FOR_WORDS = 130
"""How many cells wide the list must be for each number to have its word."""


class GraphView(View):
    """The tasks by layer or by folder; groups open and close."""

    name_of: ClassVar[str] = "Graph"
    hint: ClassVar[str] = "how far each layer or folder is, and what the end of the run waits for"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "turn_over", "Layers/folders"),
        Binding("l,right", "unfold", "Open", show=False),
        Binding("h,left", "fold", "Close", show=False),
        Binding("n", "next_critical", f"Next {MARK}"),
    ]
    SCOPED_CSS = False  # the width is a class of the screen
    DEFAULT_CSS = """
    GraphView #graph-list { width: 1fr; }
    GraphView #path { width: 36; padding: 0 0 0 1; border-left: solid $surface-lighten-2; }
    GraphView #path-text { height: auto; padding: 0 0 1 0; }
    .-huge GraphView #path { width: 60; }
    GraphView.-alone #path { display: none; }
    """

    def __init__(self) -> None:
        """Begin with the layers."""
        super().__init__(id="graph")
        self._look: Look | None = None
        self._forests = [Forest("layers"), Forest("folders")]

    def compose(self) -> ComposeResult:
        """Lay out the groups, and the critical path beside them."""
        with Horizontal():
            yield Listing(COLUMNS, self._cells, empty="there are no tasks", id="graph-list")
            with Vertical(id="path"):
                yield Static(id="path-text", markup=False)
                yield Listing(PATH_COLUMNS, self._path_cells, empty="", id="path-list")

    @property
    def forest(self) -> Forest:
        """The groups that are seen."""
        return self._forests[0]

    @property
    def listing(self) -> Listing:
        """The groups and tasks."""
        return self.query_one("#graph-list", Listing)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.forest.rows.get(self.listing.current or "")

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task under the cursor, or all of the group under it."""
        path = self.query_one("#path-list", Listing)
        if path.has_focus and path.current:
            return (path.current,)
        if self.row is None:
            return ()
        return tuple(self.row.group.tasks) if self.row.group else (self.row.task,)

    def on_resize(self, event: events.Resize) -> None:
        """Leave the critical path out where there is no room for it."""
        self.set_class(event.size.width < ROOM_FOR_PATH, "-alone")

    def prepare(self, look: Look) -> None:
        """Find the groups and the critical path."""
        self.forest.look(look)

    def look(self, look: Look) -> None:
        """Show how far everything is now."""
        self._look = look
        if look.whole:
            self.forest.look(look)
            self._show()

    def _show(self) -> None:
        self.listing.show(tuple(self.forest.rows))
        if self._look is not None:
            told = held_up(self._look.run, self.forest.path)
            self.query_one("#path-text", Static).update(f"{MARK} {told}")
            self.query_one("#path-list", Listing).show(self.forest.path)

    def _cells(self, key: str) -> Sequence[Cell]:
        row, look = self.forest.rows[key], self._look
        if look is None:
            return ()
        name = f"{'  ' * row.depth}{self._sign(row)} {self._called(row, look)}"
        if row.group is not None:
            return ((name, "strong"), *self._group_cells(look, row.group))
        return ((name, "plain"), *self._task_cells(look, row.task))

    def _sign(self, row: Row) -> str:
        if row.group is None:
            return " "
        return "▾" if self.forest.is_open(row.key) else "▸"

    def _called(self, row: Row, look: Look) -> str:
        if row.group is not None:
            return on_one_line(row.group.name)
        task = look.run.by_id[row.task]
        if self.forest.grouping == "folders" and len(task.files) == 1:
            return on_one_line(task.files[0].rpartition("/")[2])
        return _short(task)

    def _group_cells(self, look: Look, group: Group) -> Iterator[Cell]:
        standing = self.forest.standing(look, group)
        worst, _ = standing.ordered[0]
        marks = self.forest.marks[group.key]
        yield f"{STATE_GLYPHS[worst]} {worst}", STATE_TONES[worst]
        yield f"{standing.done}/{standing.total}", "plain"
        yield f"{MARK} {marks}" if marks else "", "mark"
        yield Mixed((*stacked(standing.states, BAR), (" ", "plain"), *self._counts(standing)))

    def _counts(self, standing: Standing) -> Iterator[tuple[str, Tone]]:
        """Yield how many tasks are in each state, in words where there is room for them."""
        in_words = self.listing.size.width >= ROOM_FOR_WORDS
        for state, count in standing.ordered:
            word = f" {count:,} {state} " if in_words else f"{count:,}"
            yield f" {STATE_GLYPHS[state]}{word}", STATE_TONES[state]

    def _task_cells(self, look: Look, task: str) -> Iterator[Cell]:
        row = task_row(look, task)
        yield f"{STATE_GLYPHS[row.state]} {row.state}", STATE_TONES[row.state]
        yield "", "plain"
        yield f"{MARK} path" if self.forest.marks[f"task:{task}"] else "", "mark"
        yield on_one_line(row.blocker), "dim"

    def _path_cells(self, task: str) -> Sequence[Cell]:
        if self._look is None:
            return ()
        one, state = self._look.run.by_id[task], self._look.run.tasks[task].state
        return (
            (f"{STATE_GLYPHS[state]} {state}", STATE_TONES[state]),
            (_short(one), "plain"),
            (f"{one.cost:g}", "dim"),
        )

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Open a task, or open and close a group."""
        row = self.forest.rows.get(event.key)
        if event.listing is not self.listing:
            self.post_message(TaskOpened(event.key))
        elif row is not None and row.group is None:
            self.post_message(TaskOpened(row.task))
        elif self.forest.is_open(event.key):
            self.action_fold()
        else:
            self.action_unfold()

    def action_turn_over(self) -> None:
        """Show folders in the place of layers, or the other way round."""
        task = self.row.task if self.row else ""
        self._forests.reverse()
        if self._look is not None:
            self.forest.look(self._look)
            self._go_to(self.forest.reveal(task) if task else next(iter(self.forest.rows), ""))

    def action_unfold(self) -> None:
        """Show what is in the group under the cursor."""
        if self.row is not None and self.row.group is not None:
            self.forest.open(self.row.key)
            self._show()

    def action_fold(self) -> None:
        """Hide what is in the group under the cursor, or go to the group around it."""
        row = self.row
        if row is None:
            return
        if self.forest.is_open(row.key):
            self.forest.close(row.key)
            self._show()
        else:
            self.listing.go_to(row.parent)

    def action_next_critical(self) -> None:
        """Go to the next task on the critical path."""
        path = self.forest.path
        if path:
            here = self.row.task if self.row else ""
            index = path.index(here) + 1 if here in path else 0
            self._go_to(self.forest.reveal(path[index % len(path)]))

    def _go_to(self, key: str) -> None:
        self._show()
        self.listing.go_to(key)


def _short(task: Task) -> str:
    """Return a task's title; the name of a file stands before its folder: lines end too soon."""
    folder, slash, name = task.title.rpartition("/")
    return on_one_line(f"{name} in {folder}" if slash and task.title in task.files else task.title)
