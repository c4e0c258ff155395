"""The ACP agent: its process runs in the sandbox, the conversation with it here."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from orchestrator.adapters.agents.acp.pipes import Pipes
from orchestrator.adapters.agents.acp.tape import Tape
from orchestrator.adapters.agents.client import Client, Sitting
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.expressions import Value
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.repository import Worktree
from orchestrator.ports.sandbox import Sandbox

GRACE_S = 30.0
"""How much longer than the conversation the agent's process may take, in seconds."""


@dataclass(frozen=True, slots=True)
class AcpAgent:
    """Starts its client once an attempt and talks to it over pipes."""

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
        """Have a session with the client in `worktree`; see the port."""
        with self.client.sitting(spec, worktree, sandbox, values, env, desk) as sitting:
            return _hold(sitting, worktree, sandbox)


def _hold(sitting: Sitting, worktree: Worktree, sandbox: Sandbox) -> AgentReport:
    from orchestrator.adapters.agents.acp.conversation import Talk, converse
    from orchestrator.adapters.agents.acp.transport import PipeTransport

    place, limits = sitting.place, sitting.client.limits
    tape = Tape(limits.output)
    talk = Talk(
        prompt=sitting.prompt,
        tree=place.tree,
        roots=(place.tree, str(place.home), str(place.notes)),
        mcp=str(place.values()["mcp.url"]) if "mcp" in sitting.client.agent.reports else "",
        token=place.token,
        limit_s=limits.wall_s,
    )
    with Pipes(place.scratch / "acp") as pipes, ThreadPoolExecutor(1, "acp") as pool:
        longer = replace(limits, wall_s=limits.wall_s + GRACE_S)
        command = sitting.command(pipes.script(place.invocation()), longer)
        running = pool.submit(sandbox.run, worktree.root, command)

        async def conversation() -> bool:
            return await converse(talk, PipeTransport(pipes, tape), running)

        try:
            in_time = asyncio.run(conversation())
        finally:
            pipes.finish()
        completed = running.result()
    if not in_time:
        completed = replace(completed, ending="timeout", exit_code=None)
    return sitting.report(completed, tape.kept())
