"""Effects on threads of this process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

Message = TypeVar("Message")


class ThreadExecutor(Generic[Message]):
    """Runs at most `workers` effects at once."""

    def __init__(self, workers: int) -> None:
        """Start no thread before there is something to do."""
        self._pool = ThreadPoolExecutor(workers, "leafcut")
        self._inbox: SimpleQueue[Message] = SimpleQueue()

    def submit(self, effect: Callable[[], None]) -> None:
        """Start an effect on a thread of its own."""
        self._pool.submit(effect)

    def post(self, message: Message) -> None:
        """Leave a message for the engine; reentrant, so that a signal handler may."""
        self._inbox.put(message)

    def receive(self, timeout_s: float) -> list[Message]:
        """Return what was posted, oldest first; waits for the first message at most this long."""
        try:
            first = self._inbox.get(timeout=timeout_s)
        except Empty:
            return []
        return [first, *self._waiting()]

    def finish(self) -> list[Message]:
        """Wait until every effect has ended and return what is left."""
        self._pool.shutdown()
        return self._waiting()

    def _waiting(self) -> list[Message]:
        waiting = []
        while not self._inbox.empty():
            waiting.append(self._inbox.get())
        return waiting
