"""The pane of what an attempt has changed."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar

from orchestrator.application.watching.near.diff import (
    Diff,
    DiffLine,
    FileDiff,
    FileKind,
    LineKind,
    read_diff,
)
from orchestrator.application.watching.watched import Watched
from orchestrator.domain.counting import many
from orchestrator.tui.panes.fetched import FetchedPane, Wanted
from orchestrator.tui.panes.pane import Near
from orchestrator.tui.panes.rows import BLANK, Row, heading, in_line, row, shown
from orchestrator.tui.tones import Piece, Tone

MOST_FILES = 200
"""How many files the list names."""

_KINDS: Mapping[FileKind, Piece] = {
    "changed": ("~ changed ", "plain"),
    "new": ("+ new     ", "good"),
    "deleted": ("− deleted ", "bad"),
    "renamed": ("→ renamed ", "mark"),
    "binary": ("# binary  ", "dim"),
}
_LINES: Mapping[LineKind, tuple[str, Tone]] = {
    "kept": ("  ", "dim"),
    "added": ("+ ", "good"),
    "removed": ("- ", "bad"),
    "place": ("", "mark"),
}
_NUMBER = 6
"""How many cells a line's number has."""


class DiffPane(FetchedPane):
    """The commit of the attempt's change set, file by file."""

    name_of: ClassVar[str] = "Diff"

    def __init__(self, watched: Watched) -> None:
        """Show nothing yet."""
        super().__init__("diff")
        self._watched = watched

    def wanted(self, near: Near) -> Wanted | str:
        """Return the commit that is to be shown."""
        if near.chosen is None:
            return "nothing has been changed yet: no attempt has begun"
        commit = near.chosen.commit
        if commit is None:
            under_way = near.chosen.span.ended is None
            return (
                "there is no diff before the agent has ended"
                if under_way
                else "this attempt left no change"
            )
        return Wanted(commit, partial(self._rows, commit))

    def _rows(self, commit: str) -> Sequence[Row]:
        return list(diff_rows(read_diff(self._watched.changed(commit)), commit))


def diff_rows(diff: Diff, commit: str) -> Iterator[Row]:
    """Yield the list of files, then each file's lines."""
    added = sum(file.added for file in diff.files)
    removed = sum(file.removed for file in diff.files)
    yield row(
        (f"{many(len(diff.files), 'file')}  ", "strong"),
        (f"+{added:,} ", "good"), (f"−{removed:,}", "bad"), (f"  commit {commit[:10]}", "dim"),
    )  # fmt: skip
    yield from _list(diff)
    if diff.left_out:
        where = f"the run's repository.git has them: git show {commit[:10]}"
        yield row((f"⚠ {diff.left_out:,} lines are left out here; {where}", "wait"))
    for file in diff.files:
        if file.lines:
            yield BLANK
            yield heading(in_line(file.path))
            yield from map(_line, file.lines)


def _list(diff: Diff) -> Iterator[Row]:
    widest = [max((len(f"{n:,}") for n in of), default=1) + 1 for of in _counts(diff)]
    for file in diff.files[:MOST_FILES]:
        yield _file(file, *widest)
    if len(diff.files) > MOST_FILES:
        yield row((f"  … and {len(diff.files) - MOST_FILES:,} more", "dim"))


def _counts(diff: Diff) -> tuple[list[int], list[int]]:
    return [file.added for file in diff.files], [file.removed for file in diff.files]


def _file(file: FileDiff, for_added: int, for_removed: int) -> Row:
    added: Piece = (f"{f'+{file.added:,}':>{for_added}} ", "good")
    removed: Piece = (f"{f'−{file.removed:,}':>{for_removed}}  ", "bad")
    name: Piece = (in_line(file.path), "plain")
    return Row((("  ", "plain"), _KINDS[file.kind], added, removed, name), hang=4)


def _line(line: DiffLine) -> Row:
    sign, tone = _LINES[line.kind]
    if line.kind == "place":
        return row((f"{'':>{_NUMBER}} @ line {line.number}  {in_line(line.text)}", tone))
    number: Piece = (f"{line.number:>{_NUMBER}} ", "dim")
    return Row((number, (f"{sign}{shown(line.text)}", tone)), hang=_NUMBER + 3)
