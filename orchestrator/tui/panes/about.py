"""The pane that says what a task is: its files, its neighbours, what it was told, its course."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.application.watching.near.about import History, about
from orchestrator.tui.panes.pane import Near, Page
from orchestrator.tui.panes.rows import BLANK, Row, heading, in_line, quoted, row
from orchestrator.tui.tones import STATE_TONES
from orchestrator.tui.words import time_of_day

MOST = 100
"""How many lines a list has at most."""


class AboutPane(Page):
    """Everything else that is known of a task."""

    name_of: ClassVar[str] = "About"

    def __init__(self) -> None:
        """Show nothing yet."""
        super().__init__("about")

    def rows(self, near: Near) -> Sequence[Row]:
        """Return what is known, under headings; what there is nothing of is left out."""
        known = about(near.look, near.task, near.told)
        parts = (
            ("files", _bounded([row("  ", in_line(file), hang=4) for file in known.files])),
            ("depends on", _neighbours(near, known.needs)),
            ("needed by", _neighbours(near, known.needed_by)),
            ("facts", list(_pairs(known.facts))),
            ("a person's note", list(quoted(known.note, lead="  ")) if known.note else []),
            ("what the next attempt is told",
             list(quoted(known.hand_off, lead="  ")) if known.hand_off else []),
            ("learnings told", [row("  ", (f"{in_line(status)}  ", "mark"), in_line(text), hang=4)
                                for status, text in known.learnings]),
            ("history", list(map(_happened, known.history))),
        )  # fmt: skip
        return [line for name, lines in parts if lines for line in (heading(name), *lines, BLANK)]


def _pairs(facts: Sequence[tuple[str, str]]) -> Iterator[Row]:
    widest = max(len(name) for name, _ in facts)
    for name, said in facts:
        yield row("  ", (f"{name:<{widest}}  ", "dim"), in_line(said), hang=widest + 4)


def _neighbours(near: Near, tasks: Sequence[str]) -> list[Row]:
    return _bounded(list(_states(near, tasks)))


def _states(near: Near, tasks: Sequence[str]) -> Iterator[Row]:
    run = near.look.run
    for task in tasks:
        state = run.tasks[task].state
        sign = f"{STATE_GLYPHS[state]} {state:<9} "
        yield row("  ", (sign, STATE_TONES[state]), in_line(run.by_id[task].title), hang=4)


def _bounded(rows: list[Row]) -> list[Row]:
    more = len(rows) - MOST
    return rows if more <= 0 else [*rows[:MOST], row((f"  … and {more:,} more", "dim"))]


def _happened(one: History) -> Row:
    return row("  ", (f"{time_of_day(one.at)}  ", "dim"), in_line(one.what), hang=12)
