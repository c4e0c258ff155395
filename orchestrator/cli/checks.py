"""`--check NAME[:REPORT]=COMMAND`: one more check from the command line."""

import re
from typing import get_args

from orchestrator.domain.expressions import MACHINES_OWN, names
from orchestrator.domain.playbook import Check, ReportFormat
from orchestrator.errors import UsageError

_FORM = re.compile(r"([A-Za-z][\w-]*)(?::(\w+))?=(.+)", re.DOTALL)


def parse_check(text: str) -> Check:
    """Return the check that a person typed; it runs at landing.

    Raises:
        UsageError: the text is something else.
    """
    match = _FORM.fullmatch(text)
    if not match:
        raise UsageError(
            f"--check {text!r} is not NAME[:REPORT]=COMMAND",
            hint="for example --check 'tests=python -m pytest -q'",
        )
    name, report, command = match.groups()
    if report is not None and report not in get_args(ReportFormat):
        raise UsageError(
            f"--check {name}: no report {report!r}", hint="exit, lines, junit or sarif"
        )
    unknown = sorted(set(names(command)) - MACHINES_OWN)
    if unknown:
        raise UsageError(f"--check {name}: unknown name ${{{{ {unknown[0]} }}}}")
    return Check(name=name, run=command, on="landing", report=report or "exit")  # type: ignore[arg-type]
