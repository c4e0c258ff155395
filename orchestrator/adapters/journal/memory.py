"""The journal in memory, for dry runs and tests."""

from collections.abc import Sequence
from dataclasses import replace

from orchestrator.domain.events import CommandAccepted, CommandRefused, Event, PersonCommand
from orchestrator.ports.clock import Clock
from orchestrator.ports.journal import Recorded


class MemoryJournal:
    """Keeps events in a list."""

    def __init__(self, clock: Clock) -> None:
        """Start empty."""
        self._clock = clock
        self._events: list[Recorded] = []
        self._commands: list[PersonCommand] = []
        self._answered: set[int] = set()

    def append(self, events: Sequence[Event]) -> Sequence[Recorded]:
        """Keep events and return them as recorded."""
        at = self._clock.now()
        first = len(self._events) + 1
        recorded = [Recorded(first + n, at, event) for n, event in enumerate(events)]
        self._events += recorded
        self._answered |= {
            event.command for event in events if isinstance(event, CommandAccepted | CommandRefused)
        }
        return recorded

    def read(self, after: int = 0, most: int | None = None) -> Sequence[Recorded]:
        """Return the events with a sequence above `after`, in order: the first `most` of them."""
        return self._events[after : None if most is None else after + most]

    def last(self) -> int:
        """Return the sequence of the newest event, 0 when there is none."""
        return len(self._events)

    def ask(self, command: PersonCommand) -> int:
        """Leave a person's command for the writer and return its id."""
        key = len(self._commands) + 1
        self._commands.append(replace(command, id=key))
        return key

    def commands(self) -> Sequence[PersonCommand]:
        """Return the commands that no event has answered yet, oldest first."""
        return [command for command in self._commands if command.id not in self._answered]
