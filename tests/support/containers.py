"""An image that tests make themselves, since no registry may be there, and a daemon to keep it.

`base_image` may be called from any process of a test run: the first one makes what is missing, the
others wait for it. A daemon that it had to start ends with the test run's own process.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from orchestrator.adapters.sandbox.daemon import connect, reap
from orchestrator.errors import MissingRequirementError

BASE = "leafcut-test-base:bookworm"
PROGRAMS = "python3,git,ca-certificates"
SOCKET = Path("/var/run/docker.sock")
PATIENCE_S = 60.0
_LOCK = Path(tempfile.gettempdir()) / "leafcut-test-base.lock"


@cache
def base_image() -> str:
    """Return the tag of a small Debian with Python and git, made when it is not there.

    Raises:
        MissingRequirementError: it is not there and cannot be made here.
    """
    with _alone():
        _require_daemon()
        if not _docker("images", "--quiet", BASE).strip():
            _make()
    return BASE


@contextmanager
def _alone() -> Iterator[None]:
    with _LOCK.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _require_daemon() -> None:
    if _answers():
        return
    if os.geteuid() or not shutil.which("dockerd"):
        raise MissingRequirementError("no Docker daemon answers", hint="systemctl start docker")
    # Its end must not depend on which test process is last: it watches the one that began.
    runner = (os.environ.get("PYTEST_XDIST_WORKER") and os.getppid()) or os.getpid()
    log = Path(tempfile.mkdtemp(prefix="leafcut-dockerd-")) / "log"
    script = (
        "{ dockerd >$1 2>&1 & daemon=$!; "
        "while kill -0 $2 2>/dev/null && kill -0 $daemon 2>/dev/null; do sleep 1; done; "
        "kill $daemon; wait $daemon; } &"
    )
    subprocess.run(
        ["sh", "-c", script, "dockerd", str(log), str(runner)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        check=True,
    )
    until = time.monotonic() + PATIENCE_S
    while not _answers():
        if time.monotonic() > until:
            raise MissingRequirementError(f"dockerd does not start: {log.read_text()[-2000:]}")
        time.sleep(0.2)


def _answers() -> bool:
    if not shutil.which("docker"):
        return False
    done = subprocess.run(
        ["docker", "version"], capture_output=True, check=False, timeout=PATIENCE_S
    )
    return done.returncode == 0


def _make() -> None:
    """Make the image from Debian's packages; it takes about a minute."""
    if os.geteuid() or not shutil.which("debootstrap"):
        raise MissingRequirementError(
            f"there is no image {BASE}", hint="run .ci/run, which makes it, or debootstrap"
        )
    with tempfile.TemporaryDirectory(prefix="leafcut-base-") as folder:
        root = f"{folder}/root"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={PROGRAMS}", "bookworm", root],
            check=True,
            capture_output=True,
        )
        with subprocess.Popen(
            ["tar", "--directory", root, "--create", "."], stdout=subprocess.PIPE
        ) as packed:
            subprocess.run(
                ["docker", "import", "-", BASE],
                stdin=packed.stdout,
                check=True,
                capture_output=True,
            )


def _docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout


def remove_those_of(process: int) -> int:
    """Remove the containers that a killed process has left; return how many there were."""
    client = connect()
    try:
        return reap(client, {"leafcut.process": str(process)})
    finally:
        client.close()
