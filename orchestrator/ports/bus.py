"""What carries learnings, messages and live events between processes: fast, and not the truth.

The journal is the truth. A bus may lose everything at any moment and hand out letters twice or in
another order: whoever receives them tells them apart by their keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.errors import MissingRequirementError

MAX_TRIES = 5
"""How often a letter is handed out before it goes to its channel's dead letters."""


class BusLostError(MissingRequirementError):
    """The bus does not answer; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent: `key` tells what is the same letter, `body` is JSON."""

    key: str
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter as it arrives; `position` orders a channel's letters, `tries` counts from 1."""

    position: str
    letter: Letter
    tries: int = 1


class Bus(Protocol):
    """Channels of letters; safe to use from many threads. Any call may raise BusLostError."""

    def epoch(self) -> str:
        """Return a name for what the bus remembers: another one means that it has lost all."""
        ...

    def publish(self, channel: str, letters: Sequence[Letter], *, keep: int) -> None:
        """Append letters; about the last `keep` of the channel are kept."""
        ...

    def receive(
        self, channel: str, group: str, consumer: str, *, timeout_s: float, most: int = 100
    ) -> list[Delivery]:
        """Return letters that no consumer of the group has had, or that a dead one never finished.

        Waits for the first at most `timeout_s`. A new group begins with the oldest letter kept.
        """
        ...

    def acknowledge(self, channel: str, group: str, positions: Sequence[str]) -> None:
        """Finish letters for the group."""
        ...

    def read(self, channel: str, after: str = "", *, most: int = 1000) -> list[Delivery]:
        """Return letters behind a position, oldest first, without any group."""
        ...

    def dead(self, channel: str) -> list[Letter]:
        """Return the letters that nobody could finish, oldest first."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
