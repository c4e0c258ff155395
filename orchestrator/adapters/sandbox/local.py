"""The local sandbox: it bounds what a command uses, it does not isolate."""

from pathlib import Path

from orchestrator.adapters.sandbox.environment import PrivateFolders, base_environment
from orchestrator.adapters.sandbox.lanes import Lanes, shell
from orchestrator.adapters.sandbox.links import linked
from orchestrator.ports.sandbox import Command, Completed, GatewayAddress, Hear


class LocalSandbox:
    """Runs commands as the user, on the user's machine."""

    name = "local"

    def __init__(self) -> None:
        """Start nothing yet."""
        self._lanes = Lanes()
        self._private = PrivateFolders()

    def run(self, tree: Path, command: Command, hear: Hear | None = None) -> Completed:
        """Run `command` at `tree`."""
        with self._private.lend() as private, linked(tree, command):
            environment = base_environment(str(private / "home"), str(private / "tmp"))
            environment |= command.env
            return self._lanes.run(shell(command), str(tree), environment, command.limits, hear)

    def tree_path(self, tree: Path) -> str:
        """Return the tree's own path: `local` cannot show it elsewhere."""
        return str(tree)

    def gateway_url(self, gateway: GatewayAddress) -> str:
        """Return the gateway's own URL: `local` has the machine's network."""
        return gateway.url

    def close(self) -> None:
        """End every command that runs."""
        self._lanes.close()
        self._private.close()
