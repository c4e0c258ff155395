"""The pane of what an attempt's agent said and did, live while it is at work."""

import time
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from orchestrator.application.tail import Tail, grown, tail
from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.watched import Said, Watched
from orchestrator.errors import LeafcutError
from orchestrator.tui.panes.fetched import wrong
from orchestrator.tui.panes.pane import Near, Pane
from orchestrator.tui.panes.paper import Paper
from orchestrator.tui.panes.rows import Row, in_line, row, shown
from orchestrator.tui.tones import Piece, Tone, style_of

POLL_S = 0.5
"""How often a live transcript is read, in seconds."""
SHARE = 10
"""A read that takes long is waited for so many times as long before the next."""
_MARKS: tuple[tuple[str, Tone], ...] = (("→ ", "busy"), ("✗ ", "bad"), ("· ", "dim"), ("  ", "dim"))
"""How the steps of a transcript begin, but for what an agent says."""


@dataclass
class Heard(Message):
    """What was read of an attempt: all of it, or, with `more`, only what is new.

    `said` is the whole, for the next read to compare with; `took` is in seconds. With `error`,
    nothing could be read: `said` is what was read before, and more may come.
    """

    token: str
    said: Said
    tail: Tail
    more: bool
    took: float
    error: LeafcutError | None = None


class TranscriptPane(Pane):
    """Steps as people read them; the last ones stay in sight while it follows."""

    name_of: ClassVar[str] = "Transcript"
    DEFAULT_CSS = """
    TranscriptPane Static { height: 1; padding: 0 1; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f", "follow", "Follow")]

    def __init__(self, watched: Watched) -> None:
        """Show nothing yet."""
        super().__init__(id="transcript")
        self._watched = watched
        self.paper = Paper(follows=True)
        self._below = Static(markup=False)
        self._near: Near | None = None
        self._heard: Heard | None = None
        self._reading = False
        self._not_before = 0.0
        self._said: Piece = ("", "dim")

    def compose(self) -> ComposeResult:
        """Lay out the text, and below it a line that says whether more may come."""
        yield self.paper
        yield self._below

    def on_mount(self) -> None:
        """Read on from time to time."""
        self.set_interval(POLL_S, self._poll)

    def near(self, near: Near) -> None:
        """Show the transcript of the attempt that is chosen."""
        before, self._near = self._near, near
        if near.chosen is None:
            self.paper.show([row(("no attempt has begun", "dim"))])
        elif before is None or before.chosen is None or before.version[2:] != near.version[2:]:
            self._heard, self._not_before = None, 0.0
            self.paper.following = near.chosen.span.ended is None
            self.paper.show([row(("…", "dim"))])
            self._poll()
        self._say()

    def action_follow(self) -> None:
        """Follow what comes, or stay where it is."""
        self.paper.following = self._live and not self.paper.following

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to follow only where there is something to follow."""
        del parameters
        return action != "follow" or self._live

    @property
    def _live(self) -> bool:
        """Whether more may come."""
        return self._heard is None or self._heard.said.live

    def _poll(self) -> None:
        """Read on where more may have come, if somebody sees it."""
        chosen = self._near.chosen if self._near else None
        waits = self._reading or time.monotonic() < self._not_before
        if chosen is None or waits or not self.display or not self._live:
            return
        self._reading = True
        self._read(chosen.span, self._heard.said if self._heard else Said(""))

    @work(thread=True)
    def _read(self, span: AttemptSpan, before: Said) -> None:
        began, error = time.monotonic(), None
        try:
            said = self._watched.said(span)
        except LeafcutError as problem:  # it may pass: a file is locked, or about to be there
            said, error = replace(before, live=True), problem
        more = grown(before.text, said.text)
        found = tail(said.text if more is None else more)
        took = time.monotonic() - began
        self.post_message(Heard(span.token, said, found, more is not None, took, error))

    def on_heard(self, heard: Heard) -> None:
        """Show what is new, unless another attempt has been chosen meanwhile."""
        heard.stop()
        self._reading = False
        self._not_before = time.monotonic() + SHARE * heard.took
        chosen = self._near.chosen if self._near else None
        if chosen is None or chosen.span.token != heard.token:
            self._not_before = 0.0
            self._poll()
            return
        self._heard = heard
        self._show(heard, f"{in_line(self._watched.name)} --task {in_line(chosen.span.task)}")
        self._say()

    def _show(self, heard: Heard, whose: str) -> None:
        if heard.error is not None:
            if not heard.said.text:  # what was read before stays to be read
                self.paper.show(wrong(heard.error))
        elif heard.more:
            self.paper.add(_lines(heard.tail, heard.tail.lacks, whose))
        else:
            self.paper.show(_whole(heard, whose))
        if not heard.said.live:
            self.paper.following = False

    def on_paper_paused(self, message: Paper.Paused) -> None:
        """Say whether it follows."""
        message.stop()
        self._say()

    def _say(self) -> None:
        """Say below the text whether more may come, and whether it is followed."""
        if self._state() == self._said:
            return
        self._said = text, tone = self._state()
        style = style_of(tone, dark=self.app.current_theme.dark)
        self._below.update(Text(text, style, no_wrap=True, overflow="ellipsis"), layout=False)
        self.refresh_bindings()

    def _state(self) -> Piece:
        if self._near is None or self._near.chosen is None or self._heard is None:
            return "", "dim"
        if self._heard.error is not None:
            return f"✗ cannot be read; tries again: {in_line(self._heard.error.message)}", "bad"
        if not self._heard.said.live:
            return "■ the agent has ended; this is all", "dim"
        if self.paper.following:
            return "▼ live, following; scroll up or f to stay", "busy"
        return "‖ live, but not following; f or G goes to the end", "wait"


def _whole(heard: Heard, whose: str) -> list[Row]:
    found = heard.tail
    if not found.lines:
        said = "nothing has been said yet" if heard.said.live else "it left no transcript"
        return [row((said, "dim"))]
    lacks = found.lacks
    if heard.said.before:
        lacks = f"{lacks or '0 earlier lines'} and {heard.said.before:,} bytes before them"
    return _lines(found, lacks, whose)


def _lines(found: Tail, lacks: str, whose: str) -> list[Row]:
    """Return the lines, under one that says what they lack and which command shows it."""
    head = [row((f"… {lacks}; leafcut logs {whose} shows all", "wait"))] if lacks else []
    return [*head, *map(_line, found.lines)]


def _line(text: str) -> Row:
    tone: Tone = next((tone for mark, tone in _MARKS if text.startswith(mark)), "plain")
    return row((shown(text), tone), hang=2)
