"""Hunks: the places of a change, read off a unified diff without context lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FILE = re.compile(r"(?:---|\+\+\+) (?:\"?[ab]/)?(.*)")
_PLACE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_QUOTED = re.compile(r"\\([abfnrtv\"\\]|[0-7]{3})")
_PLAIN = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """One place of a file that changed: `removed` lines became `added` ones.

    `line` counts from 1 in the file as it is now; where lines were only removed it is the one
    before them, at the top 1 as well, and in a file that is gone the first that was removed.
    """

    path: str
    line: int
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


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
                line=max(1, int(match[1] if gone else match[3])),
                removed=removed,
                added=added,
            )


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
