"""The desk over MCP, streamable HTTP, without sessions: each request stands for itself.

Answers come as event streams: they keep the connection alive while `verify` takes its time, which
one piece of JSON could not.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
)
from mcp_types import Tool as McpTool

from orchestrator import __version__
from orchestrator.adapters.gateway.asgi import Receive, Scope, Send
from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.tools import TOOLS, Tool, offered
from orchestrator.domain.redaction import Redactor
from orchestrator.errors import LeafcutError

LINE = "leafcut.line"
"""Where a request's scope has the line that it came by."""

_SIGN_OF_LIFE_S = 10.0
_REQUEST = 1024 * 1024
_AT_ONCE = 512
"""Threads for the desk; each line has one call of its own at a time."""

_log = logging.getLogger(__name__)


class DeskServer:
    """Answers what agents ask of the desk; used in one event loop."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._threads = ThreadPoolExecutor(_AT_ONCE, "leafcut-desk")
        self._turns: dict[Line, asyncio.Lock] = {}
        server: Server[Any] = Server(
            "leafcut",
            version=__version__,
            instructions="Your task, and the checks that decide whether your work is accepted.",
            on_list_tools=_list,
            on_call_tool=self._call,
        )
        self._manager = StreamableHTTPSessionManager(
            server, stateless=True, max_request_body_size=_REQUEST
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer until the context ends."""
        async with self._manager.run():
            yield
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def serve(self, line: Line, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of a line."""
        scope[LINE] = line
        await self._manager.handle_request(scope, receive, send)

    def forget(self, line: Line) -> None:
        """Let go of a line that has ended."""
        self._turns.pop(line, None)

    async def _call(
        self, context: ServerRequestContext[Any, Any], parameters: CallToolRequestParams
    ) -> CallToolResult:
        tool = TOOLS.get(parameters.name)
        line: Line | None = context.request.scope[LINE] if context.request else None
        if tool is None or line is None or not tool.offered_by(line.desk):
            return _said(f"there is no tool {parameters.name[:100]}", wrong=True)
        line.reach(tool.name)
        async with self._turns.setdefault(line, asyncio.Lock()):
            if line.ended:
                return _said("the attempt is over", wrong=True)
            asked = self._threads.submit(tool.call, line.desk, parameters.arguments or {})
            line.asked.add(asked)
            asked.add_done_callback(line.asked.discard)
            return await self._answer(context, tool, asked)

    async def _answer(
        self, context: ServerRequestContext[Any, Any], tool: Tool, asked: "Future[str]"
    ) -> CallToolResult:
        waiting = asyncio.wrap_future(asked)
        signs = 0
        while not waiting.done():
            await asyncio.wait({waiting}, timeout=_SIGN_OF_LIFE_S)
            if not waiting.done():
                signs += 1
                await context.session.report_progress(signs, message=f"{tool.name} is at work")
        error = waiting.exception()
        if error is None:
            return _said(self._redactor.text(waiting.result()))
        if isinstance(error, LeafcutError | ValueError):
            return _said(self._redactor.text(str(error)), wrong=True)
        _log.error("the desk failed at %s", tool.name, exc_info=error)
        return _said(f"Leafcut failed at {tool.name}; go on without it", wrong=True)


async def _list(
    context: ServerRequestContext[Any, Any], _parameters: PaginatedRequestParams | None
) -> ListToolsResult:
    if context.request is None:
        return ListToolsResult(tools=[])
    line: Line = context.request.scope[LINE]
    line.offer()
    return ListToolsResult(
        tools=[
            McpTool(name=tool.name, description=tool.description, input_schema=tool.schema)
            for tool in offered(line.desk)
        ]
    )


def _said(text: str, *, wrong: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=wrong)
