"""Hunks of a change, and which of them are the same edit.

A person who has read one of 200 like edits has read them all; what is worth reading are the others.
Two hunks are alike when they have one shape: each line as its words and signs, whitespace left out,
with names, numbers and texts that stay in the edit replaced by where they first stood in it. So a
name that is the same before and after is any name, and one that is renamed is renamed alike. What
an edit takes out or brings in counts as it is. Where that leaves no pattern, because each edit has
names of its own, all words are taken for any.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

FEWEST = 3
"""A pattern is an edit that is made at least so often,"""
SHARE = 20
"""and at least once in so many hunks."""

Shape: TypeAlias = tuple[str, ...]

_FILE = re.compile(r"(?:---|\+\+\+) (?:\"?[ab]/)?(.*)")
_PLACE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_QUOTED = re.compile(r"\\([abfnrtv\"\\]|[0-7]{3})")
_PLAIN = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}
_TOKEN = re.compile(
    r"""(?P<word>[^\W\d]\w*)|(?P<number>\d[\w.]*)"""
    r"""|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>[^\s])"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place of a file that changed: `removed` lines became `added` ones.

    `line` counts from 1 in the file as it is now; where lines were only removed it is the one
    before them, 0 at the top, and in a file that is gone the first that was removed.
    """

    path: str
    line: int
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of a change is worth reading: an example of each pattern, and all that fits none.

    `patterns` have their hunks, the most frequent first; the `odd` ones stand as in the change.
    """

    count: int
    patterns: tuple[tuple[Hunk, ...], ...] = ()
    odd: tuple[Hunk, ...] = ()

    @property
    def sentence(self) -> str:
        """It in a sentence for the reviewer."""
        if not self.count:
            return "No line of text changed."
        if self.count == 1:
            return "There is one hunk."
        if not self.patterns:
            return f"No edit repeats often enough to be a pattern: read all {self.count} hunks."
        alike = self.count - len(self.odd)
        kinds = len(self.patterns)
        what = "the same edit" if kinds == 1 else f"one of {kinds} edits"
        if not self.odd:
            return f"All {self.count} hunks are {what}."
        verb = "is" if alike == 1 else "are"
        last = "the other one" if len(self.odd) == 1 else f"these {len(self.odd)}"
        return f"{alike} of {self.count} hunks {verb} {what}; read {last}."


def hunks(diff: str) -> Iterator[Hunk]:
    """Yield the hunks of a unified diff without context lines, file by file."""
    lines = iter(diff.split("\n"))
    old = new = ""
    for line in lines:
        if line.startswith("--- ") and (match := _FILE.match(line)):
            old = _name(line, match[1])
        elif line.startswith("+++ ") and (match := _FILE.match(line)):
            new = _name(line, match[1])
        elif match := _PLACE.match(line):
            gone = new == "/dev/null"
            counts = [1 if found is None else int(found) for found in (match[2], match[4])]
            removed, added = _taken(lines, *counts)
            yield Hunk(
                path=old if gone else new,
                line=int(match[1] if gone else match[3]),
                removed=removed,
                added=added,
            )


def reading(found: Sequence[Hunk]) -> Reading:
    """Return which hunks are the same edit and which are not.

    What the edits bring in is compared first; only where most hunks would be odd then, all words
    are taken for any.
    """
    strict = _read(found, [shape(hunk) for hunk in found])
    if 2 * len(strict.odd) <= len(found):
        return strict
    loose = _read(found, [shape(hunk, loose=True) for hunk in found])
    return loose if len(loose.odd) < len(strict.odd) else strict


def shape(hunk: Hunk, *, loose: bool = False) -> Shape:
    """Return what hunks that are the same edit have in common; `loose` takes all words for any."""
    removed, added = (list(_tokens(lines)) for lines in (hunk.removed, hunk.added))
    stays = {word for kind, word in removed if kind != "sign"} & {word for _, word in added}
    places: dict[str, int] = {}
    said: list[str] = []
    for mark, tokens in (("-", removed), ("+", added)):
        said.append(mark)
        for kind, word in tokens:
            any_one = kind not in {"sign", "end"} and (loose or word in stays)
            said.append(f"{kind} {places.setdefault(word, len(places))}" if any_one else word)
    return tuple(said)


def _read(found: Sequence[Hunk], shapes: Sequence[Shape]) -> Reading:
    alike: dict[Shape, list[Hunk]] = {}
    for hunk, its in zip(found, shapes, strict=True):
        alike.setdefault(its, []).append(hunk)
    enough = max(FEWEST, -(-len(found) // SHARE))
    patterns = {its: group for its, group in alike.items() if len(group) >= enough}
    return Reading(
        count=len(found),
        patterns=tuple(tuple(group) for group in sorted(patterns.values(), key=len, reverse=True)),
        odd=tuple(one for one, its in zip(found, shapes, strict=True) if its not in patterns),
    )


def _tokens(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for match in _TOKEN.finditer(line):
            yield match.lastgroup or "", match.group()
        yield "end", "\n"


def _taken(lines: Iterator[str], removed: int, added: int) -> tuple[tuple[str, ...], ...]:
    """Take a hunk's lines; what git says of a missing last newline is passed over."""
    taken: dict[str, list[str]] = {"-": [], "+": []}
    left = removed + added
    while left:
        line = next(lines)
        if line[:1] in taken:
            taken[line[0]].append(line[1:])
            left -= 1
    return tuple(taken["-"]), tuple(taken["+"])


def _name(line: str, shown: str) -> str:
    """Return a path as it is: git quotes unusual ones, and ends one with a space by a tab."""
    if not line[4:].startswith('"'):
        return shown.removesuffix("\t")
    raw = _QUOTED.sub(_unquoted, shown.removesuffix('"'))
    return raw.encode("latin-1", "surrogateescape").decode("utf-8", "surrogateescape")


def _unquoted(match: re.Match[str]) -> str:
    said = match[1]
    return chr(int(said, 8)) if said.isdigit() else chr(_PLAIN.get(said, ord(said)))
