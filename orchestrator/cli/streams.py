"""The standard streams: each is there, and a reader that has gone ends nothing.

Whoever starts a command may have closed any of them, or read one only for a while.
"""

import os
import sys
from typing import Any, TextIO, cast

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


class Unheard:
    """The stream of talk; once nobody reads it, what is said goes nowhere.

    A run that takes hours must not end because whoever watched it has left.
    """

    def __init__(self, stream: TextIO) -> None:
        """Talk to `stream`."""
        self.stream = stream

    def write(self, text: str) -> int:
        """Say something."""
        try:
            return self.stream.write(text)
        except BrokenPipeError:
            let_go(self.stream)
            return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Say several lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Say it now."""
        try:
            self.stream.flush()
        except BrokenPipeError:
            let_go(self.stream)

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all other ways."""
        return getattr(self.stream, name)


def let_go(stream: TextIO) -> None:
    """Send what a stream still holds, and all that comes, nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def complete() -> None:
    """Put something in the place of each stream that is closed, and let no talk end a command.

    A file that is opened would take the number of a closed one, and be written to by whatever
    is started.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - the three streams
        os.set_inheritable(number, True)
    os.close(number)
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - it stays
    if not isinstance(sys.stderr, Unheard):
        sys.stderr = cast("TextIO", Unheard(sys.stderr))
