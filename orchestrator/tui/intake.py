"""Taking in what the reader finds, a few milliseconds at a time, so that keys are heard."""

import gc
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message_pump import MessagePump

from orchestrator.tui.reader import News

if TYPE_CHECKING:
    from orchestrator.application.watching.follow import Look

SLICE_S = 0.03
"""How long the screen may be kept from answering a key, in seconds."""
SHOWN_EVERY_S = 0.15
"""How often it is told how far the journal has been read, in seconds."""
STEP = 50
"""How many events are taken in between two looks at the clock."""


class Intake:
    """Folds news into a look, on the screen's own thread, whose pump is `screen`.

    `taken` is called whenever all of some news is in, `so_far` now and then before that.
    """

    def __init__(
        self,
        look: "Look",
        screen: MessagePump,
        *,
        taken: Callable[[], None],
        so_far: Callable[[], None],
    ) -> None:
        """Begin; what is taken in stays, so nothing is to be collected meanwhile."""
        self._look, self._screen = look, screen
        self._taken, self._so_far = taken, so_far
        self._news: deque[News] = deque()
        self._told = 0.0
        gc.disable()

    def close(self) -> None:
        """Let everything be collected again."""
        gc.unfreeze()
        gc.enable()

    def add(self, news: News) -> None:
        """Take in what was recorded, behind what still waits to be taken in."""
        self._news.append(news)
        if len(self._news) == 1:
            self._take_in(0)

    def _take_in(self, done: int) -> None:
        """Take in events for a moment, then let keys be heard, then go on."""
        recorded, look = self._news[0].recorded, self._look
        until = time.perf_counter() + SLICE_S
        while done < len(recorded) and time.perf_counter() < until:
            look.take_in(recorded[done : done + STEP])
            done += STEP
        if done < len(recorded):
            self._tell_how_far()
            self._screen.set_timer(0.001, lambda: self._take_in(done))
            return
        self._end(self._news.popleft())
        if self._news:
            self._screen.call_later(self._take_in, 0)

    def _end(self, news: News) -> None:
        look = self._look
        if look.whole and not gc.isenabled():
            gc.freeze()  # or a collection among 10,000 tasks comes between a key and its paint
            gc.enable()
        look.alive, look.waiting = news.alive, news.waiting
        news.taken()
        self._taken()

    def _tell_how_far(self) -> None:
        if (now := time.perf_counter()) > self._told + SHOWN_EVERY_S:
            self._told = now
            self._so_far()
