"""`leafcut watch`: the dashboard, or lines where there is no terminal."""

from typing import Annotated

import typer

from orchestrator.cli import options
from orchestrator.cli.which import which


def watch(
    run: options.RunName = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: no command can be given.")
    ] = False,
) -> None:
    """See and steer a run on one screen.

    Join and leave at any time; the run does not notice.

    Example: leafcut watch
    """
    from orchestrator.tui.app import Dashboard
    from orchestrator.wiring.watching import watched

    dashboard = Dashboard(watched(which(run)), read_only=read_only)
    dashboard.run()
    if dashboard.failed is not None:
        raise dashboard.failed
