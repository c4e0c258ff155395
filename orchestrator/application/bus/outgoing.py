"""What is still to be published: a copy of the state's part that travels, safe to take from."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from orchestrator.application.bus.channels import EVENTS_KEPT
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded

AT_ONCE = 500
"""How many of each kind go out at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What goes out next; all of it is frozen."""

    standings: tuple[Standing, ...] = ()
    messages: tuple[Message, ...] = ()
    events: tuple[Recorded, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.standings or self.messages or self.events)


class Outgoing:
    """Filled by the engine's thread, emptied by the outbox's. What waits is bounded by the state.

    `seen` is the sequence of the newest event.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seen = 0
        self._lock = Lock()
        self._standings: dict[str, Standing] = {}
        self._messages: list[Message] = []
        self._changed: dict[str, None] = {}
        self._sent = 0
        self._events: deque[Recorded] = deque(maxlen=EVENTS_KEPT)

    def take_in(self, run: Run, recorded: Sequence[Recorded]) -> None:
        """Take over what is new; called between events, on the thread that owns the run."""
        ledger = run.ledger
        changed = {name: ledger.standings[name] for name in sorted(ledger.changed)}
        ledger.changed.clear()
        with self._lock:
            self._standings |= changed
            self._changed |= dict.fromkeys(changed)
            self._messages += ledger.messages[len(self._messages) :]
            self._events += recorded
            self.seen = recorded[-1].sequence if recorded else self.seen

    def start_anew(self, events: Sequence[Recorded]) -> None:
        """Have everything go out again, with events from the journal before those that wait."""
        with self._lock:
            self._changed = dict.fromkeys(self._standings)
            self._sent = 0
            first = self._events[0].sequence if self._events else self.seen + 1
            older = [entry for entry in events if entry.sequence < first]
            self._events = deque([*older, *self._events], EVENTS_KEPT)

    def next(self) -> Batch:
        """Return what goes out next, which stays here until it is `done`."""
        with self._lock:
            names = list(self._changed)[:AT_ONCE]
            return Batch(
                standings=tuple(self._standings[name] for name in names),
                messages=tuple(self._messages[self._sent : self._sent + AT_ONCE]),
                events=tuple(self._events)[:AT_ONCE],
            )

    def done(self, batch: Batch) -> None:
        """Let go of what has gone out; what has changed since goes out again."""
        with self._lock:
            for standing in batch.standings:
                name = standing.learning.id
                if self._standings[name].revision == standing.revision:
                    self._changed.pop(name, None)
            self._sent += len(batch.messages)
            last = batch.events[-1].sequence if batch.events else 0
            while self._events and self._events[0].sequence <= last:
                self._events.popleft()

    @property
    def all(self) -> Batch:
        """All standings and messages, gone out or not."""
        with self._lock:
            return Batch(standings=tuple(self._standings.values()), messages=tuple(self._messages))
