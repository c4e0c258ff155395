"""The view of what the run has learnt: what waits for a person first, and a say in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from orchestrator.application.glyphs import ATTEMPT_GLYPHS
from orchestrator.application.timeline import SpanOutcome
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.lessons import (
    LEARNING_GLYPHS,
    Told,
    facts,
    ordered,
    source,
    told,
)
from orchestrator.domain.learnings.gist import gist
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.acts import bindings_about_learnings, quiet
from orchestrator.tui.columns import Cell, Column
from orchestrator.tui.from_near import BACK, OneFromNear
from orchestrator.tui.listing import Listing
from orchestrator.tui.panes.marks import ATTEMPT_TONES
from orchestrator.tui.tones import Tone, style_of

TONES: Mapping[LearningStatus, Tone] = {
    "trusted": "good",
    "candidate": "plain",
    "quarantined": "mark",
    "retired": "dim",
}
COLUMNS = (
    Column("status", "standing", 13),
    Column("id", "id", 12, rank=5),
    Column("kind", "kind", 10, rank=4),
    Column("from", "from", 18, rank=3),
    Column("told", "told", 4, right=True, rank=1),
    Column("helped", "helped", 6, right=True, rank=1),
    Column("hurt", "hurt", 4, right=True, rank=1),
    Column("clean", "clean", 5, right=True, rank=2),
    Column("where", "where", 8, weight=1, rank=6),
    Column("says", "says", 22, weight=4),
)
TOLD_COLUMNS = (
    Column("outcome", "it was", 13),
    Column("task", "attempt told of it", 14, weight=2),
    Column("why", "why", 12, weight=3, rank=1),
)


class LearningsView(OneFromNear[Standing]):
    """All learnings, or those with some words; and what one says, and the attempts told of it."""

    name_of: ClassVar[str] = "Learnings"
    hint: ClassVar[str] = "what attempts have learnt; trust it, retire it, or add to it"
    no_parts: ClassVar[str] = "no attempt has been told yet"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_about_learnings(),
        *quiet("retry", "skip"),
        Binding("slash", "search", "Find", key_display="/"),
        BACK,
    ]
    SCOPED_CSS = False  # the width is a class of the screen
    DEFAULT_CSS = """
    LearningsView #words { height: 1; border: none; padding: 0 1; display: none; }
    LearningsView.-searching #words { display: block; }
    .-wide LearningsView .all { width: 1fr; }
    """

    def __init__(self) -> None:
        """Show all."""
        super().__init__(
            Listing(COLUMNS, self._cells, empty="the journal is being read"),
            Listing(TOLD_COLUMNS, self._told_cells, empty=""),
            id="learnings",
        )
        self._words = ""
        self._shown: tuple[object, ...] = ()
        self._told: Mapping[str, Told] = {}

    def above(self) -> Iterable[Widget]:
        """Return the field to search in."""
        field = Input(placeholder="words, a standing, who it is from, a file", id="words")
        field.can_focus = False  # or it takes the keys of somebody who is quick
        yield field

    @property
    def learnings_meant(self) -> tuple[str, ...]:
        """The learning under the cursor."""
        return (self.current.learning.id,) if self.current else ()

    def thing(self, key: str) -> Standing | None:
        """Return a learning by its id, and how it stands."""
        return self._look.run.ledger.standings.get(key) if self._look else None

    def parts_of(self, thing: Standing, look: Look) -> Sequence[str]:
        """Return the keys of the attempts that were told a learning."""
        heard = told(look, thing.learning.id)
        self._told = {f"{one.task}#{one.number}:{at}": one for at, one in enumerate(heard)}
        return tuple(self._told)

    def task_of(self, part: str) -> str:
        """Return the task of an attempt."""
        return self._told[part].task

    def badge(self, look: Look) -> str:
        """Return how many wait for a person."""
        waiting = sum(one.status == "quarantined" for one in look.run.ledger)
        return str(waiting) if waiting else ""

    def look(self, look: Look) -> None:
        """Show what is known now."""
        self._look = look
        asked = (look.sequence, self._words)
        if not look.whole or asked == self._shown:
            return
        self._shown = asked
        self.listing.show(ordered(look.run.ledger, self._words), empty=self._empty(look))
        self.show_near()

    def _empty(self, look: Look) -> str:
        if self._words:
            return "no learning is so; escape shows all"
        strategy = look.run.policy.learnings.strategy
        if strategy in {"none", "transcripts"}:
            return f"strategy {strategy} makes no learnings; run --learnings shared does"
        return "none yet: one is made when an attempt gets over a failure; n adds yours"

    def _cells(self, name: str) -> Sequence[Cell]:
        standing = self.thing(name)
        return tuple(_cells(standing)) if standing else ((("", "plain"),) * len(COLUMNS))

    def _told_cells(self, key: str) -> Sequence[Cell]:
        heard = self._told[key]
        ended: SpanOutcome = heard.outcome or ""
        glyph, tone = ATTEMPT_GLYPHS[ended], ATTEMPT_TONES[ended]
        title = self._look.run.by_id[heard.task].title if self._look else heard.task
        return (
            (f"{glyph} {heard.outcome or 'at work'}", tone),
            (on_one_line(f"{title} #{heard.number}"), "plain"),
            (on_one_line(heard.reason), "dim"),
        )

    def page(self, thing: Standing, look: Look) -> Text:
        """Return what a learning says, and how it stands."""
        del look
        dark = self.app.current_theme.dark
        tone = style_of(TONES[thing.status], dark=dark)
        text = Text.assemble(
            (f"{LEARNING_GLYPHS[thing.status]} {thing.status}", tone),
            f"  {thing.learning.id}",
        )
        if thing.reason:
            text.append(f"\n{on_one_line(thing.reason)}", tone)
        for word, lines in facts(thing):
            for at, line in enumerate(lines):
                text.append(f"\n{'' if at else word:<9}", style_of("dim", dark=dark))
                text.append(on_one_line(line))
        return text

    def action_search(self) -> None:
        """Ask what to look for."""
        self.add_class("-searching")
        field = self.query_one("#words", Input)
        field.can_focus = True
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look for it while it is typed."""
        self._words = event.value.strip()
        if self._look is not None:
            self.look(self._look)

    def on_input_submitted(self) -> None:
        """Go to what was found."""
        self.listing.focus()
        self.set_class(bool(self._words), "-searching")

    def action_back(self) -> None:
        """Go back from one to all, then from some to all."""
        if self.has_class("-near"):
            self.leave()
            return
        self.query_one("#words", Input).value = ""
        self.remove_class("-searching")
        self.listing.focus()


def _cells(standing: Standing) -> Iterator[Cell]:
    learning = standing.learning
    tone = TONES[standing.status]
    yield f"{LEARNING_GLYPHS[standing.status]} {standing.status}", tone
    yield learning.id, "dim"
    yield learning.kind, "plain"
    yield on_one_line(source(standing)), "plain"
    yield str(standing.told or ""), "plain"
    yield str(standing.helpful or ""), "good" if standing.helpful else "plain"
    yield str(standing.harmful or ""), "bad" if standing.harmful else "plain"
    yield str(standing.clean or ""), "plain"
    yield on_one_line(", ".join(learning.scope.paths)) or "all", "dim"
    yield on_one_line(gist(learning.text)), "plain"
