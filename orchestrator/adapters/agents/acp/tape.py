"""What an agent said, line by line, in bounded memory."""

from collections import deque

LONGEST_LINE = 16 << 20
"""How many bytes a message may have; agents do send files of some megabytes in one line."""


class Lines:
    """Cuts what arrives into lines; of one that is too long nothing but its beginning is left."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        """Begin with nothing."""
        self._longest = longest
        self._open = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that `data` completes, without their ends."""
        *whole, rest = data.split(b"\n")
        lines = []
        for piece in whole:
            self._take(piece)
            lines.append(bytes(self._open))
            self._open.clear()
        self._take(rest)
        return lines

    def rest(self) -> list[bytes]:
        """Return the line that was never ended."""
        return [bytes(self._open)] if self._open else []

    def _take(self, piece: bytes) -> None:
        # A cut JSON text is no JSON any more, so nobody takes it for a message.
        self._open += piece[: self._longest - len(self._open)]


class Tape:
    """Keeps the first and the last of what was said, `limit` bytes in all."""

    def __init__(self, limit: int) -> None:
        """Begin with nothing."""
        self._half = limit // 2
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._dropped = 0

    def add(self, line: bytes) -> None:
        """Keep a line."""
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
