"""The last words of a run: what is done, what is not, what to do next."""

from collections.abc import Sequence
from pathlib import Path

import typer

from orchestrator.adapters.clock import SystemClock
from orchestrator.application.learnings.distil import reminder
from orchestrator.application.report import counted, not_done, not_planned
from orchestrator.application.usage import used
from orchestrator.cli.render.colour import headed
from orchestrator.cli.render.lines import blind_lines
from orchestrator.domain.counting import many
from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.run import Run
from orchestrator.domain.visible import on_one_line

SHOWN = 10
NAMED = 3
"""How many files are named, of those not done and of those not planned for one reason."""

_GLYPHS = {
    "done": ("✓", typer.colors.GREEN),
    "incomplete": ("◐", typer.colors.YELLOW),
    "waiting": ("◆", typer.colors.CYAN),
}


def print_summary(run: Run, prompt: str = "", report: Path | None = None) -> None:
    """Print it on stderr; `prompt` is what the playbook's says by now, `report` the page's file."""
    if run.ended is None or run.started is None:
        return
    glyph, colour = _GLYPHS.get(run.ended.state, ("■", typer.colors.YELLOW))
    head = typer.style(f"{glyph} {run.ended.state}", fg=colour, bold=True)
    why = f": {run.ended.reason}" if run.ended.reason else ""
    typer.echo(f"{head} run {run.started.run}{why}", err=True)
    typer.echo(f"  {_counts(run)}", err=True)
    if paid := used(run):
        typer.echo(f"  used {paid}", err=True)
    before = run.baseline.residue if run.baseline else 0
    if run.ended.residue is not None:
        typer.echo(f"  residue {before} → {run.ended.residue}", err=True)
    if report is not None:
        typer.echo(on_one_line(f"  report {report}"), err=True)
    if told := reminder(run, SystemClock().now(), prompt):
        typer.echo(f"  {told}", err=True)
    if run.ended.state == "waiting":
        return
    for line in (*_criteria(run.ended.criteria), *_not_done(run), *_not_planned(run)):
        typer.echo(headed(f"  {on_one_line(line)}"), err=True)
    for line in blind_lines(run.baseline) if run.baseline else ():
        typer.echo(headed(line), err=True)
    if run.limited:
        more = run.policy.max_tasks
        typer.echo(f"  → leafcut resume {run.started.run} --max-tasks {more}", err=True)
    typer.echo(f"  → {_next(run)}", err=True)


def _counts(run: Run) -> str:
    return f"{many(len(run.by_id), 'task')}: {counted(run)}"


def _not_done(run: Run) -> list[str]:
    files = not_done(run)
    shown = [f"not done: {one['file']}: {one['reason']}" for one in files[:SHOWN]]
    more = len(files) - SHOWN
    return [*shown, f"… and {more} more files (leafcut status --json)"] if more > 0 else shown


def _criteria(results: Sequence[CriterionResult]) -> list[str]:
    return [f"{'✓' if one.met else '✗'} {one.said}" for one in results]


def _not_planned(run: Run) -> list[str]:
    """Say of what was not looked into how many files there are for each reason."""
    reasons: dict[str, list[str]] = {}
    for one in not_planned(run):
        reasons.setdefault(one["reason"].partition(":")[0], []).append(one["file"])
    return [
        f"not planned: {len(files)} {reason}: {', '.join(files[:NAMED])}"
        + (", …" if len(files) > NAMED else "")
        for reason, files in reasons.items()
    ]


def _next(run: Run) -> str:
    name = run.started.run if run.started else ""
    if run.ended is not None and run.ended.state == "stopped":
        return f"leafcut resume {name}"
    if run.counts["landed"]:
        return f"leafcut prs preview {name}"
    return f"leafcut status {name}"
