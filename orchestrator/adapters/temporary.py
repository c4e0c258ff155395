"""Temporary folders that are found again: each names its process, so that a dead one's can go."""

import os
import re
import shutil
import tempfile
from pathlib import Path

_OURS = re.compile(r"leafcut-(\d+)-")


def make_folder() -> Path:
    """Make a folder in the system's place for such; whoever makes it removes it."""
    return Path(tempfile.mkdtemp(prefix=f"leafcut-{os.getpid()}-"))


def sweep() -> None:
    """Remove what processes of this user left that were killed."""
    for folder in Path(tempfile.gettempdir()).glob("leafcut-*-*"):
        named = _OURS.match(folder.name)
        if named and not lives(int(named[1])) and _is_ours(folder):
            shutil.rmtree(folder, ignore_errors=True)


def lives(process: int) -> bool:
    """Say whether a process of that number is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(folder: Path) -> bool:
    try:
        return folder.lstat().st_uid == os.getuid()
    except FileNotFoundError:
        return False
