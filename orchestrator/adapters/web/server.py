"""Textual's own server, for this machine and for whoever has been told the address.

Everybody on the machine can reach a port of the loopback, and so can every page that is open in the
person's browser. So all paths begin with a token that only the printed address holds, the names by
which the server is called are looked at (a page elsewhere may have its name lead here), and a
WebSocket is refused that another page opens.
"""

import asyncio
import shlex
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from secrets import compare_digest, token_urlsafe

from aiohttp import web
from textual_serve.server import Server, to_int

from orchestrator.adapters.web.session import PATIENCE_S, Session
from orchestrator.errors import UsageError

HOST = "127.0.0.1"
MOST_AT_ONCE = 8
"""How many browsers may look at once; each has a process of its own."""
TEMPLATES = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
HEARTBEAT_S = 15.0
"""How often it is seen whether a browser is still there, in seconds."""
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DashboardServer(Server):
    """Serves one command, a process for each browser that looks."""

    def __init__(self, command: Sequence[str], title: str, port: int) -> None:
        """Serve `command` on a port of the loopback; port 0 takes one that is free.

        Raises:
            UsageError: the port is taken.
        """
        self.token = token_urlsafe(16)
        self._words = list(command)
        self._sessions: set[Session] = set()
        self._socket = _listening(port)
        super().__init__(
            shlex.join(command),
            host=HOST,
            port=self._socket.getsockname()[1],
            title=title,
            templates_path=TEMPLATES,
        )

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{HOST}:{self.port}/{self.token}/"

    def serve(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - as Textual has it
        """Serve until a signal ends it."""
        self.debug = debug
        web.run_app(
            self._make_app(),
            sock=self._socket,
            print=None,
            access_log=None,
            shutdown_timeout=PATIENCE_S,
        )

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command line has said it."""

    async def _make_app(self) -> web.Application:
        inner = await super()._make_app()
        outer = web.Application(middlewares=[self._guarded])
        outer.add_subapp(f"/{self.token}", inner)
        outer.on_shutdown.append(self._end_all)
        return outer

    @web.middleware
    async def _guarded(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Let in whoever has the address and comes from it."""
        token = request.path.removeprefix("/").partition("/")[0]
        named = {f"{HOST}:{self.port}", f"localhost:{self.port}"}
        origin = request.headers.get("Origin", "").removeprefix("http://")
        if not compare_digest(token.encode(), self.token.encode()) or request.host not in named:
            return web.Response(status=HTTPStatus.NOT_FOUND, text="there is nothing here\n")
        if origin and origin not in named:
            return web.Response(status=HTTPStatus.FORBIDDEN, text="another page asks for this\n")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Start a process for one more browser, as long as there are not too many."""
        if len(self._sessions) >= MOST_AT_ONCE:
            raise web.HTTPServiceUnavailable(text=f"{MOST_AT_ONCE} browsers look already\n")
        line = web.WebSocketResponse(heartbeat=HEARTBEAT_S, timeout=PATIENCE_S)
        session = Session(
            self._words,
            write_bytes=line.send_bytes,
            write_str=line.send_str,
            close=line.close,
            download_manager=self.download_manager,
        )
        self._sessions.add(session)
        try:
            await line.prepare(request)
            await session.start(*_size(request))
            await self._heed(line, session)
        finally:
            await session.stop()
            self._sessions.discard(session)
        return line

    async def _heed(self, line: web.WebSocketResponse, session: Session) -> None:
        """Hand on what a browser says, until it leaves or says what no page of ours does."""
        with suppress(ValueError, TypeError, LookupError, AttributeError, AssertionError):
            await self._process_messages(line, session)
        await line.close()

    async def _end_all(self, _: web.Application) -> None:
        """End the processes, and with them the connections."""
        await asyncio.gather(*(session.stop() for session in self._sessions))


def _size(request: web.Request) -> tuple[int, int]:
    """Return the columns and rows that a browser says it has."""
    said = request.query
    return to_int(said.get("width", ""), 80), to_int(said.get("height", ""), 24)


def command_for(run: str, *, read_only: bool) -> list[str]:
    """Return the command that shows a run's dashboard to whoever starts it."""
    words = [sys.executable, "-P", "-m", "orchestrator", "watch", run]
    return [*words, "--read-only"] if read_only else words


def _listening(port: int) -> socket.socket:
    """Return a socket that listens on a port, for 0 on any that is free."""
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise UsageError(
            f"port {port} of {HOST} cannot be used: {error.strerror}",
            hint="--port takes another; without it Leafcut finds a free one",
        ) from error
