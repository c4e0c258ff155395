"""A Redis server of the test's own that can be killed, flushed, stopped and started again."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from orchestrator.adapters.bus import server
from orchestrator.errors import MissingRequirementError
from tests.support.requirements import needed

PASSWORD = "a-password-of-the-tests-5d1f"


def program(name: str = "redis-server") -> str:
    """Return a server's program, or skip the test."""

    def look() -> str:
        found = shutil.which(name) or (server.find() if name == "redis-server" else None)
        if found is None:
            raise MissingRequirementError(
                f"{name} is not installed", hint=f"apt-get install {name}"
            )
        return found

    return needed(look)


@dataclass(slots=True)
class GivenServer:
    """A server at a port of the loopback, with a password and nothing on disk."""

    path: str
    folder: Path
    port: int
    options: tuple[str, ...] = ()
    password: str = PASSWORD
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        """What `--redis` takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = [
            *(self.path, "--port", str(self.port), "--bind", "127.0.0.1"),
            *("--requirepass", self.password, "--save", "", "--appendonly", "no"),
            *self.options,
        ]
        self.process = subprocess.Popen(
            words,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 10
        while not self._listens():
            assert self.process.poll() is None, "the server ended by itself"
            assert time.monotonic() < end, "the server does not listen"
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill it with -9."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def ask(self, *words: str | int | bytes) -> object:
        """Send a command."""
        with redis.Redis(port=self.port, password=self.password, protocol=2) as client:
            return client.execute_command(*words)

    def _listens(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False


@contextmanager
def given(
    folder: Path, name: str = "redis-server", options: tuple[str, ...] = ()
) -> Iterator[GivenServer]:
    """Start a server at a free port and end it at exit."""
    path = program(name)
    folder.mkdir(parents=True, exist_ok=True)
    made = GivenServer(path, folder, free_port(), options)
    made.start()
    try:
        yield made
    finally:
        made.signal(signal.SIGCONT)
        made.kill()


def free_port() -> int:
    """Return a port that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
