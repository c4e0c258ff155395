"""The view of what is wrong: the worst first, with what to do about it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problems.problem import SEVERITY_GLYPHS, Problem, Severity
from orchestrator.application.watching.problems.ranked import Problems
from orchestrator.application.watching.tasks import task_row
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.columns import Cell, Column
from orchestrator.tui.listing import Listing
from orchestrator.tui.tones import STATE_TONES, Tone, style_of
from orchestrator.tui.view import TaskOpened, View
from orchestrator.tui.words import lasting

SEVERITY_TONES: dict[Severity, Tone] = {
    "fails": "bad",
    "needs you": "mark",
    "odd": "wait",
    "waits": "dim",
}
COLUMNS = (
    Column("severity", "how bad", 11),
    Column("what", "what", 24, weight=3),
    Column("tasks", "tasks", 6, right=True, rank=1),
    Column("since", "since", 5, right=True, rank=2),
    Column("why", "why", 30, weight=4, rank=3),
)
TASK_COLUMNS = (
    Column("state", "state", 11),
    Column("task", "task", 16, weight=2),
    Column("why", "why", 24, weight=3, rank=1),
)


class Near(Vertical, can_focus=True):
    """One problem from near; it has the keys where there is no task to go to."""


class ProblemsView(View):
    """All problems; beside them, or in their place where it is narrow, one of them from near."""

    name_of: ClassVar[str] = "Problems"
    hint: ClassVar[str] = "what is wrong, the worst first, and what to do about it"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", show=False),
    ]
    SCOPED_CSS = False  # the width is a class of the screen
    DEFAULT_CSS = """
    ProblemsView #problems-list { width: 3fr; }
    ProblemsView #problem { width: 2fr; padding: 0 0 0 1; border-left: solid $surface-lighten-2; }
    ProblemsView #problem-text { height: auto; max-height: 60%; padding: 0 0 1 0; }
    .-narrow ProblemsView #problem { display: none; border-left: none; padding: 0; }
    .-narrow ProblemsView.-near #problem { display: block; width: 1fr; }
    .-narrow ProblemsView.-near #problems-list { display: none; }
    """

    def __init__(self) -> None:
        """Show all."""
        super().__init__(id="problems")
        self._look: Look | None = None
        self._problems = Problems()
        self._by_key: dict[str, Problem] = {}

    def compose(self) -> ComposeResult:
        """Lay out the problems, and one of them."""
        with Horizontal():
            yield Listing(COLUMNS, self._cells, empty="nothing is wrong", id="problems-list")
            with Near(id="problem"):
                yield Static(id="problem-text", markup=False)
                yield Listing(TASK_COLUMNS, self._task_cells, empty="", id="problem-tasks")

    @property
    def listing(self) -> Listing:
        """The problems."""
        return self.query_one("#problems-list", Listing)

    @property
    def tasks(self) -> Listing:
        """The tasks of the problem under the cursor."""
        return self.query_one("#problem-tasks", Listing)

    @property
    def current(self) -> Problem | None:
        """The problem under the cursor."""
        return self._by_key.get(self.listing.current or "")

    @property
    def tasks_meant(self) -> tuple[str, ...]:
        """The task under the cursor, or all of the problem under it."""
        if self.tasks.has_focus and self.tasks.current:
            return (self.tasks.current,)
        return self.current.tasks if self.current else ()

    def badge(self, look: Look) -> str:
        """Return how many problems do not go away without a person."""
        urgent = self._problems.urgent(look)
        return str(urgent) if urgent else ""

    def look(self, look: Look) -> None:
        """Show what is wrong now."""
        self._look = look
        if not look.whole:
            self.listing.show((), empty="the journal is being read")
            return
        near = self.listing.current if self.has_class("-near") else None
        self._by_key = {problem.key: problem for problem in self._problems.of(look)}
        self.listing.show(tuple(self._by_key), empty="✓ nothing is wrong")
        if near in self._by_key:
            self.listing.go_to(near)
        elif near is not None:
            self._leave()
        self._show_near()

    def _show_near(self) -> None:
        problem, look = self.current, self._look
        self.query_one(Near).visible = problem is not None
        if problem is None or look is None:
            self._leave()
            return
        self.query_one("#problem-text", Static).update(self._told(problem, look))
        self.tasks.show(
            (*problem.tasks, *problem.behind), empty="it is about no task in particular"
        )
        self.tasks.display = bool(problem.tasks)

    def _told(self, problem: Problem, look: Look) -> Text:
        dark = self.app.current_theme.dark
        tone = style_of(SEVERITY_TONES[problem.severity], dark=dark)
        text = Text.assemble(
            (f"{SEVERITY_GLYPHS[problem.severity]} {problem.severity}", tone),
            f"  {on_one_line(problem.what)}\n\n{on_one_line(problem.why)}\n",
        )
        if problem.since is not None:
            text.append(f"\nsince {lasting(look.now - problem.since)}")
        if problem.behind:
            bad = style_of("bad", dark=dark)
            text.append(f"\n⊘ {len(problem.behind):,} more cannot start before", bad)
        for key, word in _advice(problem, read_only=self._is_read_only):
            text.append("\n→ ")
            text.append(key, "bold")
            text.append(word)
        return text

    @property
    def _is_read_only(self) -> bool:
        return bool(getattr(self.app, "read_only", False))

    def _cells(self, key: str) -> Sequence[Cell]:
        return tuple(_cells(self._by_key[key], self._look.now if self._look else 0.0))

    def _task_cells(self, task: str) -> Sequence[Cell]:
        if self._look is None:
            return ()
        row = task_row(self._look, task)
        return (
            (f"{STATE_GLYPHS[row.state]} {row.state}", STATE_TONES[row.state]),
            (on_one_line(row.title), "plain"),
            (on_one_line(row.blocker), "dim"),
        )

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Show the problem that the cursor is on from near."""
        if event.listing is self.listing:
            self._show_near()

    def on_listing_chosen(self, event: Listing.Chosen) -> None:
        """Open a task: the chosen one, or the only one that a problem is about."""
        if event.listing is self.tasks:
            self.post_message(TaskOpened(event.key))
            return
        problem = self._by_key[event.key]
        if len(problem.tasks) == 1:
            self.post_message(TaskOpened(problem.tasks[0]))
            return
        self.add_class("-near")
        self.tasks.cursor = 0
        (self.tasks if problem.tasks else self.query_one(Near)).focus()

    def action_back(self) -> None:
        """Go back from a problem to all of them."""
        self._leave()

    def _leave(self) -> None:
        self.remove_class("-near")
        if self.query_one(Near).has_focus_within:
            self.listing.focus()


def _cells(problem: Problem, now: float) -> Iterator[Cell]:
    tone = SEVERITY_TONES[problem.severity]
    behind = f"+{len(problem.behind)}" if problem.behind else ""
    yield f"{SEVERITY_GLYPHS[problem.severity]} {problem.severity}", tone
    yield on_one_line(problem.what), "plain"
    yield f"{len(problem.tasks)}{behind}" if problem.tasks else "", "plain"
    yield lasting(now - problem.since) if problem.since is not None else "", "plain"
    yield on_one_line(problem.why), "dim"


def _advice(problem: Problem, *, read_only: bool) -> Iterator[tuple[str, str]]:
    """Yield each key with what it does; words alone where there is no key."""
    if problem.tasks:
        shown = "opens it" if len(problem.tasks) == 1 else "goes to its tasks"
        yield "enter", f" {shown}"
    if problem.advice and not (problem.press and read_only):
        yield problem.press, f" {problem.advice}" if problem.press else problem.advice
