"""What stands above the panes: where the task stands and why, and which attempt is shown."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.widget import Widget
from textual.widgets import Static

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.near.why import why
from orchestrator.application.watching.tasks import TaskRow, task_row
from orchestrator.domain.counting import many
from orchestrator.domain.shortening import cut
from orchestrator.tui.panes.marks import outcome
from orchestrator.tui.panes.pane import Near
from orchestrator.tui.panes.rows import in_line
from orchestrator.tui.tones import STATE_TONES, Tone, style_of
from orchestrator.tui.words import counted, dollars, lasting

GAP = 4
"""How many cells are left free before what stands at the right end, at least."""
LONGEST = 400
"""How many characters of the sentence are shown: the checks have the rest."""


class Title(Static):
    """The state and the title; the task in figures; one sentence on why, and what is next."""

    DEFAULT_CSS = """
    Title { height: auto; max-height: 7; padding: 0 1; background: $surface; }
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(markup=False)
        self._shows: tuple[Look, str] | None = None
        self._said: tuple[object, ...] = ()

    def show(self, look: Look, task: str) -> None:
        """Show where a task stands; lay it out anew only where it says something else."""
        self._shows = look, task
        told, because = task_row(look, task), why(look, task)
        facts = "  ".join(_facts(look, told))
        dark = self.app.current_theme.dark
        said = (told.state, told.title, task, facts, because, self.size.width, dark)
        if said == self._said:
            return
        self._said = said
        tone = STATE_TONES[told.state]
        first = _pair(self, f"{STATE_GLYPHS[told.state]} {told.state}", tone, told)
        short = cut(in_line(because), LONGEST)
        lines = (first, Text(facts, _style(self, "dim")), Text(short, _style(self, "strong")))
        self.update(Text("\n").join(lines))

    def on_resize(self) -> None:
        """Lay it out anew: what stands at the right end stands elsewhere."""
        if self._shows is not None:
            self.show(*self._shows)


class Chooser(Static):
    """Which attempt is shown, and what came of it."""

    DEFAULT_CSS = """
    Chooser { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(markup=False)
        self._said = Text()

    def show(self, near: Near) -> None:
        """Show which attempt is chosen."""
        self.display = near.chosen is not None
        if near.chosen is None:
            return
        span, (word, tone) = near.chosen.span, outcome(near.chosen)
        last = near.told[-1].name
        line = Text.assemble(
            (f"attempt {near.chosen.name}", _style(self, "strong")),
            f" of {last}" if len(near.told) > 1 else "",
            "  ",
            in_line(span.agent),
            "  ",
            (word, _style(self, tone)),
            f"  {lasting(span.seconds(near.look.now))}",
            ("  [ ] shows others" if len(near.told) > 1 else "", _style(self, "dim")),
        )
        line.no_wrap, line.overflow = True, "ellipsis"
        if line != self._said:
            self._said = line
            self.update(line, layout=False)


def _pair(widget: Widget, word: str, tone: Tone, told: TaskRow) -> Text:
    """Return the state, the title and, where there is room, the task's id at the right end."""
    width, id_, title = widget.size.width, in_line(told.id), in_line(told.title)
    state = Text.assemble((word, _style(widget, tone)), "  ")
    has_room = state.cell_len + cell_len(title) + cell_len(id_) + GAP <= width
    name = Text(title, _style(widget, "strong"), no_wrap=True)
    name.truncate(max(GAP, width - state.cell_len), overflow="ellipsis")
    if not has_room or id_ == title:
        return state + name
    gap = width - state.cell_len - name.cell_len - cell_len(id_)
    return state + name + Text(" " * gap + id_, _style(widget, "dim"))


def _facts(look: Look, told: TaskRow) -> Iterator[str]:
    yield f"layer {told.layer}"
    yield many(told.files, "file")
    if told.attempt:
        yield f"attempt {told.attempt}"
    yield in_line(told.agent.rpartition("/")[2])
    if told.tokens:
        yield f"{counted(told.tokens)} tokens"
    if told.cost_usd:
        yield f"{dollars(told.cost_usd)} USD"
    if told.age is not None:
        yield f"{'took' if _is_over(look, told) else 'for'} {lasting(told.age)}"


def _is_over(look: Look, told: TaskRow) -> bool:
    latest = look.timeline.latest(told.id)
    return latest is not None and latest.ended is not None


def _style(widget: Widget, tone: Tone) -> Style:
    return style_of(tone, dark=widget.app.current_theme.dark)
