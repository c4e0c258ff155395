"""Durations as people write them: `90s`, `15m`, `1h30m`, `30d`; and as they read them."""

import re

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LONGEST_WAIT_S = 8.0 * DAY
"""A week's quota and a day: whoever asks for more has a wrong clock."""
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def seconds(text: str) -> float:
    """Return the length of `text` in seconds.

    Raises:
        ValueError: `text` is no duration, or is zero.
    """
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        message = f"{text!r} is no duration; write for example 90s, 15m, 1h30m or 30d"
        raise ValueError(message)
    total = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if total <= 0:
        message = f"{text!r} is no time at all"
        raise ValueError(message)
    return total


def lasting(seconds: float | None) -> str:
    """Return a span of time in one short word: `42s`, `12m`, `3h05`, `2d`; nothing for none."""
    if seconds is None:
        return ""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f}s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f}m"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR:.0f}h{seconds % HOUR // MINUTE:02.0f}"
    return f"{seconds / DAY:.0f}d"


def taking(seconds: float | None) -> str:
    """Return how long something took, as `lasting` does; of what is quick, tenths are told."""
    if seconds is not None and seconds < 10:  # noqa: PLR2004 - from there on nobody cares
        return f"{seconds:.1f}s"
    return lasting(seconds)
