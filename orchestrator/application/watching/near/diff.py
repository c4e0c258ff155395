"""A commit's unified diff as files and numbered lines, of which a bounded number is kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

FileKind: TypeAlias = Literal["changed", "new", "deleted", "renamed", "binary"]
LineKind: TypeAlias = Literal["place", "kept", "added", "removed"]

MOST_LINES = 4_000
"""How many lines are kept of all files together."""
LONGEST_LINE = 2_000
"""How many characters of one line are kept."""

_FILE = re.compile(r"diff --git (?:\"?a/)(?P<old>.*?)\"? \"?b/(?P<new>.*?)\"?$")
_PLACE = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@(.*)")
_KINDS = {" ": "kept", "+": "added", "-": "removed", "": "kept"}
_SAID: tuple[tuple[str, FileKind], ...] = (
    ("new file", "new"),
    ("deleted file", "deleted"),
    ("rename from", "renamed"),
    ("GIT binary patch", "binary"),
    ("Binary files", "binary"),
)


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line; `number` counts from 1 in the new file, in the old one where it was removed.

    Of a `place` it is the first line that the hunk shows, and `text` what it stands in.
    """

    kind: LineKind
    text: str
    number: int


@dataclass(slots=True)
class FileDiff:
    """What became of a file; `added` and `removed` count all lines, also those not kept."""

    path: str
    kind: FileKind = "changed"
    added: int = 0
    removed: int = 0
    lines: list[DiffLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Diff:
    """The files of a commit, and how many lines of them are left out."""

    files: tuple[FileDiff, ...] = ()
    left_out: int = 0


def read_diff(text: str, most: int = MOST_LINES) -> Diff:
    """Read a unified diff, with whatever stands before its first file."""
    files: list[FileDiff] = []
    kept = left_out = 0
    for file, line in _lines(text, files):
        file.added += line.kind == "added"
        file.removed += line.kind == "removed"
        if kept < most:
            file.lines.append(line)
            kept += 1
        else:
            left_out += 1
    return Diff(tuple(files), left_out)


def _lines(text: str, files: list[FileDiff]) -> Iterator[tuple[FileDiff, DiffLine]]:
    """Yield each line of the hunks with its file; the files are gathered on the way."""
    rest = iter(text.split("\n"))
    for line in rest:
        if match := _FILE.match(line):
            files.append(FileDiff(match["new"]))
        elif files and (place := _PLACE.match(line)):
            file = files[-1]
            yield file, DiffLine("place", place[5].strip()[:LONGEST_LINE], int(place[3]))
            yield from ((file, one) for one in _hunk(rest, place))
        elif files:
            said = (kind for word, kind in _SAID if line.startswith(word))
            files[-1].kind = next(said, files[-1].kind)


def _hunk(rest: Iterator[str], place: re.Match[str]) -> Iterator[DiffLine]:
    """Yield a hunk's lines by the counts in its head: a line may look like anything."""
    old, new = int(place[1]), int(place[3])
    old_end, new_end = (at + int(n or 1) for at, n in ((old, place[2]), (new, place[4])))
    while old < old_end or new < new_end:
        line = next(rest, None)
        if line is None:
            return
        kind = _KINDS.get(line[:1])
        text = line[1 : LONGEST_LINE + 1]
        if kind == "removed":
            yield DiffLine("removed", text, old)
        elif kind is not None:
            yield DiffLine("added" if kind == "added" else "kept", text, new)
        old += kind in {"removed", "kept"}
        new += kind in {"added", "kept"}
