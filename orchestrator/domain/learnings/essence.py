"""The essence of a repair: the smallest part of a change that tells how a failure went away."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from orchestrator.domain.comparing import alike, has_too_many_pairs
from orchestrator.domain.learnings.learning import LONGEST_TEXT
from orchestrator.domain.shortening import cut

MOST_CELLS = 4_000_000
"""Lines times lines that are compared, once what both ends have in common is set aside."""
LONGEST_WORDS = 160
"""How many characters of the failure's own words are told."""
LONGEST_LINE = 120
MOST_HUNKS = 3
"""In how many places a file may differ where nobody knows the line of the failure."""
NEAR = 3
"""Hunks this many lines from the failure's line are told together with the nearest."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were taken out and put in; `at` is the number of the first that was, from 1."""

    at: int
    removed: tuple[str, ...]
    added: tuple[str, ...]

    def distance(self, line: int) -> int:
        """Return how many lines it is away from a line, 0 when it holds it."""
        last = self.at + max(len(self.removed), 1) - 1
        return max(self.at - line, line - last, 0)

    @property
    def size(self) -> int:
        """How many characters it has."""
        return sum(map(len, (*self.removed, *self.added)))


def essence(words: str, before: bytes, after: bytes, line: int = 0) -> str:
    """Return the text of a lesson: a failure's words, and the lines that made it go away.

    `before` is the file as it was when it failed, `after` as it passed; `line` is where the failure
    was, 0 where nobody knows. Empty where nothing telling is left: the file is the same but for
    white space at the ends of lines, is no text, or differs all over.
    """
    old, new = _lines(before), _lines(after)
    if old is None or new is None:
        return ""
    hunks = [one for one in _hunks(old, new) if "".join((*one.removed, *one.added)).strip()]
    chosen = _nearest(hunks, line) if line else _smallest(hunks)
    if not chosen:
        return ""
    said = cut(" ".join(words.split()), LONGEST_WORDS)
    return f"{said}\n{_shown(chosen, LONGEST_TEXT - len(said) - 1)}"


def _lines(content: bytes) -> list[str] | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else [line.rstrip() for line in text.splitlines()]


def _hunks(old: list[str], new: list[str]) -> Iterator[Hunk]:
    start = alike(old, new)
    end = alike(old[start:][::-1], new[start:][::-1])
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    if len(old) * len(new) > MOST_CELLS or has_too_many_pairs(old, new):
        return
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Hunk(start + i + 1, tuple(old[i:j]), tuple(new[k:m]))


def _nearest(hunks: list[Hunk], line: int) -> list[Hunk]:
    """Return the hunk next to a line, and the others that are about the same place."""
    ranked = sorted(hunks, key=lambda one: (one.distance(line), one.size))
    about = [one for one in ranked[1:] if one.distance(line) <= NEAR]
    return [*ranked[:1], *about][:MOST_HUNKS]


def _smallest(hunks: list[Hunk]) -> list[Hunk]:
    return sorted(hunks, key=lambda one: one.size)[:1] if len(hunks) <= MOST_HUNKS else []


def _shown(hunks: list[Hunk], room: int) -> str:
    """Return hunks as lines with `-` and `+`, as many as fit; a hunk that does not is cut."""
    shown = _marked(hunks[0])
    text = "\n".join(shown)
    if len(text) > room:
        return _squeezed(hunks[0], room)
    for hunk in hunks[1:]:
        more = "\n".join(["…", *_marked(hunk)])
        if len(text) + 1 + len(more) <= room:
            text = f"{text}\n{more}"
    return text


def _squeezed(hunk: Hunk, room: int) -> str:
    """Return the beginnings of what went and of what came, half of the room each at least."""
    gone, came = ([line for line in _marked(hunk) if line[0] == mark] for mark in "-+")
    tail = "\n".join(came)
    head = _fitting(gone, max(room // 2, room - len(tail) - 1))
    return _fitting([*head.splitlines(), *came], room)


def _fitting(lines: list[str], room: int) -> str:
    text = "\n".join(lines)
    if len(text) <= room:
        return text
    kept: list[str] = []
    for line in lines:
        if sum(map(len, kept)) + len(kept) + len(line) + 2 > room:
            break
        kept.append(line)
    return "\n".join([*kept, "…"])[:room]


def _marked(hunk: Hunk) -> list[str]:
    """Return its lines with marks, without the indentation that all of them share."""
    told = [line for line in (*hunk.removed, *hunk.added) if line]
    shared = min(alike(line[: len(line) - len(line.lstrip())], told[0]) for line in told)
    return [
        cut(f"{mark} {line[shared:]}".rstrip(), LONGEST_LINE)
        for mark, lines in (("-", hunk.removed), ("+", hunk.added))
        for line in lines
    ]
