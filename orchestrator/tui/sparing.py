"""How often something costly is done by itself."""


class Sparing:
    """Lets something be done again once `every_s` seconds, and enough time for it, have gone by.

    It takes no more than the part `share` of all time. Times are in seconds, of a clock that only
    goes on.
    """

    def __init__(self, every_s: float, share: float) -> None:
        """Begin with what has not been done yet: that may be done at once."""
        self._every_s, self._share = every_s, share
        self._ended: float | None = None
        self._took = 0.0

    def allows(self, now: float) -> bool:
        """Say whether it may be done now."""
        if self._ended is None:
            return True
        return now - self._ended >= max(self._every_s, self._took / self._share)

    def done(self, now: float, took: float) -> None:
        """Take down that it has just been done, and how long that took."""
        self._ended, self._took = now, took
