"""What a command finds around it: a small environment and a private home, gone when it ends."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

PASSED_ON = ("LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "JAVA_HOME", "PYENV_ROOT")
"""Variables of the user that commands may see; none of them is ever a secret."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """Make a folder with `home` and `tmp` in it, for one command alone.

    A home that outlived its command would let an agent leave settings there that a later check
    obeys. It lies in the system's temporary folder: paths of sockets may have 107 bytes only.
    """
    folder = Path(mkdtemp(prefix="leafcut-"))
    try:
        (folder / "home").mkdir()
        (folder / "tmp").mkdir()
        yield folder
    finally:
        _remove(folder)


def base_environment(home: str, temporary: str) -> dict[str, str]:
    """Return the environment that every command gets, whatever the user's own one holds."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        "LANG": "C.UTF-8",
        **passed,
        "PATH": os.pathsep.join(program_folders()),
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


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except PermissionError:  # a command closed a folder of its own
        for parent, folders, _ in os.walk(folder):
            for closed in (os.path.join(parent, name) for name in folders):
                if not os.path.islink(closed):
                    os.chmod(closed, 0o700)
        shutil.rmtree(folder)
