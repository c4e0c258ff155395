"""What stands between an agent and its language model, as types."""

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal, TypeAlias

from orchestrator.domain.durations import LONGEST_WAIT_S
from orchestrator.domain.jsons import loads

TroubleKind: TypeAlias = Literal[
    "limited", "overloaded", "authentication", "refused", "rejected", "malformed", "unreachable"
]
"""`limited`: a rate limit or a quota. `overloaded`: the model's maker has too much to do.
`authentication`: the key is not good. `refused`: by a budget of ours, before the call.
`rejected`: the request is wrong, its model unknown. `malformed`: the answer is none.
`unreachable`: no answer at all."""

_LONGEST_MESSAGE = 500

_QUOTA = re.compile(
    r"insufficient_quota|billing|usage_limit|spend_limit|quota_exceeded|credit", re.IGNORECASE
)
_RATE = re.compile(r"rate_?limit|resource_exhausted|too_many_requests", re.IGNORECASE)
_KEY = re.compile(r"authentication|api_key|permission|unauthenticated", re.IGNORECASE)
_LOAD = re.compile(
    r"overloaded|slow_down|unavailable|server_error|api_error|internal", re.IGNORECASE
)
_BY_STATUS: Mapping[int, TroubleKind] = {
    401: "authentication",
    402: "limited",
    403: "authentication",
    408: "overloaded",
    429: "limited",
}
_NO_CREDIT = "Your credit balance is too low"
"""How Anthropic begins to say so, under a type that says nothing."""
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One trouble. `retry_at` is in seconds since the epoch, None when nobody said."""

    kind: TroubleKind
    message: str
    retry_at: float | None = None
    status: int | None = None


def of_response(status: int, headers: Mapping[str, str], body: bytes, now: float) -> Trouble:
    """Return what a response that is no answer means; the names of `headers` are lower case."""
    error = _error(body)
    kind = _by_words(error)
    if status >= _SERVER_ERROR and kind != "limited":
        kind = "overloaded"
    elif status in _BY_STATUS and kind != "limited":
        kind = _BY_STATUS[status]
    elif kind == "overloaded":
        kind = "rejected"
    text = str(error.get("message") or body[:_LONGEST_MESSAGE].decode(errors="replace"))
    return Trouble(
        kind=kind or "rejected",
        message=f"HTTP {status}: {_short(text) or 'no reason given'}",
        retry_at=_retry_at(headers, error, now),
        status=status,
    )


def of_error(error: Mapping[str, Any], now: float) -> Trouble:
    """Return what an error within an answer means."""
    return Trouble(
        kind=_by_words(error) or "rejected",
        message=_short(
            f"{error.get('type') or error.get('code') or ''} {error.get('message', '')}"
        ),
        retry_at=_retry_at({}, error, now),
    )


def _by_words(error: Mapping[str, Any]) -> TroubleKind | None:
    """Read the words that only the other side chooses; a message may repeat what an agent wrote."""
    kinds: tuple[tuple[re.Pattern[str], TroubleKind], ...] = (
        (_QUOTA, "limited"),
        (_RATE, "limited"),
        (_KEY, "authentication"),
        (_LOAD, "overloaded"),
    )
    reasons = [detail.get("reason") for detail in _details(error)]
    words = [error.get("type"), error.get("code"), error.get("status"), *reasons]
    text = " ".join(str(word) for word in words if word)
    if str(error.get("message", "")).startswith(_NO_CREDIT):
        return "limited"
    return next((kind for pattern, kind in kinds if pattern.search(text)), None)


def _short(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_MESSAGE]


def _details(error: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    details = error.get("details")
    yield from (
        one for one in (details if isinstance(details, list) else []) if isinstance(one, dict)
    )


def _error(body: bytes) -> Mapping[str, Any]:
    """Return the error that a body holds; Gemini puts it in a list where it would have streamed."""
    try:
        said = loads(body)
    except ValueError:
        return {}
    if isinstance(said, list) and said:
        said = said[0]
    error = said.get("error", said) if isinstance(said, dict) else {}
    return error if isinstance(error, dict) else {"message": str(error)}


def _retry_at(headers: Mapping[str, str], error: Mapping[str, Any], now: float) -> float | None:
    for wait_s in _waits(headers, error, now):
        if math.isfinite(wait_s):
            return now + min(max(wait_s, 0.0), LONGEST_WAIT_S)
    return None


def _waits(headers: Mapping[str, str], error: Mapping[str, Any], now: float) -> Iterator[float]:
    """Yield the seconds to wait by each that says so, the most exact first."""
    yield _seconds(headers.get("retry-after-ms", "")) / 1000
    after = headers.get("retry-after", "")
    yield _seconds(after)
    with suppress(ValueError, TypeError, OverflowError):
        yield parsedate_to_datetime(after).timestamp() - now
    yield _seconds(headers.get("anthropic-ratelimit-unified-reset", "")) - now
    for detail in _details(error):
        yield _seconds(str(detail.get("retryDelay", "")).removesuffix("s"))
    for key, from_when in (("resets_in_seconds", 0.0), ("resets_at", now)):
        yield _seconds(str(error.get(key, ""))) - from_when


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
