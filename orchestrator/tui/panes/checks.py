"""The pane of an attempt's checks: what was held against it, and what was printed."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from orchestrator.application.watching.story import Judgement, judgements, on_the_base
from orchestrator.domain.counting import many
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult
from orchestrator.tui.panes.failures import failure_rows
from orchestrator.tui.panes.marks import CHECKS
from orchestrator.tui.panes.pane import Near, Page
from orchestrator.tui.panes.rows import BLANK, Row, in_line, quoted, row
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
        return [line for one in found for line in _judgement(near.look.run, one, outputs=self._all)]


def _judgement(run: Run, one: Judgement, *, outputs: bool) -> Iterator[Row]:
    glyph, tone = {True: ("✓ ", "good"), False: ("✗ ", "bad"), None: ("· ", "dim")}[one.good]
    yield Row(((f"{glyph}{in_line(one.title)}", "good" if tone == "good" else "strong"),))
    if one.reason and not (one.guards or any(check.failures for check in one.checks)):
        yield row("  ", (in_line(one.reason), "dim" if one.good else "plain"), hang=2)
    if one.guards:
        yield BLANK
        yield row("  ", ("✗ failed", "bad"), ("  guards", "strong"))
        yield from failure_rows(one.guards, named=True)
    for check in sorted(one.checks, key=lambda check: check.green):
        yield from _check(run, check, outputs=outputs)
    yield BLANK


def _check(run: Run, check: CheckResult, *, outputs: bool) -> Iterator[Row]:
    open_ = outputs or not check.green
    if open_:
        yield BLANK
    word, tone = CHECKS[check.outcome]
    facts = "  ".join(_facts(check))
    base = on_the_base(run, check.check)
    on_base = f"  on the base: {base}" if base else ""
    yield row(
        "  ", (word, tone), (f"  {in_line(check.check)}", "strong"), (f"  {facts}{on_base}", "dim"),
        hang=4,
    )  # fmt: skip
    yield from failure_rows(check.failures)
    if check.known:
        yield row((f"    {many(check.known, 'failure')} of the base did not count", "dim"))
    if open_:
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
