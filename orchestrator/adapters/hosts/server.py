"""What runs in the proxy's thread: one command's connections, and how much they may move."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus

from orchestrator.adapters.hosts.requests import TUNNELLED, Asked, answer, asked
from orchestrator.adapters.hosts.way import Bounds, Link, RefusedError, Way

_CHUNK = 1 << 16
_TOLD = 20
"""How many troubles are kept: a command may ask for hosts without end."""


class Server:
    """Serves one command; `troubles` is where what it did not get is told, each once."""

    def __init__(self, way: Way, bounds: Bounds, troubles: list[str]) -> None:
        self._way = way
        self._bounds = bounds
        self._troubles = troubles
        self._moved = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, listeners: Sequence[socket.socket], stop: asyncio.Event) -> None:
        """Serve until `stop` is set, then cut what is under way."""
        unix, tcp = listeners
        servers = [
            await asyncio.start_unix_server(self._begin, sock=unix, limit=_CHUNK),
            await asyncio.start_server(self._begin, sock=tcp, limit=_CHUNK),
        ]
        await stop.wait()
        for server in servers:
            server.close()
        self._way.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Link) -> None:
        """Answer one request, and end its connection."""
        reader, writer = client
        try:
            wanted = await self._wanted(reader)
            there = await self._way.to(wanted.place)
        except RefusedError as error:
            self._tell(str(error))
            writer.write(answer(HTTPStatus.FORBIDDEN, str(error)))
        except (ValueError, asyncio.LimitOverrunError) as error:
            writer.write(answer(HTTPStatus.BAD_REQUEST, str(error)))
        except (OSError, asyncio.IncompleteReadError) as error:
            writer.write(answer(HTTPStatus.BAD_GATEWAY, str(error)))
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        else:
            with suppress(OSError, RefusedError):
                await self._joined(client, there, wanted)
        finally:
            await self._hung_up(writer)

    async def _wanted(self, reader: asyncio.StreamReader) -> Asked:
        most = self._bounds.connections
        if len(self._tasks) > most:
            message = f"setup opened more than {most} connections at once"
            raise RefusedError(message)
        async with asyncio.timeout(self._bounds.patience_s):
            wanted = asked(await reader.readuntil(b"\r\n\r\n"))
        self._count(0)
        return wanted

    async def _joined(self, client: Link, there: Link, wanted: Asked) -> None:
        """Bring on what either side says until the host has said all, or nobody says anything."""
        (there[1] if wanted.passed_on else client[1]).write(wanted.passed_on or TUNNELLED)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._bounds.idle_s) as idle:

                def moved(count: int) -> None:
                    self._count(count)
                    idle.reschedule(loop.time() + self._bounds.idle_s)

                sent = asyncio.create_task(_brought_on(client[0], there[1], moved))
                try:
                    await _brought_on(there[0], client[1], moved)
                finally:
                    sent.cancel()
                    await asyncio.gather(sent, return_exceptions=True)
        finally:
            there[1].transport.abort()

    def _count(self, count: int) -> None:
        self._moved += count
        if self._moved > self._bounds.total:
            message = f"setup moved more than {self._bounds.total:,} bytes"
            self._tell(message)
            raise RefusedError(message)

    def _tell(self, trouble: str) -> None:
        if trouble not in self._troubles and len(self._troubles) < _TOLD:
            self._troubles.append(trouble)

    async def _hung_up(self, writer: asyncio.StreamWriter) -> None:
        """Say what is left to be said, as long as somebody listens."""
        try:
            writer.close()
            with suppress(OSError):
                async with asyncio.timeout(self._bounds.patience_s):
                    await writer.wait_closed()
        finally:
            writer.transport.abort()


async def _brought_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, moved: Callable[[int], None]
) -> None:
    """Pass on what is read until there is no more, and say so; what breaks off is cut."""
    try:
        while data := await reader.read(_CHUNK):
            moved(len(data))
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except BaseException:
        writer.transport.abort()
        raise
