"""The command agent: any headless client, as its agent.yaml describes it."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.adapters.agents.client import Client
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.expressions import Value
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class CommandAgent:
    """Runs its client once an attempt, with the prompt in a file or on its standard input."""

    client: Client

    @property
    def name(self) -> str:
        """What it is called in playbooks."""
        return self.client.name

    def work(
        self,
        spec: AttemptSpec,
        worktree: Worktree,
        sandbox: Sandbox,
        values: Mapping[str, Value],
        env: Mapping[str, str],
        desk: Desk,
    ) -> AgentReport:
        """Run the client in `worktree`; see the port."""
        with self.client.sitting(spec, worktree, sandbox, values, env, desk) as sitting:
            place = sitting.place
            given = str(place.prompt) if self.client.agent.stdin else "/dev/null"
            script = f"exec {place.invocation()} < {shlex.quote(given)}"
            completed = sandbox.run(worktree.root, sitting.command(script))
            return sitting.report(completed, completed.stdout)
