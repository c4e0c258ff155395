"""Lines of text in tones, made safe to show and wrapped to a width."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from orchestrator.domain.visible import visible
from orchestrator.tui.tones import Piece

TAB = 4
"""How many cells a tab is wide."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line before it is wrapped: pieces, each in its tone; what goes on is set in by `hang`."""

    pieces: tuple[Piece, ...] = ()
    hang: int = 0


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
BLANK = Row()


def row(*pieces: Piece | str, hang: int = 0) -> Row:
    """Return a line of pieces; those without a tone are plain. The text must be safe already."""
    return Row(tuple((one, "plain") if isinstance(one, str) else one for one in pieces), hang)


def shown(text: str) -> str:
    """Return somebody else's text as one that a terminal takes, tabs written out as spaces.

    Bytes that are no UTF-8 stand in a text as half characters, which no terminal can be sent.
    """
    if text.isprintable():
        return text
    safe = visible(text).encode("utf-8", "replace").decode()
    return safe.expandtabs(TAB) if "\t" in safe else safe


def in_line(text: str) -> str:
    """Return somebody else's text on one line."""
    return " ".join(shown(text).split())


def heading(text: str) -> Row:
    """Return a line that stands above others."""
    return row((text, "strong"))


def quoted(text: str, lead: str = "    │ ") -> Iterator[Row]:
    """Yield the lines of somebody else's text, each behind `lead`, without colours of their own."""
    for line in shown(_COLOUR.sub("", text.rstrip("\n"))).split("\n"):
        yield row((lead, "dim"), line, hang=len(lead))


def wrapped(line: Row, width: int) -> list[tuple[Piece, ...]]:
    """Return a line as the lines of `width` cells, at most, that it takes."""
    text = "".join(piece for piece, _ in line.pieces)
    if _cells(text) <= width:
        return [line.pieces]
    hang = line.hang if line.hang * 2 < width else 0
    cuts = list(_cuts(text, max(2, width), hang))
    spans = zip([0, *cuts], [*cuts, len(text)], strict=True)
    return [_part(line.pieces, start, end, set_in=hang if start else 0) for start, end in spans]


def _cuts(text: str, width: int, hang: int) -> Iterator[int]:
    """Yield where a text is cut: after a space where one is near, anywhere else where none is."""
    start, room = 0, width
    while (end := _reach(text, start, room)) < len(text):
        space = text.rfind(" ", start + room // 3, end + 1)
        start = space + 1 if space >= 0 else end
        yield start
        room = width - hang


def _reach(text: str, start: int, room: int) -> int:
    """Return how far a text goes from `start` in `room` cells: a character at least."""
    end = min(len(text), start + room)
    while end > start + 1 and (over := _cells(text[start:end]) - room) > 0:
        end -= max(1, over // 2)
    return end


def _cells(text: str) -> int:
    """Return how wide a safe text is; most are ASCII, of which that is known at once."""
    return len(text) if text.isascii() else cell_len(text)


def _part(pieces: Sequence[Piece], start: int, end: int, *, set_in: int) -> tuple[Piece, ...]:
    found: list[Piece] = [(" " * set_in, "plain")] if set_in else []
    at = 0
    for text, tone in pieces:
        if at < end and at + len(text) > start:
            found.append((text[max(0, start - at) : end - at], tone))
        at += len(text)
    return tuple(found)
