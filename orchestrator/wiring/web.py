"""The dashboard in a browser."""

from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.errors import MissingRequirementError

if TYPE_CHECKING:
    from orchestrator.adapters.web.server import DashboardServer


def dashboard_server(run: str, port: int, *, read_only: bool) -> "DashboardServer":
    """Return a server of a run's dashboard, for this machine alone.

    Raises:
        MissingRequirementError: what serves it is not installed.
        UsageError: the port is taken.
    """
    try:
        from orchestrator.adapters.web.server import DashboardServer, command_for
    except ModuleNotFoundError as error:
        raise MissingRequirementError(
            f"--web needs {error.name}", hint="pip install 'leafcut[web]'"
        ) from error
    return DashboardServer(command_for(run, read_only=read_only), f"leafcut {Path(run).name}", port)
