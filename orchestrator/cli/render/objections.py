"""What red checks printed, for a person who asks about one task."""

from collections.abc import Iterator, Sequence

from orchestrator.application.objections import told
from orchestrator.application.tail import tail
from orchestrator.domain.verdict import CheckResult
from orchestrator.domain.visible import on_one_line, visible

LAST = 20
"""How many of a check's last lines are shown: what failed stands at the end of most."""


def objection_lines(checks: Sequence[CheckResult]) -> Iterator[str]:
    """Return each check's command, the end of what it printed and how it ended."""
    for check in checks:
        shown = tail(told(check).strip("\n"), LAST)
        ended = "was stopped" if check.exit_code is None else f"exit code {check.exit_code}"
        yield on_one_line(f"  {check.check} $ {check.command}")
        if shown.lacks:
            yield f"    … {shown.lacks}"
        yield from (f"    {visible(line)}".rstrip() for line in shown.lines)
        yield f"    {ended}" if shown.lines else f"    printed nothing, {ended}"
