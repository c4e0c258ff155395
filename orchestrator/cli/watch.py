"""`leafcut watch`: the dashboard, or lines where there is no terminal."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.talk import colour
from orchestrator.cli.which import which

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder
    from orchestrator.application.watching.watched import Watched
    from orchestrator.tui.app import Dashboard


def watch(
    run: options.RunName = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: no command can be given.")
    ] = False,
    web: Annotated[
        bool, typer.Option("--web", help="Show it in a browser on this machine instead.")
    ] = False,
    port: Annotated[
        Optional[int], typer.Option(min=1, max=65535, help="The port of --web; any free one.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """See and steer a run on one screen.

    Join and leave at any time; the run does not notice. Off a terminal, and with --json, what
    happens is printed line by line until the run ends.

    Example: leafcut watch
    """
    from orchestrator.errors import UsageError
    from orchestrator.wiring.watching import watched

    if port is not None and not web:
        raise UsageError("--port goes with --web", hint="leafcut watch --web --port N")
    if web and as_json:
        raise UsageError("a browser shows no JSON", hint="leave out --web, or --json")
    if web:
        _serve(which(run), port or 0, read_only=read_only)
        return
    there = watched(which(run))
    if as_json or not on_terminal():
        from orchestrator.cli.follow import follow

        follow(there, as_json=as_json)
        return
    _show(_dashboard(there, read_only=read_only))


def on_terminal() -> bool:
    """Say whether there is a screen to draw on, keys to read, and somebody to look."""
    if os.environ.get("TEXTUAL_DRIVER"):  # a browser's, see adapters/web
        return True
    term = os.environ.get("TERM", "")
    seen = sys.stdin.isatty() and sys.stderr.isatty()
    return seen and term not in {"", "dumb"} and not os.environ.get("CI")


def require_terminal(*, as_json: bool) -> None:
    """See that --watch can be followed.

    Raises:
        UsageError: there is no terminal, or JSON is asked for.
    """
    from orchestrator.errors import UsageError

    if as_json:
        raise UsageError("--watch and --json exclude each other", hint="keep one")
    if not on_terminal():
        raise UsageError(
            "--watch needs a terminal", hint="leave it out, and leafcut watch from a terminal"
        )


def attend(folder: "RunFolder", given: Sequence[str] = (), *, start: bool = True) -> None:
    """Show a run that a process of its own works on; tell how it ended, and exit accordingly.

    `given` are options of `leafcut resume` for that process; without `start` there is one already.
    """
    from orchestrator.cli.resume import tell_end
    from orchestrator.wiring.processes import begin
    from orchestrator.wiring.reporting import NAME
    from orchestrator.wiring.runs import opened
    from orchestrator.wiring.watching import watched

    worker = begin(folder, given) if start else None
    _show(_dashboard(watched(str(folder.root)), own=True))
    if folder.busy():
        typer.echo(f"run {folder.name} goes on; leafcut watch {folder.name} shows it", err=True)
        return
    with opened(str(folder.root)) as there:
        done = there.run
    if done.ended is None and worker is not None and worker.process.poll():
        raise worker.failure()
    report = folder.root / NAME
    tell_end(folder, done, report if report.exists() else None)


def _dashboard(there: "Watched", *, read_only: bool = False, own: bool = False) -> "Dashboard":
    """Return a dashboard that is coloured where the command is: Textual asks the environment."""
    gc.disable()  # what is read in now stays; the intake lets things be collected again
    from orchestrator.tui.app import Dashboard

    wanted = colour()
    plain = os.environ.pop("NO_COLOR", "") if wanted is None else not wanted
    if plain:
        os.environ["NO_COLOR"] = "1"
    return Dashboard(there, read_only=read_only, own=own)


def _show(dashboard: "Dashboard") -> None:
    """Show it until somebody leaves it.

    Raises:
        Exception: the error that ended it, where one did.
    """
    dashboard.run()
    if dashboard.failed is not None:
        raise dashboard.failed
    if dashboard.return_code:  # Textual has shown what broke
        raise typer.Exit(dashboard.return_code)


def _serve(run: str, port: int, *, read_only: bool) -> None:
    from orchestrator.wiring.web import dashboard_server

    server = dashboard_server(run, port, read_only=read_only)
    typer.echo(f"the dashboard is at {server.address}", err=True)
    typer.echo("  whoever has this address can steer the run; Ctrl-C ends it", err=True)
    server.serve()
