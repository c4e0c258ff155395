"""The append-only record of a run, the one truth about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.domain.events import Event, PersonCommand


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the journal; `at` is in seconds since the epoch."""

    sequence: int
    at: float
    event: Event


class JournalReader(Protocol):
    """What status, logs and the dashboard may do: read, and leave commands."""

    def read(self, after: int = 0, most: int | None = None) -> Sequence[Recorded]:
        """Return the events with a sequence above `after`, in order: the first `most` of them."""
        ...

    def last(self) -> int:
        """Return the sequence of the newest event, 0 when there is none."""
        ...

    def ask(self, command: PersonCommand) -> int:
        """Leave a person's command for the writer and return its id; `command.id` is ignored."""
        ...

    def commands(self) -> Sequence[PersonCommand]:
        """Return the commands of people that no event has answered yet, oldest first."""
        ...


class Journal(JournalReader, Protocol):
    """What the one writer of a run sees."""

    def append(self, events: Sequence[Event]) -> Sequence[Recorded]:
        """Make events durable in one transaction and return them as recorded."""
        ...
