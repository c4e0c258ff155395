"""Our half of a conversation with an agent: initialise, open a session, prompt, answer, cancel."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, cast

from acp import PROTOCOL_VERSION, RequestError, connect_to_agent, text_block
from acp.interfaces import Client
from acp.schema import (
    AllowedOutcome,
    ClientCapabilities,
    DeniedOutcome,
    HttpHeader,
    HttpMcpServer,
    Implementation,
    PermissionOption,
    RequestPermissionResponse,
    ToolCallUpdate,
)
from pydantic import ValidationError

from orchestrator.adapters.agents.acp.policy import chosen, within
from orchestrator.adapters.agents.acp.transport import PipeTransport

CANCEL_S = 10.0
"""How long an agent may take to stop when it is told to, in seconds."""
DRAIN_S = 2.0
"""How long is listened after an agent's process has ended, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a conversation is about; `tree` and the `roots` are paths as the agent sees them.

    `mcp` is the URL of Leafcut's own tools, "" for an agent that does without.
    """

    prompt: str
    tree: str
    roots: Sequence[str]
    mcp: str
    token: str
    limit_s: float


async def converse(talk: Talk, transport: PipeTransport, running: Future[Any]) -> bool:
    """Hold the conversation and say whether it came to its own end in time.

    It ends early with `running`, the agent's process.
    """
    await transport.open()
    connection = connect_to_agent(cast("Client", _Answers(talk)), transport)
    session: list[str] = []
    speaking = asyncio.ensure_future(_speak(talk, connection, session))
    died = asyncio.ensure_future(asyncio.wait({asyncio.wrap_future(running)}))
    try:
        await asyncio.wait(
            {speaking, died}, timeout=talk.limit_s, return_when=asyncio.FIRST_COMPLETED
        )
        in_time = speaking.done() or died.done()
        if not in_time and session:
            await connection.cancel(session_id=session[0])
        await asyncio.wait({speaking}, timeout=DRAIN_S if died.done() else CANCEL_S)
        return in_time
    finally:
        for task in (speaking, died):
            task.cancel()
        await asyncio.gather(speaking, died, return_exceptions=True)
        await connection.close()


async def _speak(talk: Talk, agent: Any, session: list[str]) -> None:
    """Go through the protocol; what the agent refuses is on tape already."""
    try:
        hello = await agent.initialize(
            protocol_version=PROTOCOL_VERSION,
            client_capabilities=ClientCapabilities(),
            client_info=Implementation(name="leafcut", version="1"),
        )
        capable = hello.agent_capabilities and hello.agent_capabilities.mcp_capabilities
        tools = [_tools(talk)] if talk.mcp and capable and capable.http else []
        opened = await agent.new_session(cwd=talk.tree, mcp_servers=tools)
        session.append(opened.session_id)
        await agent.prompt(session_id=opened.session_id, prompt=[text_block(talk.prompt)])
    except (RequestError, ConnectionError, ValidationError):
        return


def _tools(talk: Talk) -> HttpMcpServer:
    bearer = HttpHeader(name="Authorization", value=f"Bearer {talk.token}")
    return HttpMcpServer(type="http", name="leafcut", url=talk.mcp, headers=[bearer])


class _Answers:
    """What the agent may ask of us: leave, and nothing else.

    It has its own file system and its own shell inside the sandbox; reading and writing for it
    would be work of the host on paths that it has made.
    """

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    async def request_permission(
        self,
        options: list[PermissionOption],
        session_id: str,  # noqa: ARG002 - there is one
        tool_call: ToolCallUpdate,
        **_: Any,
    ) -> RequestPermissionResponse:
        """Allow what stays within the agent's own places."""
        paths = [place.path for place in tool_call.locations or ()]
        allowed = all(within(path, self._talk.tree, self._talk.roots) for path in paths)
        option = chosen(((one.kind, one.option_id) for one in options), allowed=allowed)
        if option is None:
            return RequestPermissionResponse(outcome=DeniedOutcome(outcome="cancelled"))
        return RequestPermissionResponse(
            outcome=AllowedOutcome(outcome="selected", option_id=option)
        )

    async def _decline(self, **_: Any) -> None:
        """Refuse what the library would else answer with nothing, as if it had been done."""
        raise RequestError.method_not_found("terminal")

    create_terminal = kill_terminal = release_terminal = _decline
    terminal_output = wait_for_terminal_exit = _decline
