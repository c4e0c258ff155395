"""Durations as people write them: `90s`, `15m`, `1h30m`, `30d`; and as they read them.

On a page there is room for `3 min 20 s`; a screen and a line of text say `3m`.
"""

import math
import re
from datetime import UTC, datetime

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


def in_two_units(seconds: float) -> str:
    """Return a span of time in its two largest units: `0.4 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:  # noqa: PLR2004 - below, tenths matter
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def taking(seconds: float | None) -> str:
    """Return how long something took, as `lasting` does; of what is quick, tenths are told."""
    if seconds is not None and seconds < 10:  # noqa: PLR2004 - from there on nobody cares
        return f"{seconds:.1f}s"
    return lasting(seconds)


def in_utc(at: float) -> str:
    """Return a moment, in seconds since the epoch, to the minute: `2026-01-31 08:05 UTC`."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def moment(at: float) -> str:
    """Return when something is over by, in seconds since the epoch: in UTC, to the minute above."""
    return in_utc(math.ceil(at / MINUTE) * MINUTE)
