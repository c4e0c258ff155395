"""Rates: the primary limit by requests, the secondary one by content that is made.

https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
"""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from tests.support.github.answers import Answer, saying

_PAGE = "using-the-rest-api/rate-limits-for-the-rest-api"
SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)
CONTENT = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content "
    "creation. Please retry your request again later."
)
_HOUR = 3600
_MINUTE = 60


def secondary(retry_after: int | None, status: int = 403, words: str = SECONDARY) -> Answer:
    """Return the answer to who goes too fast: 403 or 429, `retry-after` in seconds or none.

    The words for content are those of https://github.com/pl-strflt/projects-migration/issues/2.
    https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
    """
    said = saying(status, words, f"{_PAGE}#about-secondary-rate-limits")
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return Answer(said.status, said.body, headers)


@dataclass
class _Account:
    used: int = 0
    reset: float = 0.0
    made: deque[float] = field(default_factory=deque)


@dataclass
class Limits:
    """Set `hourly` low to see the primary limit, `content_a_minute` (80) for the secondary one."""

    hourly: int = 5000
    content_a_minute: int | None = None
    retry_after: int | None = 60
    status: int = 403
    _accounts: defaultdict[str, _Account] = field(default_factory=lambda: defaultdict(_Account))

    def count(self, login: str, now: float, *, makes: bool) -> Answer | None:
        """Count a request; return the refusal if it is one too many."""
        account = self._accounts[login]
        if now >= account.reset:
            account.used, account.reset = 0, now + _HOUR
        if account.used >= self.hourly:
            words = f"API rate limit exceeded for user ID {login}."
            return saying(self.status, words, f"{_PAGE}#exceeding-the-rate-limit")
        account.used += 1
        return self._made(account, now) if makes else None

    def _made(self, account: _Account, now: float) -> Answer | None:
        if self.content_a_minute is None:
            return None
        while account.made and account.made[0] <= now - _MINUTE:
            account.made.popleft()
        if len(account.made) >= self.content_a_minute:
            return secondary(self.retry_after, self.status, CONTENT)
        account.made.append(now)
        return None

    def headers(self, login: str) -> dict[str, str]:
        """Return what every answer says of the primary limit.

        https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit
        """
        account = self._accounts[login]
        return {
            "x-ratelimit-limit": str(self.hourly),
            "x-ratelimit-remaining": str(max(0, self.hourly - account.used)),
            "x-ratelimit-reset": str(int(account.reset)),
            "x-ratelimit-used": str(account.used),
            "x-ratelimit-resource": "core",
        }

    def status_of(self, login: str) -> dict[str, object]:
        """Return the answer of `/rate_limit`, which costs nothing to ask.

        https://docs.github.com/rest/rate-limit/rate-limit
        """
        said = self.headers(login)
        rate = {
            name: int(said[f"x-ratelimit-{name}"])
            for name in ("limit", "remaining", "reset", "used")
        }
        return {"resources": {"core": rate, "search": rate, "graphql": rate}, "rate": rate}
