"""What the checks said, on the base and on a slice's tip, and how to have them say it again."""

import shlex
from collections.abc import Iterator, Sequence

from orchestrator.application.pages.origin import Origin
from orchestrator.application.pages.section import Section
from orchestrator.application.slices.collate import BuiltSlice
from orchestrator.domain.counting import many
from orchestrator.domain.markdown import cell, script
from orchestrator.domain.playbook import ParamValue
from orchestrator.domain.shortening import cut
from orchestrator.domain.verdict import CheckResult

LONGEST = 300
"""How much of a command a table shows."""
LONGEST_COPIED = 2000
"""How long a command may be that is to be copied; receipts have longer ones."""


def checks(results: Sequence[CheckResult], origin: Origin) -> Section:
    """Return the table of checks: the baseline against the tip."""
    if not results:
        return Section(heading="Checks", lines=("The playbook has no landing checks.",))
    lines = (
        "On this branch's tip; failures that the base has too do not count.",
        "",
        "| check | on the base | here | exit code | seconds | command |",
        "|---|---|---|---:|---:|---|",
    )
    rows = tuple(_row(check, origin) for check in results)
    return Section(heading="Checks", lines=lines, rows=rows, noun="check")


def _row(check: CheckResult, origin: Origin) -> str:
    exit_code = "" if check.exit_code is None else str(check.exit_code)
    command = cut(origin.portable(check.command), LONGEST)
    return (
        f"| {cell(check.check)} | {_before(check, origin)} | {_result(check, origin)} "
        f"| {exit_code} | {check.duration_s:.1f} | {cell(command)} |"
    )


def _before(check: CheckResult, origin: Origin) -> str:
    """Return what the check said of the base."""
    for base in origin.baseline:
        if base.check == check.check:
            failures = len(base.failures) + base.known
            said = f" ({many(failures, 'failure')})" if failures else ""
            return f"{'✓' if base.green else '✗'} {base.outcome}{said}"
    return "not run"


def _result(check: CheckResult, origin: Origin) -> str:
    notes = [
        *(["blind: it says nothing against a broken file"] if check.check in origin.blind else []),
        *([f"{many(len(check.failures), 'new failure')}"] if check.failures else []),
        *([many(check.known, "known failure")] if check.known else []),
        *(["passed on a rerun"] if check.outcome == "flaky" else []),
        *(["ran before on the same tree"] if check.cached else []),
    ]
    glyph = "✓" if check.green else "✗"
    return f"{glyph} {check.outcome}" + (f" ({', '.join(notes)})" if notes else "")


def reproduce(built: BuiltSlice, origin: Origin) -> Section:
    """Return commands that make the change anew and check the slice."""
    return Section(heading="Reproduce", lines=(script(list(_commands(built, origin))),))


def _commands(built: BuiltSlice, origin: Origin) -> Iterator[str]:
    params = [f"--param {shlex.quote(f'{k}={_text(v)}')}" for k, v in origin.params.items()]
    again = ["leafcut run", shlex.quote(origin.playbook.name), "--repo .", f"--base {origin.base}"]
    yield "# make the whole change anew"
    yield " ".join([*again, *params])
    yield "# check this slice"
    yield f"git switch --detach {built.tip}"
    for check in built.checks:
        command = origin.portable(check.command)
        short = len(command) <= LONGEST_COPIED
        yield command if short else f"# {check.check}: too long to show"
    yield "# or let the receipt do it"
    yield f"leafcut verify {built.base}..{built.tip} --rerun"


def _text(value: ParamValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
