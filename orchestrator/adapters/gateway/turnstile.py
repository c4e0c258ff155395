"""Where calls wait for their turn, in the order in which they came."""

import asyncio
import time

from orchestrator.domain.limiter import Limiter, Rate

NO_WORD_S = 5.0
"""How long to keep off a rate limit that names no time."""


class HeldOffError(Exception):
    """The other side takes no call for longer than anybody waits here."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(f"no call is taken for another {wait_s:.0f} s")
        self.wait_s = wait_s


class Turnstile:
    """The limiter of all calls to one upstream; used in one event loop."""

    def __init__(self, rate: Rate, patience_s: float) -> None:
        self._limiter = Limiter.of(rate, time.monotonic())
        self._patience_s = patience_s
        self._door = asyncio.Lock()
        self._moved = asyncio.Event()

    async def enter(self, tokens: int) -> None:
        """Wait until a call of about `tokens` may begin; each is followed by `leave`.

        Raises:
            HeldOffError: a rate limit that was hit lasts longer than `patience_s`.
        """
        self._refuse_long_waits()
        async with self._door:
            while wait_s := self._limiter.wait_s(time.monotonic(), tokens):
                self._refuse_long_waits()
                self._moved.clear()
                try:
                    async with asyncio.timeout(min(wait_s, self._patience_s)):
                        await self._moved.wait()
                except TimeoutError:
                    continue
            self._limiter = self._limiter.begun(time.monotonic(), tokens)

    def leave(self, *, expected: int, used: int, well: bool) -> None:
        """Take note of how a call ended."""
        self._limiter = self._limiter.ended(expected=expected, used=used, well=well)
        self._moved.set()

    def hold_off(self, retry_at: float | None) -> None:
        """Take note that the other side has had too much; `retry_at` is seconds since the epoch."""
        now = time.monotonic()
        wait_s = NO_WORD_S if retry_at is None else max(0.0, retry_at - time.time())
        self._limiter = self._limiter.held_off(now, now + wait_s)
        self._moved.set()

    def _refuse_long_waits(self) -> None:
        wait_s = self._limiter.closed_until - time.monotonic()
        if wait_s > self._patience_s:
            raise HeldOffError(wait_s)
