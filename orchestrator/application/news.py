"""What is new in a text that is read again and again while it grows."""


class News:
    """Tells each line once.

    The last line may go on, so it waits till two readings agree on it. Where a text that was told
    has changed all the same, it is told again from there.
    """

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: list[str] = []
        self._last = ""

    def take(self, text: str, *, whole: bool) -> list[str]:
        """Return the lines to tell now; `whole` says that the text will not grow any more."""
        lines = text.removesuffix("\n").split("\n") if text else []
        if not (whole or text == self._last):
            lines.pop()
        self._last = text
        same = _agreeing(self._told, lines)
        if same < len(lines):
            self._told = lines
        return lines[same:]


def _agreeing(one: list[str], other: list[str]) -> int:
    """Return how many lines two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
