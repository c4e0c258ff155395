"""The bus on Redis Streams: a stream a channel, a consumer group a reader.

Only commands that an ACL can name one by one are used, see docs/redis.md.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from secrets import token_hex
from threading import Timer
from typing import Any, TypeVar

import redis

from orchestrator.adapters.bus import CLAIM_AFTER_S, DEAD_KEPT, PREFIX
from orchestrator.ports.bus import MAX_TRIES, BusLostError, Delivery, Letter

PATIENCE_S = 2.0
"""How long a server may take to answer, in seconds."""
LONGEST_CALL_S = 15.0
"""How long one call may take, in seconds: a server could answer a byte at a time for ever."""
LONGEST_WAIT_S = 1.0
"""How long one call may wait for a letter, in seconds: less than a server may take to answer."""
EXPIRES_S = 90 * 24 * 3600
"""How long a stream outlives the last letter published on it, in seconds."""
_BEGINNING = "0-0"
_ALL = 100_000
"""More letters than one consumer ever has at a time."""

_ODD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading an answer may raise that is none of Redis's."""

T = TypeVar("T")
Answer = Any
"""What redis-py's types leave open: the same methods serve its asynchronous client."""


class RedisBus:
    """Safe to use from many threads. Letters go to keys that begin with `prefix`."""

    def __init__(
        self,
        client: redis.Redis,
        *,
        prefix: str = PREFIX,
        claim_after_s: float = CLAIM_AFTER_S,
        longest_call_s: float = LONGEST_CALL_S,
    ) -> None:
        """Speak through `client`, which this closes; see `orchestrator.adapters.bus.address`."""
        self.client = client
        self._longest_call_s = longest_call_s
        self._prefix = prefix
        self._claim_after_ms = int(claim_after_s * 1000)

    def epoch(self) -> str:
        """Return a name for what the server remembers.

        A random key goes with everything when the server is flushed; that it was started again is
        seen by its own id, since what it reads back from its disk may be old.
        """
        key = f"{self._prefix}:epoch"

        def ask() -> str:
            pipe = self.client.pipeline(transaction=False)
            pipe.set(key, token_hex(8), nx=True)
            pipe.get(key)
            pipe.info("server")
            _, random, server = pipe.execute()
            return f"{random}/{server['run_id']}"

        return self._asked(ask)

    def publish(self, channel: str, letters: Sequence[Letter], *, keep: int) -> None:
        """Append letters; about the last `keep` of the channel are kept."""
        key = self._key(channel)

        def send() -> None:
            pipe = self.client.pipeline(transaction=False)
            for letter in letters:
                pipe.xadd(key, {"key": letter.key, "body": letter.body}, maxlen=keep)
            pipe.expire(key, EXPIRES_S)
            pipe.execute()

        if letters:
            self._asked(send)

    def receive(
        self, channel: str, group: str, consumer: str, *, timeout_s: float, most: int = 100
    ) -> list[Delivery]:
        """Return letters that no consumer of the group has had, or not finished in time.

        Waits for at most `LONGEST_WAIT_S`, whatever the timeout.
        """
        key = self._key(channel)

        def ask() -> list[Delivery]:
            return self._claimed(key, group, consumer, most) or self._new(
                key, group, consumer, most, min(timeout_s, LONGEST_WAIT_S)
            )

        return self._asked(lambda: self._with_group(key, group, ask))

    def acknowledge(self, channel: str, group: str, positions: Sequence[str]) -> None:
        """Finish letters for the group."""
        if positions:
            self._asked(lambda: self.client.xack(self._key(channel), group, *positions))

    def read(self, channel: str, after: str = "", *, most: int = 1000) -> list[Delivery]:
        """Return letters behind a position, oldest first."""
        first = f"({after}" if after else "-"

        def ask() -> list[Delivery]:
            found: Answer = self.client.xrange(self._key(channel), min=first, count=most)
            return [Delivery(position, _letter(fields)) for position, fields in found]

        return self._asked(ask)

    def dead(self, channel: str) -> list[Letter]:
        """Return the letters that nobody could finish, oldest first."""

        def ask() -> list[Letter]:
            found: Answer = self.client.xrange(self._dead_key(self._key(channel)))
            return [_letter(fields) for _, fields in found]

        return self._asked(ask)

    def close(self) -> None:
        """Close all connections; whoever waits for a letter loses the bus."""
        self._drop()
        with suppress(redis.RedisError, OSError):
            self.client.close()

    def _key(self, channel: str) -> str:
        return f"{self._prefix}:{channel}"

    @staticmethod
    def _dead_key(key: str) -> str:
        return f"{key}:dead"

    def _asked(self, ask: Callable[[], T]) -> T:
        """Ask the server; whatever goes wrong, the bus is lost for now."""
        try:
            with self._in_time():
                return ask()
        except (redis.RedisError, OSError) as error:
            first = (str(error).splitlines() or [type(error).__name__])[0]
            raise BusLostError(f"Redis: {first.rstrip('.')}", hint="see docs/redis.md") from error
        except _ODD as error:
            self._drop()
            raise BusLostError(
                f"Redis: no answer that can be read ({type(error).__name__})",
                hint="see docs/redis.md",
            ) from error

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Drop all connections when what goes on takes too long: whoever waits has lost them."""
        timer = Timer(self._longest_call_s, self._drop)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _drop(self) -> None:
        with suppress(redis.RedisError, OSError, *_ODD):
            self.client.connection_pool.disconnect()

    def _with_group(self, key: str, group: str, ask: Callable[[], T]) -> T:
        """Make the group where it is not there: it is new, or the server has forgotten it."""
        try:
            return ask()
        except redis.ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        try:
            self.client.xgroup_create(key, group, id=_BEGINNING, mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):  # another consumer was faster
                raise
        return ask()

    def _claimed(self, key: str, group: str, consumer: str, most: int) -> list[Delivery]:
        """Take over what another consumer did not finish in time; what is tried out goes."""
        alive: list[Delivery] = []
        cursor = _BEGINNING
        while len(alive) < most:
            said: Answer = self.client.xautoclaim(
                key, group, consumer, self._claim_after_ms, start_id=cursor, count=most
            )
            cursor, taken = str(said[0]), [one for one in said[1] if one[0] is not None]
            alive += self._sorted_out(key, group, consumer, taken)
            if cursor == _BEGINNING:
                break
        return alive

    def _sorted_out(
        self,
        key: str,
        group: str,
        consumer: str,
        taken: Sequence[tuple[str, dict[str, str]]],
    ) -> list[Delivery]:
        """Put letters that were handed out too often with the dead ones and return the others."""
        tries = self._tries(key, group, consumer, [position for position, _ in taken])
        alive = []
        for position, fields in taken:
            if tries.get(position, 1) > MAX_TRIES:
                self._bury(key, group, position, _letter(fields))
            else:
                alive.append(Delivery(position, _letter(fields), tries.get(position, 1)))
        return alive

    def _tries(
        self, key: str, group: str, consumer: str, positions: Sequence[str]
    ) -> dict[str, int]:
        """Return how often letters that a consumer has were handed out."""
        if not positions:
            return {}
        pending: Answer = self.client.xpending_range(
            key,
            group,
            min=positions[0],
            max=positions[-1],
            count=_ALL,
            consumername=consumer,
        )
        return {one["message_id"]: one["times_delivered"] for one in pending}

    def _bury(self, key: str, group: str, position: str, letter: Letter) -> None:
        pipe = self.client.pipeline(transaction=True)
        pipe.xadd(self._dead_key(key), {"key": letter.key, "body": letter.body}, maxlen=DEAD_KEPT)
        pipe.expire(self._dead_key(key), EXPIRES_S)
        pipe.xack(key, group, position)
        pipe.execute()

    def _new(
        self, key: str, group: str, consumer: str, most: int, timeout_s: float
    ) -> list[Delivery]:
        said: Answer = self.client.xreadgroup(
            group, consumer, {key: ">"}, count=most, block=max(1, int(timeout_s * 1000))
        )
        return [
            Delivery(position, _letter(fields))
            for _, letters in _streams(said)
            for position, fields in letters
        ]


def _streams(said: Answer) -> Iterable[tuple[str, Any]]:
    """Return the streams of an answer, which is a list or, under RESP3, a mapping."""
    return said.items() if isinstance(said, dict) else said or ()


def _letter(fields: dict[str, str]) -> Letter:
    """Read a letter; somebody else's has other fields and becomes one that nobody understands."""
    return Letter(fields.get("key", ""), fields.get("body", ""))
