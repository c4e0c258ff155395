"""One worktree: shows commits, and says what somebody did to them.

It is registered with git and filled once; from then on only this module touches it, in this
process: git never runs in a tree that an agent could have written to.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.git import blobs, files, history
from orchestrator.adapters.git.expected import Expected
from orchestrator.adapters.git.harvest import Harvest, is_kept
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.trees import Node
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.ports.repository import PrivateRepository

_LINK = b".git"
_PLAIN_FILE = b"100644"


class PooledWorktree:
    """The adapter behind `ports.repository.Worktree`; used by one thread at a time."""

    def __init__(
        self, repository: CanonicalRepository, slot: Path, admin: Path, *, empty: bool
    ) -> None:
        """Take over the worktree in `slot`, which git knows by the folder `admin`."""
        self.slot = slot
        self.root = slot / "tree"
        self.scratch = slot / "scratch"
        self._repository = repository
        self._objects = repository.objects
        self._at = os.fsencode(self.root)
        self._link = b"gitdir: " + os.fsencode(admin) + b"\n"
        self._identity = _identity(self._at)
        self._empty = empty
        self._expected = Expected(repository.directory, repository.objects)
        self._keep: tuple[bytes, ...] = ()
        self._commit = ""
        self._applied: set[bytes] = set()

    def clear_scratch(self) -> None:
        """Empty the folder beside the tree."""
        files.remove(os.fsencode(self.scratch))
        self.scratch.mkdir()

    def reset(self, commit: str, keep: Sequence[str] = ()) -> None:
        """Make the tree show exactly `commit`; the paths in `keep` survive where they are.

        `keep` spares untracked files and folders; what the commit has is restored there too.
        """
        self._begin(commit, keep)
        tree = self._objects.tree_of(commit)
        if not self._is_own():
            self._renew()
        self._expected.aim(tree)
        with self._entered() as root:
            if self._empty:
                self._fill()
            else:
                self._restore(root)
            self._restore_link(root)

    def _begin(self, commit: str, keep: Sequence[str]) -> None:
        self._keep = tuple(os.fsencode(os.path.normpath(path)) for path in keep)
        self._commit = commit
        self._applied.clear()

    def _is_own(self) -> bool:
        """Say whether the tree's folder is the one that is known, and not another in its place."""
        return self._identity is not None and _identity(self._at) == self._identity

    @contextmanager
    def _entered(self) -> Iterator[int]:
        """Open the tree's folder, which an agent may have closed to everybody."""
        mode = os.lstat(self._at).st_mode
        if mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(self._at, stat.S_IMODE(mode) | stat.S_IRWXU)
        with files.opened(self._at) as root:
            yield root

    def _settle(self) -> None:
        """Know the tree's folder by what it is now."""
        self._identity = _identity(self._at)

    def tidy(self) -> None:
        """Do what can wait until the worktree is given back: nothing."""

    def close(self) -> None:
        """Let go of the tree; there is nothing to let go of."""

    def apply(self, changes: ChangeSet) -> None:
        """Write a change set into the tree, as an agent would; see the port."""
        with self._entered() as root:
            for change in changes.files:
                path = change.path.encode("utf-8", "surrogateescape")
                self._applied.add(path)
                if change.content is None:
                    files.remove_at(root, path)
                else:
                    files.write(root, path, Node(change.mode.encode(), ""), change.content)

    def private_repository(self, tree: str) -> PrivateRepository:
        """Make a repository for whoever works in the tree; see the port."""
        expected = self._expected
        known = {path: at for path, at in expected.known.items() if path not in self._applied}
        folder = self.scratch / "repository"
        files.remove(os.fsencode(folder))
        packs = self._repository.past.reaching(self._commit)
        index = history.index_of({**expected.nodes, **expected.submodules}, known)
        history.lay_out(folder, tree, self._commit, packs, index)
        return PrivateRepository(folder, packs.folders)

    def changes(self) -> ChangeSet | UnsafeTree:
        """Return what differs from the last reset; see the port."""
        if _identity(self._at) != self._identity:
            return UnsafeTree(((".", "the tree itself was moved or replaced"),))
        with self._entered() as root:
            return Harvest(root, self._at, self._expected, self._keep).gather()

    def _fill(self) -> None:
        """Write a whole tree into the empty folder; the fast way for the first time."""
        self._empty = False
        nodes = list(self._expected.nodes.items())
        contents = blobs.contents(self._repository.directory, nodes)
        for path, signed in files.fill(self._at, contents).items():
            self._expected.trust(path, signed)

    def _restore(self, root: int) -> None:
        """Remove what should not be there, then write what is missing or differs."""
        expected = self._expected
        found = files.survey(root, expected.known, expected.folders, self._holds_kept)
        for path in found.folders:
            if not is_kept(path, self._keep) and not self._holds_kept(path):
                files.remove_at(root, path)
        missing = expected.absent(found)
        for path, signed in found.other.items():
            if path not in expected.nodes:
                if path != _LINK and not is_kept(path, self._keep):
                    files.remove_at(root, path)
            elif not expected.is_intact(root, path, signed):
                missing.add(path)
        for path in sorted(missing):
            node = expected.nodes[path]
            files.write(root, path, node, self._objects.read(node.oid))

    def _restore_link(self, root: int) -> None:
        """Put back how git finds its worktree, which an agent may have made to lead elsewhere."""
        if not self._is_link_sound(root):
            files.write(root, _LINK, Node(_PLAIN_FILE, ""), self._link)

    def _is_link_sound(self, root: int) -> bool:
        try:
            status = os.lstat(_LINK, dir_fd=root)
        except FileNotFoundError:
            return False
        plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
        return plain and status.st_size == len(self._link) and files.read(root, _LINK) == self._link

    def _renew(self) -> None:
        """Start over with an empty slot: what its folder was set up for is gone with the tree."""
        for entry in self.slot.iterdir():
            if entry != self.scratch:
                files.remove(os.fsencode(entry))
        self.root.mkdir()
        self._settle()
        self._expected.known.clear()
        self._empty = True

    def _holds_kept(self, folder: bytes) -> bool:
        return any(path.startswith(folder + b"/") for path in self._keep)


def _identity(path: bytes) -> tuple[int, int] | None:
    """Return what tells a folder from any other that might take its place, None for none."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None
