"""A git that tells on Leafcut: which commands it is started with, and what they are given."""

import os
import shutil
from pathlib import Path


def telling_commands(folder: Path, told: Path) -> str:
    """Return a PATH whose git adds every command that it is and starts to a file."""
    return _path(folder, f'GIT_TRACE={told} exec {shutil.which("git")} "$@"')


def telling_environments(folder: Path, seen: Path) -> str:
    """Return a PATH whose git writes each of its environments to a file in the folder `seen`."""
    seen.mkdir()
    return _path(folder, f'env > "{seen}/$$"\nexec {shutil.which("git")} "$@"')


def environments(seen: Path) -> list[str]:
    """Return what `telling_environments` has seen."""
    return [path.read_text(errors="replace") for path in seen.iterdir()]


def _path(folder: Path, script: str) -> str:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "git").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
