"""Numbers and times as short words."""

from datetime import UTC, datetime

from orchestrator.domain.durations import lasting, taking

__all__ = ["counted", "dollars", "lasting", "taking", "time_of_day"]

THOUSAND = 1_000


def counted(number: int) -> str:
    """Return a number: `812`, `12.3k`, `4.5M`."""
    if number < 10 * THOUSAND:
        return f"{number:,}"
    if number < THOUSAND * THOUSAND:
        return f"{number / THOUSAND:.1f}k"
    return f"{number / THOUSAND / THOUSAND:.1f}M"


def dollars(amount: float) -> str:
    """Return dollars: `3.21`, `0.004`; nothing for nothing."""
    if not amount:
        return ""
    return f"{amount:.2f}" if amount >= 0.01 else f"{amount:.3f}"  # noqa: PLR2004 - a cent


def time_of_day(at: float) -> str:
    """Return a moment, in seconds since the epoch, as this machine's clocks show it."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%H:%M:%S}"
