"""Pooled worktrees of the canonical repository."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from orchestrator.adapters.git import files
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.overlay import LAYERS, Bases, OverlayWorktree, unmount_below
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktree import PooledWorktree
from orchestrator.ports.repository import Worktree


class WorktreePool:
    """Lends worktrees below one folder; may be used from any thread.

    Git registers each and never runs in it again; see `worktree`. Whoever makes a pool is the only
    writer of the run.
    """

    def __init__(
        self, repository: CanonicalRepository, folder: Path, bases: Bases | None = None
    ) -> None:
        """Keep worktrees in `folder`; those that an earlier process left there are used again.

        With `bases` they are overlays, without it checkouts. Whoever asks for overlays closes the
        pool.
        """
        self._repository = repository
        self._bases = bases
        self._folder = folder
        self._lock = Lock()
        repository.recover()
        self._free = self._adopted()
        self._made = max((int(tree.slot.name) for tree in self._free), default=0)

    @contextmanager
    def lease(self) -> Iterator[Worktree]:
        """Lend a worktree that nobody else uses; made when none is free, returned at exit."""
        with self._lock:
            worktree = self._free.pop() if self._free else self._make()
        try:
            worktree.clear_scratch()
            yield worktree
        finally:
            worktree.tidy()
            with self._lock:
                self._free.append(worktree)

    def _make(self) -> PooledWorktree:
        self._made += 1
        slot = self._folder / str(self._made)
        slot.mkdir(parents=True)
        git(
            self._repository.directory, "worktree", "add", "--quiet", "--detach", "--no-checkout",
            str(slot / "tree"), "refs/leafcut/base",
        )  # fmt: skip
        link = (slot / "tree" / ".git").read_text(encoding="utf-8")
        admin = Path(link.removeprefix("gitdir: ").rstrip("\n"))
        git(admin, "read-tree", "HEAD")
        return self._opened(slot, admin, empty=True)

    def close(self) -> None:
        """Unmount what is mounted; the worktrees stay for the next process."""
        for worktree in self._free:
            worktree.close()

    def _opened(self, slot: Path, admin: Path, *, empty: bool) -> PooledWorktree:
        overlaid = not {*LAYERS}.isdisjoint(os.listdir(slot))
        if overlaid != (self._bases is not None):  # what a setup made there is of the other kind
            for name in {*os.listdir(slot)} - {"tree", "scratch"}:
                files.remove(os.fsencode(slot / name))
        if self._bases is not None:
            return OverlayWorktree(self._repository, slot, admin, self._bases)
        return PooledWorktree(self._repository, slot, admin, empty=empty or overlaid)

    def _adopted(self) -> list[PooledWorktree]:
        """Take over the slots whose worktrees git still knows; remove what is left of others."""
        slots = list(self._folder.iterdir()) if self._folder.is_dir() else []
        unmount_below(self._folder)
        known = {
            Path(link.read_text(encoding="utf-8").strip()).parent.parent: link.parent
            for link in self._repository.directory.glob("worktrees/*/gitdir")
        }
        adopted = []
        for slot in slots:
            if slot in known and slot.name.isdecimal():
                adopted.append(self._opened(slot, known[slot], empty=False))
            else:
                files.remove(os.fsencode(slot))
        git(self._repository.directory, "worktree", "prune", "--expire=now")
        return adopted
