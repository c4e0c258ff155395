"""What checks keep from run to run, for example a type checker's cache.

Every run of a check gets a fresh copy of what the last trusted green run left (the base, or a
landed tree), so nothing an agent writes can reach a later verdict. The next reset of the worktree
removes the copy.
"""

import hashlib
import os
import shutil
import stat
from pathlib import Path
from threading import Lock
from uuid import uuid4

from orchestrator.domain.playbook import Check


class CheckCaches:
    """Keeps the paths that checks name in `cache`, below one folder; used from any thread."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder`."""
        self._folder = folder
        self._lock = Lock()

    def lend(self, check: Check, tree: Path) -> None:
        """Put copies of what was kept into the tree; what is not there yet is left out."""
        for path in check.cache:
            kept, lent = self._place(check, path), tree / path
            with self._lock:
                if kept.is_dir() and _leads_inside(tree, path) and not os.path.lexists(lent):
                    shutil.copytree(kept, lent, symlinks=True)

    def keep(self, check: Check, tree: Path) -> None:
        """Take over what a trusted run left in the tree."""
        for path in check.cache:
            if (tree / path).is_dir() and _leads_inside(tree, path):
                self._replace(self._place(check, path), tree / path)

    def _replace(self, kept: Path, left: Path) -> None:
        staged, old = (kept.with_name(f"{kept.name}-{uuid4().hex}") for _ in range(2))
        shutil.copytree(left, staged, symlinks=True, ignore=_odd)
        with self._lock:
            if kept.exists():
                kept.rename(old)
            staged.rename(kept)
        shutil.rmtree(old, ignore_errors=True)

    def _place(self, check: Check, path: str) -> Path:
        name = hashlib.sha256(f"{check.name}\0{check.run}\0{path}".encode()).hexdigest()[:16]
        return self._folder / name


def _leads_inside(tree: Path, path: str) -> bool:
    """Say whether no link leads the path somewhere else: checks may leave any in the tree."""
    return (tree / path).resolve() == tree.resolve() / os.path.normpath(path)


def _odd(folder: str, names: list[str]) -> list[str]:
    """Name what cannot be copied: sockets, pipes and the like."""
    modes = {name: os.lstat(os.path.join(folder, name)).st_mode for name in names}
    return [
        n for n, m in modes.items() if not (stat.S_ISREG(m) or stat.S_ISDIR(m) or stat.S_ISLNK(m))
    ]
