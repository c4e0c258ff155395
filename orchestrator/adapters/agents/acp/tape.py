"""What an agent said, line by line, in bounded memory."""

from collections import deque

from orchestrator.ports.sandbox import Hear

LONGEST_LINE = 16 << 20
"""How many bytes a message may have; agents do send files of some megabytes in one line."""


class Tape:
    """Keeps the first and the last of what was said, `limit` bytes in all.

    `hear` is told the first `limit` bytes as they come.
    """

    def __init__(self, limit: int, hear: Hear | None = None) -> None:
        """Begin with nothing."""
        self._half = limit // 2
        self._hear, self._may_hear = hear, limit
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._dropped = 0

    def add(self, line: bytes) -> None:
        """Keep a line, and pass it on."""
        if self._hear is not None and self._may_hear > len(line):
            self._may_hear -= len(line) + 1
            self._hear(line + b"\n")
        else:
            self._hear = None  # what follows a gap would be read as if there were none
        if not self._tail and len(self._head) + len(line) < self._half:
            self._head += line + b"\n"
            return
        self._tail.append(line)
        self._tail_size += len(line) + 1
        while self._tail_size > self._half and len(self._tail) > 1:
            gone = len(self._tail.popleft()) + 1
            self._tail_size -= gone
            self._dropped += gone

    def kept(self) -> bytes:
        """Return what was kept, with a word on what was not."""
        gap = b"[... %d bytes left out ...]\n" % self._dropped if self._dropped else b""
        return bytes(self._head) + gap + b"".join(line + b"\n" for line in self._tail)
