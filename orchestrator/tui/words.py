"""Numbers and times as short words."""

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
THOUSAND = 1_000


def lasting(seconds: float | None) -> str:
    """Return a span of time: `42s`, `12m`, `3h05`, `2d`; nothing for none."""
    if seconds is None:
        return ""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f}s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f}m"
    if seconds < 2 * DAY:
        return f"{seconds // HOUR:.0f}h{seconds % HOUR // MINUTE:02.0f}"
    return f"{seconds / DAY:.0f}d"


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
