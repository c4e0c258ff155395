"""What a worktree should hold: the files of a commit, and which of them are known to be there."""

import hashlib
import stat
import time
from pathlib import Path

from orchestrator.adapters.git import blobs, files, trees
from orchestrator.adapters.git.files import Signature
from orchestrator.adapters.git.ignore import Ignored
from orchestrator.adapters.git.objects import Objects
from orchestrator.adapters.git.trees import Node

RACY_NS = 20_000_000
"""A file changed this shortly ago may change again without its times changing: the kernel's clock
for files ticks only every 1 to 10 ms. Such a file's content is compared each time."""

BIGGEST = 64 << 20
"""Bytes of the largest file that is read into memory; a larger one is no change of an agent's."""


class Expected:
    """The files of one tree; a file is trusted while it bears the signature in `known`."""

    def __init__(self, repository: Path, objects: Objects) -> None:
        """Expect nothing yet."""
        self._repository = repository
        self._objects = objects
        self._tree: str | None = None
        self._ignored: Ignored | None = None
        self.nodes: dict[bytes, Node] = {}
        self.folders: set[bytes] = set()
        self.submodules: dict[bytes, Node] = {}
        self.known: dict[bytes, Signature] = {}

    def aim(self, tree: str) -> None:
        """Expect the files of `tree` from now on."""
        if tree == self._tree:
            return
        if self._tree is None:
            listed = list(blobs.listed(self._repository, tree))
            self.nodes = dict(blobs.to_write(listed))
            self.submodules = {path: node for path, node in listed if node.mode == trees.SUBMODULE}
            self._find_folders()
        else:
            self._move(self._tree, tree)
        self._tree, self._ignored = tree, None

    def trust(self, path: bytes, signed: Signature) -> None:
        """Know a file by its signature, unless it could still change behind that."""
        if signed[3] < time.time_ns() - RACY_NS and _is_clean(signed):
            self.known[path] = signed

    def holds(self, root: int, path: bytes, signed: Signature) -> bool:
        """Say whether what bears this signature is the file that is expected there."""
        node = self.nodes[path]
        mode = files.mode_of(signed)
        if mode is None or mode.decode() != trees.MODES[node.mode] or signed[1] > BIGGEST:
            return False
        if blob_id(files.read(root, path)) != node.oid:
            return False
        self.trust(path, signed)
        return True

    def is_intact(self, root: int, path: bytes, signed: Signature) -> bool:
        """Say whether a file can stay as it is: its content, its rights, no second name."""
        return _is_clean(signed) and self.holds(root, path, signed)

    def absent(self, found: files.Survey) -> set[bytes]:
        """Return the files that were not found at all."""
        other = found.other.keys() & self.nodes.keys()
        if len(found.same) + len(other) == len(self.nodes):
            return set()
        return self.nodes.keys() - other - set(found.same)

    def ignored(self) -> Ignored:
        """Return which untracked files the tree's own .gitignore files ignore."""
        if self._ignored is None:
            self._ignored = Ignored(
                {
                    path: self._objects.read(node.oid)
                    for path, node in self.nodes.items()
                    if path.endswith(b".gitignore") and path.rpartition(b"/")[2] == b".gitignore"
                }
            )
        return self._ignored

    def _move(self, old: str, new: str) -> None:
        """Apply the difference between two trees."""
        moved = False
        for path, before, after in trees.differences(old, new, self._objects.listing):
            moved = moved or before is None or after is None
            self.known.pop(path, None)
            self.nodes.pop(path, None)
            self.submodules.pop(path, None)
            if after is not None and after.mode == trees.SUBMODULE:
                self.submodules[path] = after
            elif after is not None:
                self.nodes[path] = after
        if moved:
            self._find_folders()

    def _find_folders(self) -> None:
        self.folders = set()
        for path in self.nodes:
            for folder in blobs.parents(path):
                if folder in self.folders:
                    break
                self.folders.add(folder)


def blob_id(content: bytes) -> str:
    """Return the id under which git would store a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


_OWN = stat.S_IRUSR | stat.S_IWUSR
_SPECIAL_OR_OWN = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX | _OWN


def _is_clean(signed: Signature) -> bool:
    """Say whether a file is readable, has no special bits and no second hard link."""
    if stat.S_ISLNK(signed[0]):
        return signed[5] == 1
    return signed[0] & _SPECIAL_OR_OWN == _OWN and signed[5] == 1
