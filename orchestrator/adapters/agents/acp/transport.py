"""The wire to an agent: JSON-RPC messages, one a line, over its pipes.

The library's own transport reads whatever comes; this one keeps from it what is not meant for it.
Updates are only put on tape, where the transcript's reader finds them: an update of a kind that the
library does not know yet must not disturb the conversation.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from typing import Any

from orchestrator.adapters.agents.acp.pipes import Pipes
from orchestrator.adapters.agents.acp.tape import LONGEST_LINE, Tape
from orchestrator.domain.lines import Lines

CHUNK = 1 << 16
MOST_OPEN = 64
"""How many requests of the agent may wait for their answer; then nothing is read any more."""


class PipeTransport:
    """Moves messages; satisfies the library's `Transport`."""

    def __init__(self, pipes: Pipes, tape: Tape) -> None:
        """Talk over `pipes` and record what the agent says on `tape`."""
        self._pipes, self._tape = pipes, tape
        self._lines, self._ready = Lines(LONGEST_LINE), list[bytes]()
        self._reader = asyncio.StreamReader()
        self._room = asyncio.Semaphore(MOST_OPEN)
        self._sending = asyncio.Lock()

    async def open(self) -> None:
        """Begin to listen."""
        loop = asyncio.get_running_loop()
        # The pipes outlive the loop and are closed by whoever made them.
        said = os.fdopen(os.dup(self._pipes.from_agent), "rb", buffering=0)
        self._listening, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self._reader), said
        )
        given = os.fdopen(os.dup(self._pipes.to_agent), "wb", buffering=0)
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, given)
        self._writer = asyncio.StreamWriter(transport, protocol, None, loop)

    async def send(self, message: dict[str, Any]) -> None:
        """Send a message; waits while the agent does not read."""
        if "method" not in message:
            self._room.release()
        async with self._sending:
            self._writer.write(json.dumps(message).encode() + b"\n")
            await self._writer.drain()

    async def receive(self) -> dict[str, Any] | None:
        """Return the next message that asks or answers something, None at the end."""
        while (line := await self._line()) is not None:
            if not line.strip():
                continue
            self._tape.add(line)
            message = _parsed(line)
            if message is None or not _concerns_us(message):
                continue
            if "method" in message:
                await self._room.acquire()
            return message
        return None

    async def close(self) -> None:
        """Stop listening."""
        self._listening.close()
        self._writer.close()

    async def _line(self) -> bytes | None:
        while not self._ready:
            data = await self._reader.read(CHUNK)
            if not data:
                self._ready = self._lines.rest()
                return self._ready.pop() if self._ready else None
            self._ready = self._lines.feed(data)[::-1]
        return self._ready.pop()


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _concerns_us(message: Mapping[str, Any]) -> bool:
    """Say whether a message is a request, or an answer of the right shape."""
    number = message.get("id")
    if isinstance(number, bool) or not isinstance(number, int | str):
        return False
    if "method" in message:
        return isinstance(message["method"], str)
    error = message.get("error")
    return error is None or (isinstance(error, dict) and isinstance(error.get("code"), int))
