"""The proxy's thread and its addresses."""

import asyncio
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Self

from orchestrator.adapters.gateway.sockets import listening
from orchestrator.adapters.hosts.server import Server
from orchestrator.adapters.hosts.way import USUAL, Bounds, Resolve, Way, addresses_of
from orchestrator.domain.hosts import HostRule
from orchestrator.ports.sandbox import GatewayAddress

_Ended = tuple[asyncio.AbstractEventLoop, asyncio.Event]


class HostProxy:
    """A server in a thread of its own for one command, from entering its context to leaving it.

    It listens on a Unix socket that only this user can open and on a free loopback port. It holds
    no key and knows no agent.

    Raises:
        MissingRequirementError: on entering, when no socket can be made.
    """

    address: GatewayAddress

    def __init__(
        self,
        rules: Sequence[HostRule],
        *,
        bounds: Bounds = USUAL,
        resolve: Resolve = addresses_of,
    ) -> None:
        self._rules = rules
        self._bounds = bounds
        self._resolve = resolve
        self._told: list[str] = []

    @property
    def troubles(self) -> Sequence[str]:
        """What the command wanted and did not get, a sentence each."""
        return tuple(self._told)

    def __enter__(self) -> Self:
        """Start to listen."""
        self._listening = listening("hosts.sock")
        self.address = self._listening.address
        started: Future[_Ended] = Future()
        self._thread = threading.Thread(
            target=asyncio.run,
            args=(self._serve(self._listening.sockets, started),),
            name="leafcut-hosts",
            daemon=True,
        )
        self._thread.start()
        self._loop, self._stop = started.result()
        return self

    def __exit__(self, *_: object) -> None:
        """Cut all connections and stop."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._listening.forget()

    async def _serve(self, sockets: Sequence[socket.socket], started: Future[_Ended]) -> None:
        stop = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stop))
        way = Way(self._rules, self._resolve, self._bounds.patience_s)
        await Server(way, self._bounds, self._told).run(sockets, stop)
