"""The view of what is wrong: the worst first, with what to do about it."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.problems.problem import SEVERITY_GLYPHS, Problem, Severity
from orchestrator.application.watching.problems.ranked import Problems
from orchestrator.application.watching.tasks import task_row
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.columns import Cell, Column
from orchestrator.tui.from_near import BACK, OneFromNear
from orchestrator.tui.listing import Listing
from orchestrator.tui.tones import STATE_TONES, Tone, style_of
from orchestrator.tui.view import TaskOpened
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


class ProblemsView(OneFromNear[Problem]):
    """All problems, and what to do about one of them."""

    name_of: ClassVar[str] = "Problems"
    hint: ClassVar[str] = "what is wrong, the worst first, and what to do about it"
    BINDINGS: ClassVar[list[BindingType]] = [BACK]
    SCOPED_CSS = False  # the width is a class of the screen
    DEFAULT_CSS = """
    .-wide ProblemsView Near { display: block; }
    """

    def __init__(self) -> None:
        """Show all."""
        super().__init__(
            Listing(COLUMNS, self._cells, empty="nothing is wrong"),
            Listing(TASK_COLUMNS, self._task_cells, empty=""),
            id="problems",
        )
        self.near.can_focus = True  # it has the keys where there is no task to go to
        self._problems = Problems()
        self._by_key: dict[str, Problem] = {}

    def thing(self, key: str) -> Problem | None:
        """Return a problem by its key."""
        return self._by_key.get(key)

    def parts_of(self, thing: Problem, look: Look) -> Sequence[str]:
        """Return the tasks that a problem is about, and those that cannot start because of it."""
        del look
        return (*thing.tasks, *thing.behind)

    def tasks_of(self, thing: Problem) -> tuple[str, ...]:
        """Return the tasks that a problem is about."""
        return thing.tasks

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
            self.leave()
        self.show_near()

    def show_near(self) -> None:
        """Show the problem under the cursor, and nothing of one that is over."""
        super().show_near()
        self.near.visible = self.current is not None
        self.parts.display = self.current is not None and bool(self.current.tasks)

    def come_near(self) -> None:
        """Open the only task that a problem is about, else go to its tasks, or to what it says."""
        if self.current is not None and len(self.current.tasks) == 1:
            self.post_message(TaskOpened(self.current.tasks[0]))
            return
        super().come_near()
        if not self.parts.display:
            self.near.focus()

    def page(self, thing: Problem, look: Look) -> Text:
        """Return what a problem is, and what to do about it."""
        dark = self.app.current_theme.dark
        tone = style_of(SEVERITY_TONES[thing.severity], dark=dark)
        text = Text.assemble(
            (f"{SEVERITY_GLYPHS[thing.severity]} {thing.severity}", tone),
            f"  {on_one_line(thing.what)}\n\n{on_one_line(thing.why)}\n",
        )
        if thing.since is not None:
            text.append(f"\nsince {lasting(look.now - thing.since)}")
        if thing.behind:
            bad = style_of("bad", dark=dark)
            text.append(f"\n⊘ {len(thing.behind):,} more cannot start before", bad)
        for key, word in _advice(thing, read_only=self._is_read_only):
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
