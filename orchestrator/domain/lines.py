"""Lines out of what arrives in pieces."""


class Lines:
    """Cuts what arrives into lines; of one that is too long nothing but its beginning is left."""

    def __init__(self, longest: int) -> None:
        """Begin with nothing; a line has at most `longest` bytes."""
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
        """Return the line that was never ended, if there is one."""
        rest, self._open = bytes(self._open), bytearray()
        return [rest] if rest else []

    def _take(self, piece: bytes) -> None:
        # A cut JSON text is no JSON any more, so nobody takes it for a message.
        self._open += piece[: self._longest - len(self._open)]
