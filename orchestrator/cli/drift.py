"""A playbook that has changed on disk since its run began: said, or shown and taken over."""

import getpass
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.render.colour import changed
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder
    from orchestrator.wiring.drift import Drift


def look(folder: "RunFolder", *, accept: bool) -> None:
    """Tell whether a run's playbook has changed on disk; with `accept` the run follows it."""
    from orchestrator.wiring.drift import drifted, take_over

    drift = drifted(folder)
    if drift is None:
        if accept:
            typer.echo("the playbook on disk is the run's own: nothing to take over", err=True)
    elif accept:
        _show(drift)
        take_over(folder, drift, getpass.getuser())
        typer.echo(f"✓ the run follows playbook {drift.new[:12]} from now on", err=True)
    else:
        changed = ", ".join(drift.files)
        typer.echo(f"⚠ {drift.source} has changed since ({changed})", err=True)
        typer.echo(
            "  the run goes on with its own copy; to take the new one over: "
            f"leafcut resume {folder.name} --accept-drift",
            err=True,
        )


def _show(drift: "Drift") -> None:
    typer.echo(f"{drift.source}: {drift.old[:12]} → {drift.new[:12]}", err=True)
    for line in drift.lines():
        typer.echo(f"  {changed(on_one_line(line))}", err=True)
