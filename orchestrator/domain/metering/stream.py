"""Server-sent events, taken apart as their bytes come (WHATWG HTML, section 9.2)."""

LONGEST = 16 * 1024 * 1024
"""The longest event that is looked at, in bytes."""


class EventStream:
    """Yields the data of each event once it is whole."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._parts: list[bytes] = []
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the data of the events that end in `chunk`.

        Raises:
            ValueError: an event is longer than any that makes sense.
        """
        self._size += len(chunk)
        self._parts.append(chunk)
        if b"\n" not in chunk:
            self._bound()
            return []
        *lines, rest = b"".join(self._parts).split(b"\n")
        self._parts = [rest]
        events = [event for line in lines if (event := self._line(line.removesuffix(b"\r")))]
        self._size = len(rest) + sum(map(len, self._data))
        self._bound()
        return events

    def _bound(self) -> None:
        if self._size > self._longest:
            raise ValueError(f"an event is longer than {self._longest} bytes")

    def _line(self, line: bytes) -> bytes:
        """Take one line; return the data of the event that it ends, if any."""
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" "))
        if line:
            return b""
        event, self._data = b"\n".join(self._data), []
        return event
