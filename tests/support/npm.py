"""The real command-line agents, installed once a machine into a cache outside the repository.

Their versions, and that of the Node that they run on, are those that `agents/*/Dockerfile` pin.
`npm install --global` into a prefix gives a `bin` and a `lib` folder, which is what the bubblewrap
sandbox shows of a folder on the PATH.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

AGENTS = Path(__file__).parents[2] / "agents"
_PACKAGE = re.compile(r"(?<=\s)((?:@[\w-]+/)?[\w.-]+@\d+\.\d+\.\d+)\b")


def pinned() -> tuple[str, ...]:
    """Return the packages that the agents' Dockerfiles install, such as `name@1.2.3`."""
    texts = [path.read_text(encoding="utf-8") for path in AGENTS.glob("*/Dockerfile")]
    lines = [line for text in texts for line in text.replace("\\\n", "").splitlines()]
    installing = " ".join(line for line in lines if "npm install" in line)
    return tuple(sorted(set(_PACKAGE.findall(installing))))


def install(packages: tuple[str, ...], cache: Path) -> Path:
    """Return the `bin` folder of an installation of the packages, made if there is none yet.

    Several test processes may ask at once: one installs, the others wait. What was half done when
    a process died is never taken for whole.
    """
    digest = hashlib.sha256("\n".join(packages).encode()).hexdigest()[:16]
    place = cache / f"npm-{digest}"
    cache.mkdir(parents=True, exist_ok=True)
    with _locked(cache / f"npm-{digest}.lock"):
        if not place.exists():
            _make(packages, place)
    return place / "bin"


def _make(packages: tuple[str, ...], place: Path) -> None:
    staged = Path(tempfile.mkdtemp(prefix="staged-", dir=place.parent))
    try:
        subprocess.run(
            ["npm", "install", "--global", "--prefix", str(staged), "--no-audit", "--no-fund",
             "--loglevel=error", *packages],
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=600,
        )  # fmt: skip
        staged.chmod(0o755)
        staged.replace(place)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _cache_folder() -> Path:
    own = os.environ.get("XDG_CACHE_HOME")
    return (Path(own) if own else Path.home() / ".cache") / "leafcut-tests"


CACHE = _cache_folder()
"""Where tests keep what is dear to make: the user's own, before a test gets a home of its own."""


def clients() -> Path:
    """Return the folder of the real agents' programs, or skip the test where npm is missing."""
    return programs(pinned())


def programs(packages: tuple[str, ...]) -> Path:
    """Return the folder of the packages' programs, or skip the test where npm is missing."""
    if shutil.which("npm") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("npm is not installed")
        pytest.skip("npm is not installed")
    return install(packages, CACHE)
