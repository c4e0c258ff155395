"""What an attempt's agent has printed so far, kept while it works, for people who look on."""

from pathlib import Path
from types import TracebackType
from typing import IO, Self

from orchestrator.domain.lines import Lines
from orchestrator.domain.redaction import RedactedStream

LONGEST_LINE = 1 << 20
"""How many bytes of a line are kept."""
MOST = 8 << 20
"""How many bytes are kept of an attempt."""


class Live:
    """Appends whole lines to a file, without secrets; a context manager, heard from one thread.

    A line that is not finished is held back till it is, or till the agent has ended: the file has
    whole lines only. A file that cannot be written is given up: whoever looks on must never end
    an attempt.
    """

    def __init__(self, path: Path, redacted: RedactedStream) -> None:
        """Keep it at `path`; `redacted` takes secrets out, also those that come in pieces."""
        self._path, self._redacted = path, redacted
        self._lines = Lines(LONGEST_LINE)
        self._file: IO[bytes] | None = None
        self._left = MOST

    def hear(self, said: bytes) -> None:
        """Take a piece of the output."""
        self._keep(self._lines.feed(self._redacted.feed(said)))

    def __enter__(self) -> Self:
        """Begin with an empty file, whatever an attempt that died has left there."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("wb", buffering=0)
        except OSError:
            self._file = None
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        """Keep what was held back; the file stays."""
        self._keep(self._lines.feed(self._redacted.flush()))
        self._keep(self._lines.rest())
        if self._file is not None:
            self._file.close()

    def _keep(self, lines: list[bytes]) -> None:
        text = b"".join(line + b"\n" for line in lines)
        if not text or self._file is None:
            return
        if len(text) > self._left:
            text = text[: text.rfind(b"\n", 0, self._left) + 1]
            self._left = 0  # what follows a gap would be read as if there were none
        self._left = max(0, self._left - len(text))
        try:
            self._file.write(text)
        except OSError:
            self._file.close()
            self._file = None
