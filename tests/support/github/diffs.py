"""Lines of a diff: which can be commented on, and whether they are still there."""

import re
from collections.abc import Iterator

from tests.support.github.bare import Bare

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def hunk_of(diff: str, line: int, side: str) -> str | None:
    """Return the part of a file's diff down to a line, or None where it has no such line."""
    for hunk in _hunks(diff):
        start, ended = _span(hunk[0], side)
        if not start <= line < ended:
            continue
        at = start - 1
        for index, text in enumerate(hunk[1:], 1):
            at += text[:1] != ("-" if side == "RIGHT" else "+")
            if at == line:
                return "\n".join(hunk[: index + 1])
    return None


def _hunks(diff: str) -> Iterator[list[str]]:
    hunk: list[str] = []
    for text in diff.split("\n"):
        if _HUNK.match(text):
            if hunk:
                yield hunk
            hunk = [text]
        elif hunk:
            hunk.append(text)
    if hunk:
        yield hunk


def _span(header: str, side: str) -> tuple[int, int]:
    """Return the first line of a hunk on a side, and the line after its last."""
    found = _HUNK.match(header)
    assert found
    first, count = found.group(1, 2) if side == "LEFT" else found.group(3, 4)
    return int(first), int(first) + int(count or 1)


def untouched(bare: Bare, old: str, new: str, path: str, line: int) -> bool:
    """Return whether a line of the old commit is in the new one as it was."""
    if old == new:
        return True
    for hunk in _hunks(bare.git("diff", "-U0", old, new, "--", path)):
        start, ended = _span(hunk[0], "LEFT")
        if start <= line < ended:
            return False
    return True
