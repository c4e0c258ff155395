"""How many connections each sandbox has: one that hoards them must not keep the others out.

A connection says whose it is only with its first request, which may never come, and each one that
is open takes a descriptor of the whole run. So they are counted by the sandbox that they come from.
"""

import os
import socket
import struct
from asyncio import BaseTransport
from collections import Counter
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 64
"""Connections of one sandbox at once: its line has 32 calls at most, the rest is to spare."""
_CREDENTIALS = struct.Struct("3i")
"""Process, user and group of a peer, see SO_PEERCRED in unix(7)."""


def bounded(most: int = MOST) -> type[H11Protocol]:
    """Return a protocol of one server whose every sandbox has at most so many connections."""
    open_now: Counter[int] = Counter()

    class Bounded(H11Protocol):
        _home: int | None = None

        def connection_made(self, transport: BaseTransport) -> None:
            home = _home_of(transport.get_extra_info("socket"))
            super().connection_made(transport)  # type: ignore[arg-type]
            if home is not None and open_now[home] >= most:
                transport.close()
            elif home is not None:
                self._home = home
                open_now[home] += 1

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self._home is not None:
                open_now[self._home] -= 1

    return Bounded


def _home_of(link: object) -> int | None:
    """Return the process namespace that a peer lives in, None where that cannot be told."""
    peer = cast("socket.socket", link)
    if peer.family != socket.AF_UNIX or not hasattr(socket, "SO_PEERCRED"):
        return None
    said = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process, _, _ = _CREDENTIALS.unpack(said)
    try:
        return os.stat(f"/proc/{process}/ns/pid").st_ino
    except OSError:
        return None
