"""The header: the few figures that stand above every view."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.app import RenderResult
from textual.reactive import reactive
from textual.widget import Widget

from orchestrator.application.glyphs import RUN_GLYPHS
from orchestrator.domain.durations import moment
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.tones import RUN_TONES, Tone, style_of
from orchestrator.tui.words import counted, dollars, lasting, time_of_day

if TYPE_CHECKING:  # the first frame is there before anything is known of the run
    from orchestrator.application.watching.headline import Headline, Scarce

LITTLE = 0.2
"""What share of a limit is little."""
BAR = 24
"""How many cells the bar of progress has at least."""


class Header(Widget):
    """Three lines: what it is and how it stands; how far it is; how fast and at what price."""

    DEFAULT_CSS = """
    Header { height: 3; padding: 0 1; background: $surface; }
    """

    headline: "reactive[Headline | None]" = reactive(None)
    reading: reactive[tuple[int, int]] = reactive((0, 0))
    note: reactive[str] = reactive("")

    def __init__(self, run: str, target: str) -> None:
        """Name the run and its target while nothing else is known."""
        super().__init__()
        self._run, self._target = run, target

    def render(self) -> RenderResult:
        """Return the three lines."""
        told = self.headline
        lines = self._opening() if told is None else self._lines(told)
        return Text("\n", no_wrap=True, overflow="ellipsis").join(lines)

    def _opening(self) -> list[Text]:
        read, of = self.reading
        bar = self._bar(read / of if of else 0.0, "busy")
        said = f" reading the journal: {read:,} of {of:,} events" if of else " reading the plan"
        return [self._pair(Text(self._run, "bold"), self._target), bar + Text(said), Text("")]

    def _lines(self, told: "Headline") -> list[Text]:
        tone = RUN_TONES[told.state]
        word = Text(f"{RUN_GLYPHS[told.state]} {told.state}", self._style(tone))
        why = f"  {on_one_line(told.reason)}" if told.reason else ""
        note = f"  {self.note}" if self.note else ""
        first = Text.assemble(word, "  ", (self._run, "bold"), f"{note}{why}")
        right = self._till(told) or self._target
        done = self._bar(told.over / told.tasks if told.tasks else 0.0, tone)
        return [self._pair(first, right), done + self._done(told), self._costs(told)]

    def _done(self, told: "Headline") -> Text:
        said = Text(f" {told.over:,}/{told.tasks:,} tasks")
        if told.failed:
            said += Text(f"  ✗ {told.failed:,} not done", self._style("bad"))
        if told.residue_before is not None and told.residue is not None:
            said += Text(f"  residue {told.residue_before:,} → {told.residue:,}")
        return said

    def _costs(self, told: "Headline") -> Text:
        return Text("  ").join(self._figures(told))

    def _figures(self, told: "Headline") -> Iterator[Text]:
        too_many = told.busy > told.allowed  # what was under way when fewer were asked for goes on
        of = f", {told.allowed} allowed" if too_many else f"/{told.allowed}"
        yield Text(f"agents {told.busy}{of}")
        yield Text(f"{told.rate:.1f} landed/min")
        if told.tokens:
            yield Text(f"{counted(told.tokens)} tokens")
        if told.cost_usd or told.budget_usd is not None:
            of = f" of {told.budget_usd:g}" if told.budget_usd is not None else ""
            yield Text(f"{dollars(told.cost_usd) or '0'}{of} USD")
        if told.scarce is not None:
            yield self._headroom(told.scarce)
        if told.parked_until is not None:
            yield Text(f"◷ limit till {moment(told.parked_until)}", self._style("wait"))

    def _headroom(self, scarce: "Scarce") -> Text:
        """Return what is left of an agent's tightest limit; little is a warning."""
        till = f" till {time_of_day(scarce.reset_at)}" if scarce.reset_at is not None else ""
        agent = on_one_line(scarce.agent.rpartition("/")[2])
        said = f"{scarce.share:.0%} of {scarce.kind} left{till} ({agent})"
        if scarce.share < LITTLE:
            return Text(f"◷ {said}", self._style("wait"))
        return Text(said)

    def _till(self, told: "Headline") -> str:
        left = told.left_s
        if left is None or told.over == told.tasks:
            return ""
        spread = (
            f" ({lasting(left.low)}–{lasting(left.high)})"
            if left.low is not None
            and left.high is not None
            and lasting(left.low) != lasting(left.high)
            else ""
        )
        return f"about {lasting(left.middle)} left{spread}"

    def _bar(self, share: float, tone: Tone) -> Text:
        width = max(BAR, self.size.width // 4)
        full = round(width * min(1.0, share))
        return Text.assemble(("━" * full, self._style(tone)), ("─" * (width - full), "dim"))

    def _pair(self, left: Text, right: str) -> Text:
        """Return a line with something at its right end, where there is room for both."""
        room = self.size.width - 2 - left.cell_len - Segment(right).cell_length
        return left + Text(" " * room + right, "dim") if room > 1 else left

    def _style(self, tone: Tone) -> Style:
        return style_of(tone, dark=self.app.current_theme.dark)
