"""The end of a long text, as lines: what a person reads of it, and how much stands before."""

from dataclasses import dataclass

MOST_LINES = 4_000
"""How many lines are kept."""
MOST_CHARACTERS = 400_000
"""How many characters are kept."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The last lines of a text; `earlier` counts those before them.

    `cut` counts the characters that the first of them lacks, where it was too long.
    """

    lines: tuple[str, ...] = ()
    earlier: int = 0
    cut: int = 0

    @property
    def lacks(self) -> str:
        """What stands before, in words; empty where that is nothing."""
        lines = f"{self.earlier:,} earlier lines"
        if self.cut:
            return f"{lines} and {self.cut:,} characters of the line below"
        return lines if self.earlier else ""


def tail(text: str, most_lines: int = MOST_LINES, most: int = MOST_CHARACTERS) -> Tail:
    """Return the end of a text; only that part is split into lines."""
    whole = text.removesuffix("\n")
    if not whole:
        return Tail()
    start, cut = max(0, len(whole) - most), 0
    if start and (after := whole.find("\n", start) + 1):
        start = after
    elif start:
        cut = start - (whole.rfind("\n", 0, start) + 1)
    lines = whole[start:].split("\n")
    kept = lines[-most_lines:]
    return Tail(tuple(kept), whole.count("\n", 0, start) + len(lines) - len(kept), cut)


def grown(before: str, now: str) -> str | None:
    """Return what a text says beyond an earlier one; None if it is another text.

    The last line of the earlier one must have been whole: else it may be another by now.
    """
    if before.endswith("\n") and now.startswith(before):
        return now[len(before) :]
    return None
