"""Sections of a page, and fitting a page into what a forge takes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.counting import many

_NOTE = 700
"""Characters kept for the note that says what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page: Markdown lines, and behind them rows of which the last may be left out.

    `noun` is what a row is called. `dropped` counts the rows that were left out.
    """

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    noun: str = "row"
    dropped: int = 0

    @property
    def text(self) -> str:
        """Its Markdown."""
        more = (f"… and {many(self.dropped, self.noun)} more.",) if self.dropped else ()
        gap = ("",) if more and self.rows else ()
        return "\n".join((f"## {self.heading}", "", *self.lines, *self.rows, *gap, *more))

    def within(self, room: int) -> "Section":
        """Return it with as many of its rows as fit into so many characters."""
        kept = 0
        for row in self.rows:
            room -= len(row) + 1
            if room < 0:
                break
            kept += 1
        return replace(self, rows=self.rows[:kept], dropped=self.dropped + len(self.rows) - kept)


def fitted(sections: Sequence[Section], longest: int | None, whole: str) -> str:
    """Return a page of at most `longest` characters; None is no limit.

    Rows go first, of the sections that have most, then whole sections from the longest down. A note
    says what was left out; `whole` is Markdown that says where it can be read.
    """
    text = _page(sections)
    if longest is None or len(text) <= longest:
        return text
    left = _with_fewer_rows(sections, longest - _NOTE)
    while len(left) > 1 and len(_page(left)) > longest - _NOTE:
        largest = max(left[1:], key=lambda section: len(section.text))
        left = [section for section in left if section is not largest]
    out = [
        *(f"{many(one.dropped, one.noun)} of {one.heading}" for one in left if one.dropped),
        *(one.heading for one in sections if one.heading not in {here.heading for here in left}),
    ]
    note = f"**Cut to {longest} characters.** Left out: {', '.join(out)}. {whole}"
    text = f"{note[:_NOTE]}\n\n{_page(left)}"
    return text if len(text) <= longest else f"{note}\n"[:longest]


def _with_fewer_rows(sections: Sequence[Section], longest: int) -> list[Section]:
    """Give each section's rows an equal share of the room; what one does not need, others get."""
    bare = [section.within(0) for section in sections]
    room = max(0, longest - len(_page(bare)))
    sizes = [sum(len(row) + 1 for row in section.rows) for section in sections]
    found = dict(enumerate(bare))
    order = sorted(range(len(sections)), key=sizes.__getitem__)
    for done, at in enumerate(order):
        found[at] = sections[at].within(room // (len(order) - done))
        room -= sum(len(row) + 1 for row in found[at].rows)
    return [found[at] for at in range(len(sections))]


def _page(sections: Sequence[Section]) -> str:
    return "\n\n".join(section.text for section in sections) + "\n"
