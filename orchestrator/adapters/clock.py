"""The machine's clock."""

import time


class SystemClock:
    """Tells the real time."""

    def now(self) -> float:
        """Return seconds since the epoch."""
        return time.time()
