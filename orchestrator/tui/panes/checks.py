"""The pane of an attempt's checks: what was held against it, and what was printed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from orchestrator.application.watching.near.story import Judgement, judgements, on_the_base
from orchestrator.domain.counting import many
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult
from orchestrator.tui.panes.failures import failure_rows
from orchestrator.tui.panes.marks import CHECKS
from orchestrator.tui.panes.pane import Near, Page
from orchestrator.tui.panes.rows import BLANK, Row, in_line, quoted, row
from orchestrator.tui.tones import Piece
from orchestrator.tui.words import lasting


class ChecksPane(Page):
    """What judged the attempt, the last judgement first; red checks with all that they said."""

    name_of: ClassVar[str] = "Checks"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "outputs", "All output")]

    def __init__(self) -> None:
        """Show the output of red checks only."""
        super().__init__("checks")
        self._all = False
        self._near: Near | None = None

    def action_outputs(self) -> None:
        """Show the output of green checks, too, or no more."""
        self._all = not self._all
        if self._near is not None:
            self.paper.show(self.rows(self._near))

    def rows(self, near: Near) -> Sequence[Row]:
        """Return the judgements."""
        self._near = near
        found = judgements(near.look, near.task, near.chosen)
        if not found:
            return [row(("no attempt has been judged yet", "dim"))]
        return [line for one in found for line in self._judged(near.look.run, one, len(found))]

    def _judged(self, run: Run, one: Judgement, of: int) -> Iterator[Row]:
        """Yield a judgement; that the attempt alone was judged stands above already."""
        if of > 1 or not (one.guards or one.checks):
            yield _title(one)
        yield from _judgement(run, one, outputs=self._all)


def _title(one: Judgement) -> Row:
    marks: Mapping[bool | None, Piece] = {
        True: ("✓ ", "good"),
        False: ("✗ ", "bad"),
        None: ("· ", "dim"),
    }
    return row(marks[one.good], (in_line(one.title), "strong"))


def _judgement(run: Run, one: Judgement, *, outputs: bool) -> Iterator[Row]:
    if one.reason and not (one.guards or any(check.failures for check in one.checks)):
        yield row("  ", (in_line(one.reason), "dim" if one.good else "plain"), hang=2)
    if one.guards:
        yield row("  ", ("✗ failed", "bad"), ("  guards", "strong"))
        yield from failure_rows(one.guards, named=True)
        yield BLANK
    opened = [check for check in one.checks if outputs or not check.green]
    for check in opened:
        yield from (*_check(run, check), *_output(check), BLANK)
    for check in one.checks:
        if check not in opened:
            yield from _check(run, check)
    if len(opened) < len(one.checks):
        yield BLANK


def _check(run: Run, check: CheckResult) -> Iterator[Row]:
    base = on_the_base(run, check.check)
    facts = "  ".join((*_facts(check), *([f"on the base: {base}"] if base else [])))
    name: Piece = (f"  {in_line(check.check)}", "strong")
    yield row("  ", CHECKS[check.outcome], name, (f"  {facts}", "dim"), hang=4)
    yield from failure_rows(check.failures)
    if check.known:
        yield row((f"    {many(check.known, 'failure')} of the base did not count", "dim"))


def _output(check: CheckResult) -> Iterator[Row]:
    yield row("    ", (f"$ {in_line(check.command)}", "dim"), hang=6)
    yield from quoted(check.output if check.output.strip() else "it printed nothing")


def _facts(check: CheckResult) -> Iterator[str]:
    if check.exit_code is not None:
        yield f"exit {check.exit_code}"
    if check.failures:
        yield f"{len(check.failures)} new"
    if check.cached:
        yield "as before on the same tree"
    else:
        yield lasting(check.duration_s)
