"""The ACP agent: its process runs in the sandbox, the conversation with it here."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orchestrator.adapters.agents.acp.pipes import Pipes
from orchestrator.adapters.agents.acp.tape import Tape
from orchestrator.adapters.agents.client import ClientAgent, Sitting
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.sandbox import Sandbox

if TYPE_CHECKING:
    from orchestrator.adapters.agents.acp.conversation import Talk

GRACE_S = 30.0
"""How much longer than the conversation the agent's process may take, in seconds."""


@dataclass(frozen=True, slots=True)
class AcpAgent(ClientAgent):
    """Starts its client once an attempt and talks to it over pipes."""

    def speak(self, sitting: Sitting, sandbox: Sandbox) -> AgentReport:
        """Have a conversation with the client while its process runs in the sandbox."""
        from orchestrator.adapters.agents.acp.conversation import converse
        from orchestrator.adapters.agents.acp.transport import PipeTransport

        place, limits = sitting.place, sitting.client.limits
        talk, tape = _talk(sitting), Tape(limits.output, sitting.desk.hear)
        with Pipes(place.scratch / "acp") as pipes, ThreadPoolExecutor(1, "acp") as pool:
            longer = replace(limits, wall_s=limits.wall_s + GRACE_S)
            command = sitting.command(pipes.script(place.invocation()), longer)
            running = pool.submit(sandbox.run, sitting.worktree.root, command)

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


def _talk(sitting: Sitting) -> "Talk":
    from orchestrator.adapters.agents.acp.conversation import Talk

    place, client = sitting.place, sitting.client
    return Talk(
        prompt=sitting.prompt,
        tree=place.tree,
        roots=(place.tree, str(place.home), str(place.notes)),
        mcp=str(place.values()["mcp.url"]) if "mcp" in client.agent.reports else "",
        token=place.token,
        limit_s=client.limits.wall_s,
    )
