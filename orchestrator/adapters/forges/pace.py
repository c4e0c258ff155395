"""Asks GitHub no faster than it wants to be asked, and again where the answer was lost.

https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

import requests
from github import GithubException, RateLimitExceededException

from orchestrator.errors import MissingRequirementError

T = TypeVar("T")

BETWEEN_WRITES_S = 1.0
"""At least this long from one thing that is made to the next."""
WRITES_AN_HOUR = 480
"""GitHub allows some 500 an hour."""
LONGEST_S = 3900.0
"""The longest that is waited for a limit, all in all: the primary one is over after an hour."""
UNSAID_S = 60.0
"""How long is waited at first where GitHub does not say."""
TRIES = 5
_HOUR_S = 3600.0
_SERVER = 500


class Pace:
    """One for each key. `say` is given a line when there is something to wait for."""

    def __init__(
        self,
        say: Callable[[str], None],
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Begin with nothing asked; `now` gives seconds since the epoch."""
        self._say = say
        self._sleep = sleep
        self._now = now
        self._writes: deque[float] = deque()
        self._waited = 0.0

    def read(self, ask: Callable[[], T]) -> T:
        """Return an answer, asked for again where it was lost."""
        return self._asked(ask, lambda: None)

    def write(self, make: Callable[[], T], made: Callable[[], T | None] = lambda: None) -> T:
        """Make something, once.

        `made` looks whether it is there, before it is made again because the answer was lost.
        """

        def paced() -> T:
            self._make_room()
            self._writes.append(self._now())
            return make()

        return self._asked(paced, made)

    def _asked(self, ask: Callable[[], T], made: Callable[[], T | None]) -> T:
        lost, limited = 0, 0
        while True:
            try:
                return ask()
            except (GithubException, requests.RequestException) as error:
                if (pause := self._limit(error, limited)) is not None:
                    limited += 1
                    self._wait(pause, f"‖ GitHub's limit is reached; waiting {pause:.0f} s")
                    continue
                lost += 1
                if not _is_lost(error) or lost == TRIES:
                    raise
                self._sleep(2.0 ** (lost - 1))
            if (found := self.read(made)) is not None:
                return found

    def _make_room(self) -> None:
        now = self._now()
        while self._writes and self._writes[0] <= now - _HOUR_S:
            self._writes.popleft()
        if len(self._writes) >= WRITES_AN_HOUR:
            pause = self._writes[0] + _HOUR_S - now
            self._wait(pause, f"‖ {WRITES_AN_HOUR} changes within an hour; waiting {pause:.0f} s")
        elif self._writes and (short := self._writes[-1] + BETWEEN_WRITES_S - now) > 0:
            self._sleep(short)

    def _limit(self, error: Exception, times: int) -> float | None:
        """Return how long GitHub wants us to wait, in seconds; None where it does not."""
        if not isinstance(error, GithubException) or not is_limit(error):
            return None
        headers = {name.lower(): str(value) for name, value in (error.headers or {}).items()}
        longer = float(2**times)  # where a clock is wrong, or whatever answers asks for no time
        if (said := _seconds(headers.get("retry-after"))) is not None:
            return max(longer, said)
        until = _seconds(headers.get("x-ratelimit-reset"))
        if headers.get("x-ratelimit-remaining") == "0" and until is not None:
            return max(longer, until - self._now() + 1)
        return UNSAID_S * longer

    def _wait(self, seconds: float, line: str) -> None:
        if self._waited + seconds > LONGEST_S:
            raise MissingRequirementError(
                f"GitHub wants us to wait {seconds:.0f} s more", hint="run it again after that"
            )
        self._waited += seconds
        self._say(line)
        self._sleep(seconds)


def _seconds(said: str | None) -> float | None:
    return float(said) if said and said.isascii() and said.isdigit() else None


def is_limit(error: GithubException) -> bool:
    """Say whether it is a limit, of REST or of GraphQL, which answers 200 all the same."""
    return (
        isinstance(error, RateLimitExceededException)
        or error.status == requests.codes.too_many_requests
        or "RATE_LIMIT" in str(error.data)
    )


def _is_lost(error: Exception) -> bool:
    """Say whether the effect may have taken place all the same, or not."""
    if isinstance(error, GithubException):
        return error.status >= _SERVER
    return not isinstance(error, requests.exceptions.SSLError)
