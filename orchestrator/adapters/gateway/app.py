"""Who may ask what: every request comes by here."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from orchestrator.adapters.gateway.asgi import Answer, Asked, Receive, Scope, Send, TooLargeError
from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.mcp import DeskServer
from orchestrator.adapters.gateway.proxy import Proxy
from orchestrator.adapters.gateway.settings import Bounds
from orchestrator.domain.wires import Route, route

MCP_PATH = "/mcp"
_MODELS = "/llm/"

_log = logging.getLogger(__name__)


class App:
    """The gateway as an ASGI application; `lines` leads from tokens to lines that are open."""

    def __init__(
        self, lines: Mapping[str, Line], proxy: Proxy, desks: DeskServer, bounds: Bounds
    ) -> None:
        self._lines = lines
        self._proxy = proxy
        self._desks = desks
        self._bounds = bounds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Asked(scope, receive)
        answer = Answer(send, request.path)
        line = next((self._lines[one] for one in request.tokens if one in self._lines), None)
        if request.method == "HEAD" and (request.path == "/" or request.path.startswith(_MODELS)):
            await answer.whole(200, {}, b"")
        elif request.path != MCP_PATH and not request.path.startswith(_MODELS):
            await answer.error(404, f"there is nothing at {request.path[:200]}")
        elif line is None:
            await answer.error(401, "this token is not known, or its attempt is over")
        elif request.path == MCP_PATH:
            await self._ask_desk(line, request, answer, (scope, receive, send))
        else:
            await self._ask_model(line, request, answer)

    async def _ask_desk(
        self, line: Line, request: Asked, answer: Answer, asgi: tuple[Scope, Receive, Send]
    ) -> None:
        if request.method != "POST":
            await answer.error(405, "there is no stream of the server's own", {"allow": "POST"})
            return
        await self._until_cut(line, answer, self._desks.serve(line, *asgi))

    async def _ask_model(self, line: Line, request: Asked, answer: Answer) -> None:
        wanted = route(request.method, request.path)
        if wanted is None:
            await answer.error(404, f"{request.method} {request.path[:200]} is not passed on")
        elif wanted.wire != line.spec.wire:
            await answer.error(403, f"{line.spec.agent} speaks {line.spec.wire}")
        elif request.headers.get("content-encoding", "identity") != "identity":
            await answer.error(415, "a request must not be compressed")
        elif len(line.calls) >= self._bounds.calls:
            await answer.error(
                429, f"{len(line.calls)} calls at once are enough", {"retry-after": "1"}
            )
        else:
            await self._until_cut(line, answer, self._pass_on(line, wanted, request, answer))

    async def _pass_on(self, line: Line, wanted: Route, request: Asked, answer: Answer) -> None:
        try:
            body = await request.body(self._bounds.request)
        except TooLargeError:
            limit = self._bounds.request
            await answer.error(413, f"a request has at most {limit} bytes", {"connection": "close"})
            return
        call = asyncio.ensure_future(self._proxy.serve(line, wanted, request, body, answer))
        hung_up = asyncio.ensure_future(request.hung_up())
        try:
            await asyncio.wait({call, hung_up}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            hung_up.cancel()
            call.cancel()
            await asyncio.wait({call, hung_up})
        if not call.cancelled():
            call.result()

    async def _until_cut(self, line: Line, answer: Answer, work: Coroutine[Any, Any, None]) -> None:
        """Do the work of one request; an answer that is cut off shows by its missing end."""
        call = asyncio.ensure_future(work)
        line.calls.add(call)
        try:
            await asyncio.wait({call})
        finally:
            call.cancel()
            line.calls.discard(call)
        if call.cancelled():
            if not answer.begun:
                await answer.error(401, "the attempt is over")
        elif error := call.exception():
            _log.error("the gateway failed", exc_info=error)
            if not answer.begun:
                await answer.error(500, "the gateway failed")
