"""Durations as people write them: `90s`, `15m`, `1h30m`, `30d`."""

import re

LONGEST_WAIT_S = 8 * 24 * 3600.0
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
