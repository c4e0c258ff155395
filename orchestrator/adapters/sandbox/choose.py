"""Which sandbox a run uses."""

from orchestrator.adapters.sandbox.bubblewrap import BubblewrapSandbox
from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.settings import SandboxChoice
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import Sandbox


def choose(choice: SandboxChoice) -> Sandbox:
    """Return the sandbox asked for; `auto` takes bubblewrap where it works, else the machine.

    Codemods are the user's own deterministic programs, so for them `auto` may end at `local`.

    Raises:
        MissingRequirementError: the sandbox asked for does not work here.
    """
    if choice == "local":
        return LocalSandbox()
    try:
        return BubblewrapSandbox()
    except MissingRequirementError:
        if choice == "bubblewrap":
            raise
        return LocalSandbox()
