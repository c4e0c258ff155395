"""A failure as a line: where, by which rule, what."""

from collections.abc import Iterator, Sequence

from orchestrator.domain.verdict import Failure
from orchestrator.tui.panes.rows import Row, in_line, row
from orchestrator.tui.tones import Piece

MOST = 200
"""How many failures are listed at once."""


def failure_row(failure: Failure, *before: Piece, indent: int = 4) -> Row:
    """Return a failure as a line, set in, with what stands before it."""
    where = f"{failure.path}:{failure.line}" if failure.line else failure.path
    rule = "" if failure.rule == "exit" else failure.rule  # the message says so in full
    parts: list[Piece] = [(in_line(where), "strong"), (in_line(rule), "mark")]
    parts.append((in_line(failure.message), "plain"))
    said: list[Piece] = [(f"{text} ", tone) for text, tone in parts if text]
    return Row(((" " * indent, "plain"), *before, *said), hang=indent + 2)


def failure_rows(failures: Sequence[Failure], *, named: bool = False) -> Iterator[Row]:
    """Yield failures as lines, the first of them where there are many; `named` says by what."""
    for failure in failures[:MOST]:
        names: list[Piece] = [(f"{in_line(failure.check)}: ", "bad")] if named else []
        yield failure_row(failure, *names)
    if len(failures) > MOST:
        yield row((f"    … {len(failures) - MOST:,} more; the whole output has them", "dim"))
