"""The command agent: any headless client, as its agent.yaml describes it."""

import shlex
from dataclasses import dataclass

from orchestrator.adapters.agents.client import ClientAgent, Sitting
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class CommandAgent(ClientAgent):
    """Runs its client once an attempt, with the prompt in a file or on its standard input."""

    def speak(self, sitting: Sitting, sandbox: Sandbox) -> AgentReport:
        """Run the client to its end."""
        place = sitting.place
        given = str(place.prompt) if self.client.agent.stdin else "/dev/null"
        script = f"exec {place.invocation()} < {shlex.quote(given)}"
        command = sitting.command(script)
        completed = sandbox.run(sitting.worktree.root, command, sitting.desk.hear)
        return sitting.report(completed, completed.stdout)
