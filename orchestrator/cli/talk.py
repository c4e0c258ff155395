"""How much a command says beside its data, and whether in colour."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    import typer

    from orchestrator.domain.config import Colour

_QUIET, _COLOUR = "leafcut.quiet", "leafcut.colour"
"""Where a call's context keeps what its options say."""
_BEGINNINGS = ("✗", "leafcut:")
"""What lines begin with that say what went wrong."""
_coloured: ContextVar[bool | None] = ContextVar("coloured", default=None)


def colour() -> bool | None:
    """Return whether this command colours what it says; None: where it talks to a terminal."""
    return _coloured.get()


class Hushed:
    """A stream of talk that lets through what went wrong, and questions.

    A question is a line that is not at its end when it is flushed: its answer follows.
    """

    def __init__(self, stream: TextIO) -> None:
        """Let through to `stream`."""
        self.stream = stream
        self._line = ""

    def write(self, text: str) -> int:
        """Take words in; whole lines are looked at.

        Raises:
            TypeError: bytes; that is how a stream of text is told from others.
        """
        if not isinstance(text, str):
            raise TypeError(type(text))
        *whole, self._line = f"{self._line}{text}".split("\n")
        for line in whole:
            if _plain(line).lstrip().startswith(_BEGINNINGS):
                self.stream.write(f"{line}\n")
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Take lines in."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Let an unfinished line through."""
        self.stream.write(self._line)
        self._line = ""
        self.stream.flush()

    def __getattr__(self, name: str) -> Any:
        """Be the stream in all other ways."""
        return getattr(self.stream, name)


def _plain(line: str) -> str:
    """Return a line without the colour that it may begin with."""
    while line.startswith("\x1b["):
        line = line.partition("m")[2]
    return line


@contextmanager
def loud() -> Iterator[None]:
    """Say what is said meanwhile to everybody: how a run ended, or why a command failed."""
    said = sys.stderr
    with redirect_stderr(said.stream if isinstance(said, Hushed) else said):
        yield


def choose(context: "typer.Context", name: str, value: object) -> None:
    """Remember what an option says, for the rest of the call."""
    if value is not None and value is not False:
        context.meta[_QUIET if name == "quiet" else _COLOUR] = value


@contextmanager
def settled(context: "typer.Context") -> Iterator[None]:
    """Run a command with the colour and as quiet as its options and settings say."""
    from orchestrator.domain.colour import coloured
    from orchestrator.wiring.config import users_own

    own = users_own()
    choice: Colour = context.meta.get(_COLOUR) or own.color or "auto"
    context.color = coloured(choice, os.environ)
    token = _coloured.set(context.color)
    quiet = context.meta.get(_QUIET) or own.quiet
    said = sys.stderr
    hushed = cast("TextIO", Hushed(said)) if quiet and not isinstance(said, Hushed) else said
    try:
        with redirect_stderr(hushed):
            yield
    finally:
        _coloured.reset(token)
