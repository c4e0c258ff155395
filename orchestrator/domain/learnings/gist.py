"""A lesson's text on one line: its words, and a change as `before` → `after`."""

from collections.abc import Iterator, Sequence
from itertools import groupby

_BREAK = " ⏎ "
"""Stands where a line of the change ends."""


def gist(text: str) -> str:
    """Return the text of a lesson on one line.

    A verdict's lesson is a failure's words, then lines with `-` and `+` (`essence`); any other text
    loses its line ends and nothing else.
    """
    words, *lines = text.splitlines() or [""]
    if not lines or any(line[:1] not in {"-", "+", "…"} for line in lines):
        return " ".join(text.split())
    return ": ".join(filter(None, (words, "; ".join(filter(None, _changes(lines))))))


def _changes(lines: Sequence[str]) -> Iterator[str]:
    """Yield what each place becomes; `…` stands between two of them."""
    for between, hunk in groupby(lines, key=lambda line: line.startswith("…")):
        if not between:
            yield _change(list(hunk))


def _change(hunk: Sequence[str]) -> str:
    gone, came = (_BREAK.join(_told(hunk, mark)) for mark in "-+")
    if gone and came:
        return f"{_span(gone)} → {_span(came)}"
    if gone or came:
        return f"without {_span(gone)}" if gone else f"with {_span(came)}"
    return ""


def _told(hunk: Sequence[str], mark: str) -> Iterator[str]:
    """Yield the lines with a mark, without it, its spaces and those that are empty."""
    for line in hunk:
        if line[:1] == mark and line[1:].strip():
            yield " ".join(line[1:].split())


def _span(code: str) -> str:
    return code if "`" in code else f"`{code}`"
