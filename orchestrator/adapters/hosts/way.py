"""The way to a host: its name is resolved once, and what was checked is what is connected."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.hosts import HostRule, Place, is_named, not_named, not_public, reachable

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a host and port, or raises OSError; it may block."""
Link: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

GIB = 1 << 30
_TRIED = 4
"""How many addresses of a host are tried."""
_RESOLVERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one command may take of the network.

    `connections` counts those at once, `total` the bytes both ways. A connection on which nothing
    moves for `idle_s` seconds is cut; `patience_s` is how long a request's head, a name's
    resolution and each address may take.
    """

    connections: int = 128
    total: int = 8 * GIB
    idle_s: float = 120.0
    patience_s: float = 15.0


USUAL = Bounds()


class RefusedError(Exception):
    """The list does not lead there; the message is a sentence for a person."""


def addresses_of(host: str, port: int) -> Sequence[str]:
    """Return what the machine's own resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class Way:
    """Leads to what `rules` name."""

    def __init__(self, rules: Sequence[HostRule], resolve: Resolve, patience_s: float) -> None:
        self._rules = rules
        self._resolve = resolve
        self._patience_s = patience_s
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, "leafcut-resolver")

    async def to(self, place: Place) -> Link:
        """Connect.

        Raises:
            RefusedError: the rules do not lead there.
            OSError: the name is not known, or nobody answers.
        """
        if not is_named(self._rules, place):
            raise RefusedError(not_named(place))
        try:
            return await self._connected(await self._checked(place), place.port)
        except OSError as error:
            message = f"{place} cannot be reached: {str(error) or 'it does not answer'}"
            raise OSError(message) from error

    async def _connected(self, addresses: Sequence[str], port: int) -> Link:
        """Connect to the first that answers."""
        failure = OSError("it has no address")
        for address in addresses:
            try:
                async with asyncio.timeout(self._patience_s):
                    return await asyncio.open_connection(address, port)
            except OSError as error:
                failure = error
        raise failure

    async def _checked(self, place: Place) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._patience_s):
            addresses = await loop.run_in_executor(
                self._resolvers, self._resolve, place.host, place.port
            )
        checked = reachable(self._rules, place.port, addresses)
        if addresses and not checked:
            raise RefusedError(not_public(place, addresses))
        return checked[:_TRIED]

    def close(self) -> None:
        """Resolve no more; a name server that does not answer is not waited for."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)
