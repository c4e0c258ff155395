"""What a client of a language model says of its version, where it would work."""

import shlex

from orchestrator.domain.agent_spec import AgentSpec
from orchestrator.domain.visible import on_one_line
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Command, Completed, ResourceLimits, Sandbox

PATIENCE_S = 60.0
"""How long a client may take to say its version, in seconds; some unpack themselves first."""
LONGEST = 60


def version_of_client(
    agent: AgentSpec, worktree: Worktree, sandbox: Sandbox, image: str, mend: str
) -> str:
    """Return the first line that an agent's client prints of itself, "" when it is not asked.

    `image` is what it runs in by digest, "" the sandbox's own; `mend` brings the client there.

    Raises:
        MissingRequirementError: the client does not start.
    """
    words = agent.version_command
    if not words:
        return ""
    home = worktree.slot / "version"
    home.mkdir()
    command = Command(
        script=shlex.join(words),
        env={"HOME": str(home)},
        limits=ResourceLimits(wall_s=PATIENCE_S),
        writable=(home,),
        image=image,
    )
    completed = sandbox.run(worktree.root, command)
    line = _first_line(completed)
    if completed.exit_code != 0:
        why = line or completed.ending
        raise MissingRequirementError(
            f"its client does not start ({shlex.join(words)}): {why}", hint=mend
        )
    return line[:LONGEST]


def _first_line(completed: Completed) -> str:
    said = (completed.stdout or completed.stderr).decode("utf-8", "replace").split("\n")
    return on_one_line(next((line.strip() for line in said if line.strip()), ""))
