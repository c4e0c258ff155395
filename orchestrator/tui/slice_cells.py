"""Slices as cells and lines, with their tones."""

from collections.abc import Iterator, Mapping

from orchestrator.application.watching.slices import (
    CHECK_GLYPHS,
    REVIEW_GLYPHS,
    SLICE_GLYPHS,
    SLICE_MEANINGS,
    SliceRow,
    SliceState,
)
from orchestrator.domain.pulls import ChecksState, ReviewState
from orchestrator.domain.visible import on_one_line
from orchestrator.tui.listing import Cell, Column
from orchestrator.tui.tones import Tone

TONES: Mapping[SliceState, Tone] = {
    "cut": "dim",
    "published": "plain",
    "outdated": "wait",
    "moved": "bad",
    "draft": "plain",
    "open": "busy",
    "merged": "good",
    "closed": "dim",
}
REVIEW_TONES: Mapping[ReviewState, Tone] = {
    "none": "dim",
    "commented": "wait",
    "approved": "good",
    "changes_requested": "bad",
}
CHECK_TONES: Mapping[ChecksState, Tone] = {
    "none": "dim",
    "pending": "busy",
    "green": "good",
    "red": "bad",
}
COLUMNS = (
    Column("number", "#", 3, right=True),
    Column("state", "state", 11),
    Column("title", "title", 20, weight=2),
    Column("tasks", "tasks", 5, right=True, rank=1),
    Column("lines", "lines", 11, right=True, rank=2),
    Column("on", "on", 3, right=True, rank=4),
    Column("review", "review", 11, rank=3),
    Column("checks", "checks", 9, rank=3),
    Column("where", "where", 16, weight=3, rank=5),
)


def words(row: SliceRow) -> Iterator[tuple[str, Tone]]:
    """Yield what is to be known of a slice, line by line."""
    yield f"{SLICE_GLYPHS[row.state]} {row.state}: {SLICE_MEANINGS[row.state]}", TONES[row.state]
    if row.review != "none":
        yield f"review {REVIEW_GLYPHS[row.review]}", REVIEW_TONES[row.review]
    if row.checks != "none":
        yield f"checks {CHECK_GLYPHS[row.checks]}", CHECK_TONES[row.checks]
    yield on_one_line(row.where), "plain"
    yield f"stands on slice {row.below}" if row.below else "stands on the base of the run", "dim"
    if row.labels:
        yield f"labels {', '.join(row.labels)}", "dim"


def cells(row: SliceRow) -> Iterator[Cell]:
    """Yield a slice's cells."""
    yield str(row.number), "dim"
    yield f"{SLICE_GLYPHS[row.state]} {row.state}", TONES[row.state]
    yield on_one_line(row.title), "plain"
    yield str(len(row.tasks)), "plain"
    yield f"+{row.added} −{row.removed}", "plain"
    yield str(row.below or ""), "dim"
    yield REVIEW_GLYPHS[row.review], REVIEW_TONES[row.review]
    yield CHECK_GLYPHS[row.checks], CHECK_TONES[row.checks]
    number = f"#{row.pull} " if row.pull else ""
    yield on_one_line(f"{number}{row.where.removeprefix('https://')}"), "dim"
