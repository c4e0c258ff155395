"""What can happen to a Redis server, one thing after the other, until it is over."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import cycle
from typing import Self

import redis

from tests.support.redis_server import GivenServer


class Chaos:
    """Kills, flushes, stops and pauses a server in turn; at exit the server is well again."""

    def __init__(self, server: GivenServer, between_s: float = 0.7) -> None:
        """Leave the server alone for `between_s` seconds after each act."""
        self.done: Counter[str] = Counter()
        self._server = server
        self._between_s = between_s
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="chaos", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Be over; the act under way is finished."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        acts: tuple[Callable[[], None], ...] = (
            self._kill,
            self._flush,
            self._freeze,
            self._pause,
            self._restart,
        )
        for act in cycle(acts):
            if self._over.wait(self._between_s):
                return
            with suppress(redis.RedisError):
                act()
            self.done[act.__name__] += 1

    def _kill(self) -> None:
        """Be gone for a while."""
        self._server.kill()
        time.sleep(1.0)
        self._server.start()

    def _flush(self) -> None:
        self._server.ask("FLUSHALL")

    def _freeze(self) -> None:
        """Answer nobody, for longer than anybody waits."""
        self._server.signal(signal.SIGSTOP)
        time.sleep(2.5)
        self._server.signal(signal.SIGCONT)

    def _pause(self) -> None:
        self._server.ask("CLIENT", "PAUSE", 1200)

    def _restart(self) -> None:
        self._server.kill()
        self._server.start()
