"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], message: str, *, within_s: float = 30) -> None:
    """Wait until a condition holds; the time is for busy machines, nothing is measured by it."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, message
        time.sleep(0.01)
