"""What checks keep from run to run, for example a type checker's cache.

Every run of a check gets a fresh copy of what the last trusted green run left (the base, or a
landed tree), so nothing an agent writes can reach a later verdict.
"""

import hashlib
import shutil
from pathlib import Path
from threading import Lock

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
            kept = self._place(check, path)
            with self._lock:
                if kept.is_dir() and not (tree / path).exists():
                    shutil.copytree(kept, tree / path, symlinks=True)

    def keep(self, check: Check, tree: Path) -> None:
        """Take over what a trusted run left in the tree."""
        for path in check.cache:
            left = tree / path
            if not left.is_dir() or left.is_symlink():
                continue
            kept = self._place(check, path)
            staged = kept.with_suffix(".new")
            with self._lock:
                shutil.rmtree(staged, ignore_errors=True)
                staged.parent.mkdir(parents=True, exist_ok=True)
                shutil.copytree(left, staged, symlinks=True)
                shutil.rmtree(kept, ignore_errors=True)
                staged.rename(kept)

    def _place(self, check: Check, path: str) -> Path:
        name = hashlib.sha256(f"{check.name}\0{check.run}\0{path}".encode()).hexdigest()[:16]
        return self._folder / name
