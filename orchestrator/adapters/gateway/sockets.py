"""Where sandboxes reach us: on a Unix socket of this user's and on a free loopback port."""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.temporary import make_folder
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.sandbox import GatewayAddress

_LONGEST = 100
"""A Unix socket's path has at most 107 bytes on Linux, 103 elsewhere."""
_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Listening:
    """Sockets that listen, until whoever takes them over closes them, and their `folder`."""

    folder: Path
    sockets: tuple[socket.socket, socket.socket]
    address: GatewayAddress

    def forget(self) -> None:
        """Take the folder away, once nobody listens any more."""
        shutil.rmtree(self.folder, ignore_errors=True)


def listening(name: str) -> Listening:
    """Begin to listen, on a Unix socket called `name` in a folder of its own and on a TCP one.

    Raises:
        MissingRequirementError: no socket can be made, for its path would be too long.
    """
    folder = make_folder()
    path = folder / name
    try:
        unix, tcp = _listeners(path)
    except BaseException:
        shutil.rmtree(folder)
        raise
    url = f"http://127.0.0.1:{tcp.getsockname()[1]}"
    return Listening(folder, (unix, tcp), GatewayAddress(socket=path, url=url))


def _listeners(path: Path) -> tuple[socket.socket, socket.socket]:
    if len(bytes(path)) > _LONGEST:
        raise MissingRequirementError(
            f"the path of a socket is too long: {path}", hint="set TMPDIR to a shorter one"
        )
    with _closed_on_error(socket.socket(socket.AF_UNIX)) as unix:
        unix.bind(str(path))
        path.chmod(0o600)
        unix.listen(_BACKLOG)
        # Named, for asyncio sends small pieces at once on what says that it is TCP, and else not.
        tcp_only = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        with _closed_on_error(tcp_only) as tcp:
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
