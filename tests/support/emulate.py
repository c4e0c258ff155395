"""The npm package `emulate`, an independent stand-in for GitHub's REST, as a process.

It knows no git over HTTP and refuses less than GitHub does; 0.9.0 is the last that Node 20 runs.
"""

import itertools
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from github import Auth, Github

PACKAGES = ("emulate@0.9.0",)
_USERS = ("ada", "grace")
_PATIENCE = 30.0


@dataclass
class Emulate:
    """Where it serves; `ada` and `grace` have tokens."""

    url: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def client(self, token: str = "tok_ada") -> Github:
        """Return PyGithub with no retries and no pauses."""
        return Github(
            base_url=self.url,
            auth=Auth.Token(token),
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def new_repository(self) -> str:
        """Return the full name of a new repository of Ada's, with one commit on `main`."""
        name = f"target-{next(self._numbers)}"
        return self.client().get_user().create_repo(name, auto_init=True).full_name


@contextmanager
def emulating(programs: Path, folder: Path) -> Iterator[Emulate]:
    """Run it on a free port of the loopback."""
    seed = {
        "tokens": {f"tok_{login}": {"login": login, "scopes": ["repo"]} for login in _USERS},
        "github": {"users": [{"login": login} for login in _USERS]},
    }
    (folder / "seed.json").write_text(json.dumps(seed), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["--service", "github", "--port", str(port), "--seed", str(folder / "seed.json")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([programs / "emulate", "start", *words], stdout=log, stderr=log)
        try:
            _wait(process, port)
            yield Emulate(f"http://localhost:{port}")
        finally:
            process.terminate()
            process.wait(10)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("localhost", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("emulate does not serve")
