"""The gateway's thread, its addresses and its lines."""

import asyncio
import secrets
import socket
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Self

from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.settings import KEYS, GatewaySettings, LineSpec
from orchestrator.adapters.gateway.sockets import listening
from orchestrator.domain.allowance import Allowance
from orchestrator.domain.redaction import Redactor
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.agent import Desk
from orchestrator.ports.sandbox import GatewayAddress

if TYPE_CHECKING:
    from orchestrator.adapters.gateway.server import Server


class Gateway:
    """A server in a thread of its own, from entering its context to leaving it.

    It listens on a Unix socket that only this user can open and on a free loopback port. The keys
    are in its memory alone.

    Raises:
        MissingRequirementError: on entering, when no socket can be made.
    """

    address: GatewayAddress

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._lines: dict[str, Line] = {}
        self._run = Allowance("run", settings.budget, settings.spent)
        keys = {f"{wire} key": one.key for wire, one in settings.upstreams.items()}
        self._redactor = Redactor({**keys, **settings.secrets})

    def __enter__(self) -> Self:
        """Start to listen."""
        self._listening = listening("gateway.sock")
        self.address = self._listening.address
        started: Future[tuple[Server, asyncio.AbstractEventLoop]] = Future()
        self._thread = threading.Thread(
            target=self._serve,
            args=(self._listening.sockets, started),
            name="leafcut-gateway",
            daemon=True,
        )
        self._thread.start()
        self._server, self._loop = started.result()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut all lines and stop."""
        for line in list(self._lines.values()):
            self._hang_up(line)
        self._server.stop()
        self._thread.join()
        self._listening.forget()

    def open(self, line: LineSpec, desk: Desk) -> Line:
        """Return an attempt's line; its token works from now on.

        Raises:
            MissingRequirementError: there is no key for what the agent speaks.
        """
        if line.wire not in self._settings.upstreams:
            raise MissingRequirementError(
                f"there is no key for {line.wire}, which {line.agent} speaks",
                hint=f"export {KEYS[line.wire]}=…, or --secret {KEYS[line.wire]}=@FILE",
            )
        opened = Line(line, desk, f"leafcut_{secrets.token_urlsafe(32)}", self._run, self._hang_up)
        self._lines[opened.token] = opened
        return opened

    def _hang_up(self, line: Line) -> None:
        """Let a line's token die and cut what is under way; called from any thread but the own."""
        if self._lines.pop(line.token, None) is not None and self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._server.cut(line), self._loop).result()

    def _serve(
        self,
        sockets: tuple[socket.socket, ...],
        started: "Future[tuple[Server, asyncio.AbstractEventLoop]]",
    ) -> None:
        async def main() -> None:
            from orchestrator.adapters.gateway.server import Server

            server = Server(self._settings, self._lines, self._redactor)
            started.set_result((server, asyncio.get_running_loop()))
            await server.run(sockets)

        try:
            asyncio.run(main())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)
