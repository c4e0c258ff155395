"""How much a language model's maker still allows, as its answers say: read off their headers.

Anthropic: https://docs.anthropic.com/en/api/rate-limits (the time of the reset in RFC 3339),
OpenAI: https://platform.openai.com/docs/guides/rate-limits (the time until then, as `6m0s`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestrator.domain.durations import LONGEST_WAIT_S, seconds

KINDS = ("requests", "tokens", "input-tokens", "output-tokens")
"""What is limited, as headers name it."""
_SPELLINGS = ("anthropic-ratelimit-{kind}-{part}", "x-ratelimit-{part}-{kind}")
_COUNT = re.compile(r"[0-9]{1,15}")
_LONGEST = 64
"""How many characters a moment or a duration may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headroom:
    """What is left of one limit: `remaining` of `limit`, both counts of `kind`, one of `KINDS`.

    `reset_at` is when all of it is there again, in seconds since the epoch; None where nobody said
    or nobody can be believed.
    """

    kind: str
    limit: int
    remaining: int
    reset_at: float | None = None


def headroom(headers: Mapping[str, str], now: float) -> tuple[Headroom, ...]:
    """Return what an answer's headers tell, at most one value a kind, in the order of `KINDS`.

    The names of `headers` are lower case, `now` is in seconds since the epoch. The other side is
    not trusted: what is no count is left out, what is beyond any bound is cut or left out.
    """
    return tuple(found for kind in KINDS for found in _first(headers, kind, now))


def newest(known: tuple[Headroom, ...], said: tuple[Headroom, ...]) -> tuple[Headroom, ...]:
    """Return what is known after more was said: of each kind the last word."""
    by_kind = {one.kind: one for one in (*known, *said)}
    return tuple(by_kind[kind] for kind in KINDS if kind in by_kind)


def _first(headers: Mapping[str, str], kind: str, now: float) -> Iterator[Headroom]:
    for spelling in _SPELLINGS:
        said = {
            part: headers.get(spelling.format(kind=kind, part=part), "").strip()
            for part in ("limit", "remaining", "reset")
        }
        limit, remaining = _count(said["limit"]), _count(said["remaining"])
        if limit and remaining is not None:
            yield Headroom(
                kind=kind,
                limit=limit,
                remaining=min(remaining, limit),
                reset_at=_moment(said["reset"], now),
            )
            return


def _count(text: str) -> int | None:
    return int(text) if _COUNT.fullmatch(text) else None


def _moment(text: str, now: float) -> float | None:
    """Read the time of a reset or the time until then; one far off is a wrong clock's."""
    if not text or len(text) > _LONGEST:
        return None
    try:
        at = now + seconds(text)
    except ValueError:
        at = _rfc3339(text)
    return max(at, now) if at <= now + LONGEST_WAIT_S else None


def _rfc3339(text: str) -> float:
    """Return a moment since the epoch; infinity for what is none, or has no time zone."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.timestamp() if moment.tzinfo else float("inf")
    except (ValueError, OverflowError):
        return float("inf")
