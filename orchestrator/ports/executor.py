"""Where effects run while the engine decides."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Message = TypeVar("Message")


class Executor(Protocol[Message]):
    """Runs effects beside the engine's thread and brings back what they post."""

    def submit(self, effect: Callable[[], None]) -> None:
        """Start an effect; it must not raise."""
        ...

    def post(self, message: Message) -> None:
        """Leave a message for the engine; may be called from any thread or signal handler."""
        ...

    def receive(self, timeout_s: float) -> list[Message]:
        """Return what was posted, oldest first; waits for the first message at most this long."""
        ...

    def finish(self) -> list[Message]:
        """Wait until every effect has ended and return what is left."""
        ...
