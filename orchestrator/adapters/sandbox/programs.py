"""What programs outside the system's folders are made of, so that a sandbox can show just that."""

import os
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

SETTINGS = "pyvenv.cfg"
"""The file that makes a folder a virtual environment, see PEP 405."""
_BESIDE = ("lib", "libexec", "versions", "version", SETTINGS, "toolchains")
"""What programs in a `bin` folder need from the folder above it."""


def installed(programs: Path) -> Iterator[str]:
    """Name what the programs of one folder need: the folder, its neighbours, a venv's Python."""
    for path in (programs, *(programs.parent / name for name in _BESIDE)):
        if path.exists():
            yield str(path)
    settings = programs.parent / SETTINGS
    for line in settings.read_text(encoding="utf-8").splitlines() if settings.is_file() else ():
        key, _, value = line.partition("=")
        if key.strip() == "home":
            yield str(Path(value.strip()).parent)


def virtual_environments(scripts: Iterable[str]) -> tuple[Path, ...]:
    """Return what to show of the virtual environments whose programs are named by absolute path.

    Of such an environment its programs and packages, and the Python that it is made of; never a
    folder that holds the user's home, and nothing where a script cannot be read as words.
    """
    programs = {Path(word).parent for script in scripts for word in _words(script)}
    own = [folder for folder in programs if (folder.parent / SETTINGS).is_file()]
    named = {path for folder in own for path in installed(folder)}
    shown = named | {os.path.realpath(path) for path in named}
    return tuple(sorted(Path(path) for path in shown if not Path.home().is_relative_to(path)))


def _words(script: str) -> Iterator[str]:
    try:
        words = shlex.split(script)
    except ValueError:
        return
    yield from (word for word in words if os.path.isabs(word) and os.access(word, os.X_OK))
