"""What a command finds around it: a small environment and a private home, gone when it ends."""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters import temporary

PASSED_ON = ("LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "JAVA_HOME", "PYENV_ROOT")
"""Variables of the user that commands may see; none of them is ever a secret."""


class PrivateFolders:
    """Lends folders with an empty `home` and `tmp` in them, each to one command at a time.

    A home that outlived its command would let an agent leave settings there that a later check
    obeys. They lie in the system's temporary folder: paths of sockets may have 107 bytes only. A
    folder is lent again once it has been emptied, for making one costs more than a command.
    """

    def __init__(self) -> None:
        """Start with none, and remove what killed processes left."""
        temporary.sweep()
        self._free: list[Path] = []
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Path]:
        """Lend one for the time of a command."""
        folder = self._take()
        for name in ("home", "tmp"):
            _freshen(folder / name)
        try:
            yield folder
        finally:
            self._free.append(folder)
            if self._closed:
                self.close()

    def close(self) -> None:
        """Remove them all, those that are lent when they come back."""
        self._closed = True
        while self._free:
            _remove(self._free.pop())

    def _take(self) -> Path:
        try:
            return self._free.pop()
        except IndexError:
            return temporary.make_folder()


def base_environment(home: str, temporary: str) -> dict[str, str]:
    """Return the environment that every command gets, whatever the user's own one holds."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = bare_environment(home, temporary)
    return {**own, **passed, "PATH": os.pathsep.join(program_folders())}


def bare_environment(home: str, temporary: str) -> dict[str, str]:
    """Return what is the same on every machine, for where the machine's own programs are not."""
    return {
        "LANG": "C.UTF-8",
        "HOME": home,
        "TMPDIR": temporary,
        "LEAFCUT": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "NO_COLOR": "1",
    }


def program_folders() -> list[str]:
    """Return the user's PATH, then the folder of Leafcut's own interpreter and tools.

    Relative entries are left out: they would find programs in the tree.
    """
    entries = os.environ.get("PATH", os.defpath).split(os.pathsep)
    own = os.path.dirname(sys.executable)
    return list(dict.fromkeys([*filter(os.path.isabs, entries), own]))


def _freshen(place: Path) -> None:
    """Make an empty folder stand at `place`, whatever a command made of the one before."""
    if not _is_fresh(place):
        _remove(place)
        place.mkdir(mode=0o700)


def _is_fresh(place: Path) -> bool:
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(mode) or stat.S_IMODE(mode) != 0o700:  # noqa: PLR2004 - as made above
        return False
    with os.scandir(place) as entries:
        return next(entries, None) is None


def _remove(place: Path) -> None:
    if not place.is_dir() or place.is_symlink():
        place.unlink(missing_ok=True)
        return
    try:
        shutil.rmtree(place)
    except PermissionError:  # a command closed a folder of its own
        place.chmod(0o700)
        for parent, folders, _ in os.walk(place):
            for closed in (os.path.join(parent, name) for name in folders):
                if not os.path.islink(closed):
                    os.chmod(closed, 0o700)
        shutil.rmtree(place)
