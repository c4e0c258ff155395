"""Where the gateway listens: on a Unix socket of this user's and on a free loopback port."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.errors import MissingRequirementError

_LONGEST = 100
"""A Unix socket's path has at most 107 bytes on Linux, 103 elsewhere."""
_BACKLOG = 512


def listeners(path: Path) -> tuple[socket.socket, socket.socket]:
    """Return a Unix socket at `path` and a TCP one, both listening.

    Raises:
        MissingRequirementError: the path is too long for a socket.
    """
    if len(bytes(path)) > _LONGEST:
        raise MissingRequirementError(
            f"the path of a socket is too long: {path}", hint="set TMPDIR to a shorter one"
        )
    with _closed_on_error(socket.socket(socket.AF_UNIX)) as unix:
        unix.bind(str(path))
        path.chmod(0o600)
        unix.listen(_BACKLOG)
        with _closed_on_error(socket.socket(socket.AF_INET)) as tcp:
            tcp.bind(("127.0.0.1", 0))
            tcp.listen(_BACKLOG)
            return unix, tcp


@contextmanager
def _closed_on_error(made: socket.socket) -> Iterator[socket.socket]:
    try:
        yield made
    except BaseException:
        made.close()
        raise
