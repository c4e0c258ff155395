"""What `leafcut run` says before it starts, or instead of that."""

from typing import TYPE_CHECKING

import typer

from orchestrator.cli.params import shown, told
from orchestrator.cli.plan import tell_uncommitted, why_nothing
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.wiring.planning import Planned


def announce(planned: "Planned", *, quiet: bool) -> None:
    """Say what is to be done, and what somebody should know who agrees to it."""
    if quiet:
        return
    plan = planned.plan
    occurrences = sum(task.occurrences for task in plan.tasks)
    typer.echo(
        f"{plan.playbook} on {plan.repository} at {plan.base[:12]}: "
        f"{many(len(plan.tasks), 'task')} in "
        f"{many(plan.layers, 'layer')}, {many(occurrences, 'occurrence')}",
        err=True,
    )
    if plan.params:
        typer.echo(on_one_line(f"params: {shown(plan.params)}"), err=True)
    for line in told(planned):
        typer.echo(on_one_line(line), err=True)
    tell_uncommitted(planned.uncommitted)
    if planned.target.signs_commits():
        typer.echo("⚠ git signs your commits here; Leafcut's commits are not signed", err=True)


def nothing_to_do(planned: "Planned", *, as_json: bool) -> None:
    """Say that there is no run, for its plan has no task."""
    if as_json:
        typer.echo(
            '{"schema": 1, "event": "run_finished", "run": null, "state": "done", "counts": {},'
            ' "next": []}'
        )
    else:
        typer.echo(why_nothing(planned.plan), err=True)


def show_dry_run(planned: "Planned", *, as_json: bool) -> None:
    """Show the plan of a run that does not start."""
    from orchestrator.adapters import plan_file

    if as_json:
        typer.echo(plan_file.dumps(planned.plan), nl=False)
        return
    for task in planned.plan.tasks:
        typer.echo(f"layer {task.layer}  {task.title}  ({task.occurrences} occurrences)")
