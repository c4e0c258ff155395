"""A find rule that is given a time: a first look need not be a whole one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.application.plan import Find, Lines

PORTION = 50
"""Files between two looks at the clock."""

Progress = Callable[[int, int], None]


class OutOfTimeError(Exception):
    """The time is over; `found` has what was found until then, in the first `looked_at` files."""

    def __init__(self, found: Mapping[str, Lines], looked_at: int, files: int) -> None:
        """Say how far it came."""
        super().__init__(f"{looked_at} of {files} files")
        self.found = found
        self.looked_at = looked_at
        self.files = files


@dataclass(frozen=True, slots=True, kw_only=True)
class HastyFind:
    """Asks `find` portion by portion until `patience_s` seconds of `now` are over.

    `progress` is told how many of how many files were looked at.
    """

    find: Find
    patience_s: float
    now: Callable[[], float]
    progress: Progress

    def __call__(self, tree: Path, files: Sequence[str], scratch: Path) -> Mapping[str, Lines]:
        """Return the lines of the occurrences by file.

        Raises:
            OutOfTimeError: not all files could be looked at; the first portion always is.
        """
        end = self.now() + self.patience_s
        found: dict[str, Lines] = {}
        for at in range(0, len(files), PORTION):
            if at and self.now() >= end:
                raise OutOfTimeError(found, at, len(files))
            found |= self.find(tree, files[at : at + PORTION], scratch)
            self.progress(min(at + PORTION, len(files)), len(files))
        return found
