"""How fast a run may call its language models: one limiter for all of its attempts.

Two token buckets hold the rates that a person gave; a window bounds the calls at once and moves as
in `pace.py`: up by one for each window of calls that went well, down to half when the other side
says that it is too much. Between, everything stands still until the time that it named.
"""

import math
from dataclasses import dataclass, replace

MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Limits of a whole run a minute; None is no limit. `at_once` bounds the calls under way."""

    requests: int | None = None
    tokens: int | None = None
    at_once: int = 256


@dataclass(frozen=True, slots=True)
class Bucket:
    """What may still be taken. `level` may be below zero: a call took more than was expected."""

    per_minute: float
    level: float
    at: float

    def filled(self, now: float) -> "Bucket":
        """Return the bucket after the time since it was looked at."""
        added = max(0.0, now - self.at) * self.per_minute / MINUTE_S
        return replace(self, level=min(self.per_minute, self.level + added), at=max(now, self.at))

    def wait_s(self, amount: float) -> float:
        """Return the seconds until `amount` is there; more than it holds needs a full bucket."""
        missing = min(amount, self.per_minute) - self.level
        return max(0.0, missing) * MINUTE_S / self.per_minute

    def less(self, amount: float) -> "Bucket":
        """Return the bucket without `amount`."""
        return replace(self, level=self.level - amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limiter:
    """The state of a run's calls. Times are in seconds of one clock."""

    most: int
    window: float
    under_way: int = 0
    closed_until: float = -math.inf
    slowed_at: float = -math.inf
    requests: Bucket | None = None
    tokens: Bucket | None = None

    @classmethod
    def of(cls, rate: Rate, now: float) -> "Limiter":
        """Start with full buckets and a window as wide as allowed."""

        def bucket(limit: int | None) -> Bucket | None:
            return Bucket(float(limit), float(limit), now) if limit else None

        return cls(
            most=rate.at_once,
            window=float(rate.at_once),
            requests=bucket(rate.requests),
            tokens=bucket(rate.tokens),
        )

    def wait_s(self, now: float, tokens: int) -> float:
        """Return the seconds until a call of about `tokens` may begin; inf: when another ends."""
        waits = [self.closed_until - now]
        for bucket, amount in ((self.requests, 1), (self.tokens, tokens)):
            if bucket is not None:
                waits.append(bucket.filled(now).wait_s(amount))
        if self.under_way >= max(1, int(self.window)):
            waits.append(math.inf)
        return max(0.0, *waits)

    def begun(self, now: float, tokens: int) -> "Limiter":
        """Return the state once a call of about `tokens` has begun."""
        return replace(
            self,
            under_way=self.under_way + 1,
            requests=self.requests and self.requests.filled(now).less(1),
            tokens=self.tokens and self.tokens.filled(now).less(tokens),
        )

    def ended(self, *, expected: int, used: int, well: bool) -> "Limiter":
        """Return the state once it has ended and `used` that many tokens."""
        grown = min(float(self.most), self.window + 1 / self.window) if well else self.window
        return replace(
            self,
            under_way=self.under_way - 1,
            window=grown,
            tokens=self.tokens and self.tokens.less(used - expected),
        )

    def held_off(self, now: float, retry_at: float | None) -> "Limiter":
        """Return the state once the other side has said that it is too much.

        Calls that were under way together hear it together: the window halves once a second.
        """
        narrower = max(1.0, min(self.window, float(max(1, self.under_way))) / 2)
        again = now - self.slowed_at < 1.0
        return replace(
            self,
            window=self.window if again else narrower,
            slowed_at=self.slowed_at if again else now,
            closed_until=max(self.closed_until, retry_at or now),
        )
