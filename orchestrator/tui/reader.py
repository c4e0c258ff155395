"""The thread that reads a run's journal, a bit at a time, so that the screen never waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

if TYPE_CHECKING:  # the first frame is there before anything is known of the run
    from orchestrator.application.watching.watched import Watched
    from orchestrator.domain.events import PersonCommand
    from orchestrator.domain.plan import Plan
    from orchestrator.domain.policy import Policy
    from orchestrator.ports.journal import Recorded

POLL_S = 0.25
"""How often the journal is looked at while nothing happens, in seconds."""
AT_ONCE = 2_000
"""How many events are read at a time."""


class Begun(Message):
    """The journal is open; `of` is the sequence of its newest event."""

    def __init__(self, plan: "Plan", policy: "Policy", of: int) -> None:
        """Say what is known before the first event."""
        super().__init__()
        self.plan, self.policy, self.of = plan, policy, of


@dataclass
class News(Message):
    """What was recorded since; only when `taken` has been called is read on."""

    recorded: "Sequence[Recorded]"
    waiting: "Sequence[PersonCommand]"
    alive: bool
    taken: Callable[[], None]


class Unreadable(Message):
    """The journal cannot be read."""

    def __init__(self, error: Exception) -> None:
        """Say why."""
        super().__init__()
        self.error = error


class Reader:
    """Reads until it is closed, and tells `to` what it finds."""

    def __init__(self, watched: "Watched", to: MessagePump) -> None:
        """Read on a thread of its own, from `start` on."""
        self._watched = watched
        self._to = to
        self._closing = Event()
        self._taken = Event()
        self._thread = Thread(target=self._read, name="leafcut-reader", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait for it a moment."""
        self._closing.set()
        self._taken.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=2)

    def _read(self) -> None:
        try:
            with self._watched.reading() as reading:
                self._to.post_message(Begun(reading.plan, reading.policy, reading.last()))
                sequence, told = 0, None
                while not self._closing.is_set():
                    # Asked first: what a process records before it ends is read with its end.
                    said = (self._watched.busy(), tuple(reading.waiting()))
                    recorded = reading.news(sequence, AT_ONCE)
                    if recorded or said != told:
                        self._tell(recorded, *said)
                        told = said
                    if recorded:
                        sequence = recorded[-1].sequence
                    if len(recorded) < AT_ONCE:
                        self._closing.wait(POLL_S)
        except Exception as error:  # noqa: BLE001 - handed to the screen's own thread
            self._to.post_message(Unreadable(error))

    def _tell(
        self,
        recorded: "Sequence[Recorded]",
        alive: bool,  # noqa: FBT001 - one of the things that are told
        waiting: "Sequence[PersonCommand]",
    ) -> None:
        self._taken.clear()
        self._to.post_message(News(recorded, waiting, alive, self._taken.set))
        while not (self._taken.wait(POLL_S) or self._closing.is_set()):
            pass
