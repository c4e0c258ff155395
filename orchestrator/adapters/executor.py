"""Effects on threads of this process."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Condition
from typing import Generic, ParamSpec, TypeVar

Message = TypeVar("Message")
Given = ParamSpec("Given")
Returned = TypeVar("Returned")


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


class BoundedPool(Executor):
    """Runs calls on threads, at most as many at once as a bound that may change meanwhile."""

    def __init__(self, most: Callable[[], int], threads: int) -> None:
        """Ask `most` before each call, which is at least 1; no thread starts before it is needed.

        There are never more than `threads`, whatever `most` says.
        """
        self._most = most
        self._threads = ThreadPoolExecutor(threads, "landing")
        self._at_once = 0
        self._ended = Condition()

    def submit(
        self, call: Callable[Given, Returned], /, *given: Given.args, **named: Given.kwargs
    ) -> Future[Returned]:
        """Have a call made as soon as there is room for it."""
        return self._threads.submit(self._in_turn, call, *given, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - concurrent.futures has it so
        """Take no more calls, and wait for those that were asked for."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)

    def _in_turn(
        self, call: Callable[Given, Returned], /, *given: Given.args, **named: Given.kwargs
    ) -> Returned:
        with self._ended:
            self._ended.wait_for(lambda: self._at_once < self._most())
            self._at_once += 1
        try:
            return call(*given, **named)
        finally:
            with self._ended:
                self._at_once -= 1
                self._ended.notify_all()
