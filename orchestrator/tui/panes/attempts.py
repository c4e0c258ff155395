"""The pane of all attempts side by side, and what two of them failed by."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from orchestrator.application.watching.near.story import Episode, compared
from orchestrator.domain.counting import many
from orchestrator.domain.verdict import Failure
from orchestrator.tui.columns import Column
from orchestrator.tui.listing import Listing
from orchestrator.tui.panes.failures import MOST, failure_row
from orchestrator.tui.panes.marks import SIGNS, outcome
from orchestrator.tui.panes.pane import Near, Pane
from orchestrator.tui.panes.paper import Paper
from orchestrator.tui.panes.rows import Row, heading, in_line, row
from orchestrator.tui.tones import Piece
from orchestrator.tui.words import counted, dollars, lasting

PAIR = 120
"""From how many cells on two attempts' failures stand side by side."""

COLUMNS = (
    Column("attempt", "attempt", 7),
    Column("agent", "agent", 10, weight=1),
    Column("outcome", "outcome", 12),
    Column("at_work", "worked", 7, rank=2, right=True),
    Column("in_checks", "checked", 7, rank=3, right=True),
    Column("tokens", "tokens", 7, rank=4, right=True),
    Column("cost", "USD", 6, rank=5, right=True),
    Column("lines", "lines", 5, rank=6, right=True),
    Column("first", "first failure", 16, weight=5, rank=1),
)


class AttemptsPane(Pane):
    """A table of the attempts; the one under the cursor is the one that other panes show."""

    name_of: ClassVar[str] = "Attempts"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J", "scroll_failures(1)", "Failures", key_display="J K", tooltip="Failures down"),
        Binding("K", "scroll_failures(-1)", "Failures up", show=False),
    ]
    DEFAULT_CSS = """
    AttemptsPane Listing { height: auto; min-height: 4; max-height: 40%; }
    AttemptsPane #before { display: none; border-right: solid $surface; }
    AttemptsPane.-pair #before { display: block; }
    """

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__(id="attempts")
        self._near: Near | None = None
        self._shown: tuple[object, ...] = ()
        self._table = Listing(COLUMNS, self._cells, empty="no attempt has begun", id="tries")
        self._before, self._after = Paper(id="before"), Paper(id="after")

    def compose(self) -> ComposeResult:
        """Lay out the table and what is below it."""
        yield self._table
        with Horizontal():
            yield self._before
            yield self._after

    @property
    def target(self) -> Widget:
        """The table."""
        return self._table

    def on_resize(self, event: events.Resize) -> None:
        """Show two attempts where there is room."""
        self.set_class(event.size.width >= PAIR, "-pair")
        self._shown = ()
        if self._near is not None:
            self.near(self._near)

    def action_scroll_failures(self, by: int) -> None:
        """Scroll what is below the table."""
        for paper in (self._before, self._after):
            paper.scroll_relative(y=by, animate=False)

    def near(self, near: Near) -> None:
        """Show the attempts, and the failures of the chosen one."""
        self._near = near
        table = self._table
        if near.version == self._shown:
            table.refresh()
            return
        self._shown = near.version
        table.show([episode.span.token for episode in near.told])
        table.styles.height = len(near.told) + 1 if near.told else 4
        if near.chosen is not None:
            table.go_to(near.chosen.span.token)
        self._compare(near)

    def _compare(self, near: Near) -> None:
        before, after = near.before, near.chosen
        pair = self.has_class("-pair") and before is not None
        self._before.display = pair
        if after is None:
            self._after.show([])
            return
        signed = compared(before.reasons if before else (), after.reasons)
        if before is None:
            self._after.show(_failures(after, [(None, one) for one in after.reasons]))
            return
        here = [(SIGNS[sign], one) for sign, one in signed if pair is False or sign != "gone"]
        there = [(SIGNS[sign], one) for sign, one in signed if sign != "new"]
        since = "" if pair else f", against attempt {before.name}"
        self._after.show(_failures(after, here, since))
        self._before.show(_failures(before, there))

    def _cells(self, token: str) -> Sequence[Piece]:
        near = self._near
        found = next((one for one in near.told if one.span.token == token), None) if near else None
        return tuple(_cells(found, near.look.now)) if found and near else ()


def _failures(
    episode: Episode, signed: Sequence[tuple[Piece | None, Failure]], since: str = ""
) -> Iterator[Row]:
    word, tone = outcome(episode)
    count = many(len(episode.reasons), "failure") if episode.reasons else "no failure"
    yield heading(f"attempt {episode.name}, {in_line(episode.span.agent)}")
    yield row((word, tone), (f"  {count}{since}", "dim"))
    for sign, failure in signed[:MOST]:
        lead = (sign, (" ", "plain")) if sign else ()
        yield failure_row(failure, *lead, indent=0)
    if len(signed) > MOST:
        yield row((f"… {len(signed) - MOST:,} more", "dim"))
    result = episode.span.result
    if not signed and result is not None and result.reason:
        yield row(in_line(result.reason), hang=2)


def _cells(episode: Episode, now: float) -> Iterator[Piece]:
    span, result = episode.span, episode.span.result
    until = span.ended or now
    yield episode.name, "strong"
    yield in_line(span.agent.rpartition("/")[2]), "plain"
    yield outcome(episode)
    yield lasting((span.checking or until) - span.began), "plain"
    yield lasting(until - span.checking) if span.checking else "", "plain"
    yield counted(result.usage.tokens) if result and result.usage.tokens else "", "plain"
    yield dollars(result.usage.cost_usd) if result else "", "plain"
    yield str(result.changed_lines or "") if result else "", "plain"
    first = next(iter(episode.reasons), None)
    said = f"{first.check}: {first.path} {first.message or first.rule}" if first else ""
    yield in_line(said or (result.reason if result else "")), "dim"
