"""What runs in the gateway's thread, put together."""

import asyncio
import gc
import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack

import uvicorn

from orchestrator.adapters.gateway.app import App
from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.mcp import DeskServer
from orchestrator.adapters.gateway.peers import bounded
from orchestrator.adapters.gateway.prices import read_prices
from orchestrator.adapters.gateway.proxy import Proxy
from orchestrator.adapters.gateway.settings import GatewaySettings
from orchestrator.adapters.gateway.upstream import Upstreams
from orchestrator.domain.redaction import Redactor

_CONNECTIONS = 1024
_ACCEPTED_AT_ONCE = 128
"""asyncio takes as many as may wait before it looks at the first, and each takes a descriptor."""


class Server:
    """The server of one event loop. `lines` leads from tokens to lines that are open."""

    def __init__(
        self, settings: GatewaySettings, lines: Mapping[str, Line], redactor: Redactor
    ) -> None:
        self._settings = settings
        self._redactor = redactor
        self._desks = DeskServer(redactor)
        self._upstreams = Upstreams(settings.upstreams, settings.bounds)
        proxy = Proxy(settings, read_prices(), self._upstreams, redactor)
        app = App(lines, proxy, self._desks, settings.bounds)
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                app,
                http=bounded(),
                ws="none",
                proxy_headers=False,
                lifespan="off",
                log_config=None,
                log_level="critical",  # an answer that is cut off is no error here
                access_log=False,
                server_header=False,
                date_header=False,
                limit_concurrency=_CONNECTIONS,
                backlog=_ACCEPTED_AT_ONCE,
                timeout_keep_alive=75,  # clients give an idle connection up before this server
                timeout_graceful_shutdown=1,
            )
        )

    async def run(self, listeners: tuple[socket.socket, ...]) -> None:
        """Serve until `stop` is called."""
        # A full collection looks at all that the imports made: a tenth of a second in which every
        # stream stands still. What is there by now stays to the end, so it need not be looked at.
        gc.freeze()
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self._upstreams.close)
            await stack.enter_async_context(self._desks.running())
            await self._uvicorn.serve(sockets=list(listeners))

    def stop(self) -> None:
        """Let `run` end; may be called from any thread."""
        self._uvicorn.should_exit = True

    async def cut(self, line: Line) -> None:
        """End what a line has under way; nothing of it begins any more."""
        line.ended = True
        calls = set(line.calls)
        for call in calls:
            call.cancel()
        if calls:
            await asyncio.wait(calls)
        self._desks.forget(line)
