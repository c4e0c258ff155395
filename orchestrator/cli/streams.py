"""The standard streams: each is there, and none ends a command by a fault of its own.

Whoever starts a command may have closed any of them, read one only for a while, or left with the
terminal.
"""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

UNREAD = 141
"""The exit code where nobody reads what is printed any more: what a shell shows of SIGPIPE."""
_GONE = frozenset({errno.EPIPE, errno.EIO})
"""What a stream ends with whose reader, or whose terminal, has gone."""


class Unread(SystemExit):
    """Nobody reads standard output any more; there is no use in going on with a command."""

    def __init__(self) -> None:
        super().__init__(UNREAD)


class Stream:
    """A stream of text; once nobody reads it, `gone` is called and what is said goes nowhere."""

    def __init__(self, stream: TextIO, gone: Callable[[], None]) -> None:
        """Write to `stream`."""
        self.stream = stream
        self._gone = gone

    def write(self, text: str) -> int:
        """Say something."""
        with self._heard():
            self.stream.write(text)
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Say something as it is to arrive."""
        with self._heard():
            self.stream.flush()
            self.stream.buffer.write(content)

    def writelines(self, lines: list[str]) -> None:
        """Say several lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Say it now."""
        with self._heard():
            self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all other ways."""
        return getattr(self.stream, name)

    @contextmanager
    def _heard(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in _GONE:
                raise
            _send_nowhere(self.stream)
            self._gone()


def complete() -> None:
    """Put something in the place of each stream that is closed, and see to it that readers may go.

    A file that is opened would take the number of a closed stream, and be written to by whatever
    is started. Talk that nobody hears ends nothing: a run that takes hours must not end because
    whoever watched it has left. Data that nobody reads ends the command that prints it.

    Raises, from then on, where standard output is written to:
        Unread: nobody reads it.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - the three streams
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdin = sys.stdin or _opened(0, "r")
    if not isinstance(sys.stdout, Stream):
        sys.stdout = cast("TextIO", Stream(sys.stdout or _opened(1, "w"), _end))
    if not isinstance(sys.stderr, Stream):
        sys.stderr = cast("TextIO", Stream(sys.stderr or _opened(2, "w"), _go_on))
        # What draws a screen takes the one that Python found, on a thread of its own. Were that to
        # die of a terminal that is gone, whoever waits for it would wait for ever.
        setattr(sys, "__stderr__", sys.stderr)  # noqa: B010 - which typeshed holds to be final


def put(content: bytes) -> None:
    """Write to standard output what is to arrive as it is."""
    cast("Stream", sys.stdout).write_bytes(content)


def _end() -> None:
    raise Unread


def _go_on() -> None:
    """Go on where nobody listens."""


def _opened(number: int, mode: str) -> TextIO:
    """Return a stream as Python has it where it finds it open."""
    return cast(
        "TextIO",
        open(number, mode, encoding="utf-8", errors="backslashreplace", closefd=False),
    )


def _send_nowhere(stream: TextIO) -> None:
    """Send what a stream still holds, and all that comes, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
