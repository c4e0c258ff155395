"""What a container prints, read from the daemon's own stream."""

import os
import select
import time
from typing import Any

from orchestrator.adapters.sandbox.supervisor import CHUNK, Ahead, Kept
from orchestrator.ports.sandbox import Hear

HEADER = 8
"""Bytes before each piece: which stream it is of, and its length; see ContainerAttach in Docker's
API."""
ERRORS = 2
PIECE = 1 << 15
"""How many bytes are passed on at once while a container runs."""


class Attached:
    """Both streams of a container, drained to their end; `limit` bytes of each are kept.

    `hear` is told of the output meanwhile.
    """

    def __init__(self, client: Any, container: str, limit: int, hear: Hear | None = None) -> None:
        """Attach to a container that has not been started."""
        self._socket = client.attach_socket(
            container, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
        )
        self._descriptor = self._socket.fileno()
        self._kept = (Kept(limit), Kept(limit))
        self._hear, self._ahead = hear, Ahead(limit)
        self._read = bytearray()
        self._left, self._errors = 0, False

    def wait(self, seconds: float) -> bool:
        """Take what comes within some time; say whether there can be more."""
        if self._hear and (piece := self._ahead.due(time.monotonic(), PIECE)):
            self._hear(piece)
        ready, _, _ = select.select([self._descriptor], [], [], max(0.0, seconds))
        if not ready:
            return True
        try:
            data = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        self._read += data
        self._sort()
        return bool(data)

    def _sort(self) -> None:
        """Give each piece to its stream."""
        while self._read:
            if not self._left:
                if len(self._read) < HEADER:
                    return
                self._errors = self._read[0] == ERRORS
                self._left = int.from_bytes(self._read[4:HEADER], "big")
                del self._read[:HEADER]
            piece = bytes(self._read[: self._left])
            del self._read[: len(piece)]
            self._left -= len(piece)
            self._kept[self._errors].take(piece)
            if self._hear and not self._errors:
                self._ahead.take(piece)

    @property
    def streams(self) -> tuple[bytes, bytes]:
        """What was kept of the output and of the errors."""
        return self._kept[0].kept(), self._kept[1].kept()

    @property
    def truncated(self) -> bool:
        """Whether anything was left out."""
        return any(stream.dropped for stream in self._kept)

    def close(self) -> None:
        """Let go of the container, which ends by that when it still runs."""
        self._socket._response.close()  # noqa: SLF001 - the library gives no other hold on it
