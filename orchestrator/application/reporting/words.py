"""The words that every form of a report uses."""

from collections.abc import Mapping

from orchestrator.application.glyphs import ATTEMPT_GLYPHS
from orchestrator.application.timeline import SpanOutcome

_ATTEMPTS: Mapping[SpanOutcome, str] = {
    "accepted": "accepted",
    "rejected": "rejected",
    "unchanged": "unchanged",
    "environment": "environment lacks something",
    "limited": "met a limit",
    "overloaded": "model overloaded",
    "blocked": "gave up",
    "lost": "lost with its process",
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    **{outcome: (ATTEMPT_GLYPHS[outcome], words) for outcome, words in _ATTEMPTS.items()},
    "running": (ATTEMPT_GLYPHS[""], "under way"),
    "some": ("◐", "landed in part"),
    "red": ("✗", "red"),
    "baseline": ("●", "baseline"),
    "mixed": ("◐", "several that ended differently"),
}
"""How attempts and landings ended: a glyph and words."""

BECAUSE: Mapping[str, str] = {
    "start": "the run began",
    "dependency": "what it depends on had landed",
    "retry": "its attempt before had ended",
    "sent_back": "a landing had sent it back",
    "slot": "a slot was free",
    "accepted": "its change set was accepted",
    "queue": "the landing before was over",
    "resumed": "the run was resumed",
}
"""What let a step of the critical path begin."""

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def lasted(seconds: float) -> str:
    """Return a duration in its two largest units: `0.4 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:  # noqa: PLR2004 - below, tenths matter
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def dollars(usd: float) -> str:
    """Return an amount of US dollars; small ones with what makes them more than nothing."""
    return f"${usd:,.2f}" if usd >= 1 or not usd else f"${usd:.4f}"
