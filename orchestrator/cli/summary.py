"""The last words of a run: what is done, what is not, what to do next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from orchestrator.adapters.clock import SystemClock
from orchestrator.application.glyphs import RUN_GLYPHS
from orchestrator.application.learnings.distil import reminder
from orchestrator.application.next_steps import next_steps
from orchestrator.application.report import counted, not_done, not_planned
from orchestrator.application.steering import failures
from orchestrator.application.usage import used
from orchestrator.cli.render.colour import headed
from orchestrator.cli.render.lines import blind_lines
from orchestrator.domain.blindness import blind
from orchestrator.domain.counting import many
from orchestrator.domain.events import RunEnd
from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.run import Run
from orchestrator.domain.shortening import cut
from orchestrator.domain.visible import on_one_line

SHOWN = 10
CLUSTERS = 3
"""How many clusters of failures are shown."""
WIDTH = 70
"""How many characters of a failure are shown."""
NAMED = 3
"""How many files are named, of those not done and of those not planned for one reason."""

_COLOURS: Mapping[RunEnd, str] = {
    "done": typer.colors.GREEN,
    "incomplete": typer.colors.YELLOW,
    "waiting": typer.colors.CYAN,
    "stopped": typer.colors.YELLOW,
}


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside a run: its prompt by now, where its playbook lies, its report.

    `waits` are lines for a person who is waited for.
    """

    prompt: str = ""
    source: str = ""
    report: Path | None = None
    waits: Sequence[str] = ()


def print_summary(run: Run, around: Around = Around()) -> None:
    """Print it on stderr."""
    if run.ended is None or run.started is None:
        return
    rest = around.waits if run.ended.state == "waiting" else _rest(run)
    for line in (*_head(run, around), *rest):
        typer.echo(line, err=True)
    for step in next_steps(run, alive=False, source=around.source):
        typer.echo(f"  → {on_one_line(f'{step.why}: {step.command}')}", err=True)


def _head(run: Run, around: Around) -> Iterator[str]:
    ended = run.ended
    if ended is None or run.started is None:
        return
    word = f"{RUN_GLYPHS[ended.state]} {ended.state}"
    head = typer.style(word, fg=_COLOURS[ended.state], bold=True)
    why = f": {on_one_line(ended.reason)}" if ended.reason else ""
    yield f"{head} run {run.started.run}{why}"
    yield f"  {_counts(run)}"
    if paid := used(run):
        yield f"  used {paid}"
    if ended.residue is not None:
        yield f"  residue {run.baseline.residue if run.baseline else 0} → {ended.residue}"
    if around.report is not None:
        yield on_one_line(f"  report {around.report}")
    if told := reminder(run, SystemClock().now(), around.prompt):
        yield f"  {told}"


def _rest(run: Run) -> Iterator[str]:
    criteria = _criteria(run.ended.criteria) if run.ended else []
    for line in (*criteria, *_clusters(run), *_not_done(run), *_not_planned(run)):
        yield headed(f"  {on_one_line(line)}")
    for line in blind_lines(blind(run)):
        yield headed(line)


def _clusters(run: Run) -> Iterator[str]:
    """Say what failed tasks have in common, the largest cluster first."""
    found = failures(run)
    for one in found[:CLUSTERS]:
        then = f"; {one.then}" if one.then else ""
        yield f"✗ {one.key}: {many(len(one.tasks), 'task')}: {cut(one.example, WIDTH)}{then}"
    if len(found) > CLUSTERS:
        yield f"… and {len(found) - CLUSTERS} more clusters (leafcut status)"


def _counts(run: Run) -> str:
    return f"{many(len(run.by_id), 'task')}: {counted(run)}"


def _not_done(run: Run) -> list[str]:
    files = not_done(run)
    shown = [f"not done: {one['file']}: {one['reason']}" for one in files[:SHOWN]]
    more = len(files) - SHOWN
    if more > 0:
        shown.append(f"… and {many(more, 'more file')} (leafcut status --json)")
    return shown


def _criteria(results: Sequence[CriterionResult]) -> list[str]:
    return [f"{'✓' if one.met else '✗'} {one.said}" for one in results]


def _not_planned(run: Run) -> list[str]:
    """Say of what was not looked into how many files there are for each reason."""
    reasons: dict[str, list[str]] = {}
    for one in not_planned(run):
        reasons.setdefault(one["reason"].partition(":")[0], []).append(one["file"])
    return [
        f"not planned: {many(len(files), 'file')} ({reason}): {', '.join(files[:NAMED])}"
        + (", …" if len(files) > NAMED else "")
        for reason, files in reasons.items()
    ]
