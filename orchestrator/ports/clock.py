"""Time, as the application sees it."""

from typing import Protocol


class Clock(Protocol):
    """Tells the time; a test gives its own."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        ...
