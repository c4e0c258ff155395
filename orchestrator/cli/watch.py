"""`leafcut watch`: the dashboard, or lines where there is no terminal."""

from typing import Annotated, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.which import which


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
) -> None:
    """See and steer a run on one screen.

    Join and leave at any time; the run does not notice.

    Example: leafcut watch
    """
    if web:
        _serve(which(run), port or 0, read_only=read_only)
        return
    from orchestrator.tui.app import Dashboard
    from orchestrator.wiring.watching import watched

    dashboard = Dashboard(watched(which(run)), read_only=read_only)
    dashboard.run()
    if dashboard.failed is not None:
        raise dashboard.failed


def _serve(run: str, port: int, *, read_only: bool) -> None:
    from orchestrator.wiring.web import dashboard_server

    server = dashboard_server(run, port, read_only=read_only)
    typer.echo(f"the dashboard is at {server.address}", err=True)
    typer.echo("  whoever has this address can steer the run; Ctrl-C ends it", err=True)
    server.serve()
