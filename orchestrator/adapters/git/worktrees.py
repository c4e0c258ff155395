"""Pooled worktrees of the canonical repository.

A worktree is registered with git and filled once; from then on only this module touches it, in
this process: git never runs in a tree that an agent could have written to. What the tree should
hold is kept in memory with each file's signature, so a reset costs one scan and the difference.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from orchestrator.adapters.git import files, trees
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.files import Signature
from orchestrator.adapters.git.ignore import Ignored
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.trees import Node
from orchestrator.domain.changes import ChangeSet, FileChange, UnsafeTree
from orchestrator.domain.litter import is_litter
from orchestrator.ports.repository import Worktree

RACY_NS = 50_000_000
"""A file written this shortly before it was signed may change again without its times changing."""

_MODES = {b"100644": "100644", b"100755": "100755", b"120000": "120000"}


class WorktreePool:
    """Lends worktrees below one folder; may be used from any thread."""

    def __init__(self, repository: CanonicalRepository, folder: Path) -> None:
        """Keep worktrees in `folder`, which is cleared: a dead process may have left some."""
        self._repository = repository
        self._folder = folder
        self._free: list[PooledWorktree] = []
        self._made = 0
        self._lock = Lock()
        if folder.exists():
            shutil.rmtree(folder)
            git(repository.directory, "worktree", "prune")

    @contextmanager
    def lease(self) -> Iterator[Worktree]:
        """Lend a worktree that nobody else uses; made when none is free, returned at exit."""
        with self._lock:
            worktree = self._free.pop() if self._free else self._make()
        worktree.clear_scratch()
        try:
            yield worktree
        finally:
            with self._lock:
                self._free.append(worktree)

    def _make(self) -> "PooledWorktree":
        self._made += 1
        slot = self._folder / str(self._made)
        slot.mkdir(parents=True)
        root = slot / "tree"
        base = git(self._repository.directory, "rev-parse", "refs/leafcut/base").decode().strip()
        git(
            self._repository.directory, "worktree", "add", "--quiet", "--detach",
            "--no-checkout", str(root), base,
        )  # fmt: skip
        link = (root / ".git").read_text(encoding="utf-8").removeprefix("gitdir: ").strip()
        git(Path(link), "read-tree", base)
        return PooledWorktree(self._repository, slot)


class PooledWorktree:
    """The adapter behind `ports.repository.Worktree`; used by one thread at a time."""

    def __init__(self, repository: CanonicalRepository, slot: Path) -> None:
        """Take over the registered, empty worktree in `slot`."""
        self.slot = slot
        self.root = slot / "tree"
        self.scratch = slot / "scratch"
        self._repository = repository
        self._objects = repository.objects
        self._at = os.fsencode(self.root)
        self._tree: str | None = None
        self._nodes: dict[bytes, Node] = {}
        self._signed: dict[bytes, tuple[Signature, int]] = {}
        self._keep: tuple[bytes, ...] = ()

    def clear_scratch(self) -> None:
        """Empty the folder beside the tree."""
        if self.scratch.exists():
            shutil.rmtree(self.scratch)
        self.scratch.mkdir()

    def reset(self, commit: str, keep: Sequence[str] = ()) -> None:
        """Make the tree show exactly `commit`; the paths in `keep` survive where they are."""
        self._keep = tuple(os.fsencode(path.rstrip("/")) for path in keep)
        tree = self._objects.tree_of(commit)
        if self._tree is None:
            self._fill(tree)
        self._show(tree)
        self._tree = tree

    def changes(self) -> ChangeSet | UnsafeTree:
        """Return what differs from the last reset; see the port."""
        found = files.scan(self._at, self._passed_over)
        changed = [path for path in found.files if self._differs(path, found.files[path])]
        gone = [path for path in self._nodes if path not in found.files and files.is_file(self._nodes[path])]
        ignored = self._ignored() if any(path not in self._nodes for path in changed) else None
        read = []
        faults = [(_text(path), "is neither a file nor a folder nor a link") for path in found.odd]
        for path in sorted(changed):
            if path not in self._nodes and ignored and (is_litter(_text(path)) or ignored(_text(path))):
                continue
            content = files.read(self._at + b"/" + path)
            mode = files.mode_of(found.files[path])
            if mode == trees.SYMLINK and files.leaves_tree(path, content):
                faults.append((_text(path), "is a link that points out of the tree"))
            read.append(FileChange(_text(path), _MODES[mode], content))  # type: ignore[arg-type]
        read += [FileChange(_text(path), "100644", None) for path in gone]
        if faults:
            return UnsafeTree(tuple(sorted(faults)))
        return ChangeSet(tuple(sorted(read, key=lambda change: change.path)))

    # -- what the tree shows ------------------------------------------------------------------

    def _fill(self, tree: str) -> None:
        """Write a whole tree at once; the fast way for the first time."""
        wanted = dict(trees.walk(tree, self._objects.tree_data))
        self._nodes = {path: node for path, node in wanted.items() if files.is_file(node)}
        contents = ((p, node, self._objects.read(node.oid)) for p, node in self._nodes.items())
        signed = files.fill(self._at, contents)
        now = time.time_ns()
        self._signed = {path: (signature, now) for path, signature in signed.items()}
        self._tree = tree

    def _show(self, tree: str) -> None:
        """Restore what was changed and apply the difference to the tree that is shown."""
        differing: dict[bytes, Node | None] = {
            path: after
            for path, _, after in trees.differences(self._tree, tree, self._objects.tree_data)
        }
        for path, node in differing.items():
            if node is None or not files.is_file(node):
                self._nodes.pop(path, None)
            else:
                self._nodes[path] = node
        found = files.scan(self._at, self._kept)
        self._clear(found)
        for path, node in self._nodes.items():
            there = found.files.get(path)
            if path in differing or there is None or self._differs(path, there):
                signature = files.write(self._at, path, node, self._objects.read(node.oid))
                self._signed[path] = (signature, time.time_ns())

    def _clear(self, found: files.Scan) -> None:
        """Remove what the tree should not hold, folders as a whole."""
        folders = {b""}
        for path in self._nodes:
            while (path := os.path.dirname(path)) not in folders:
                folders.add(path)
        extra = [path for path in (*found.files, *found.odd) if path not in self._nodes]
        extra += [path for path in found.folders if path not in folders and not self._holds_kept(path)]
        for path in sorted(extra):
            files.remove(self._at + b"/" + path)
            self._signed.pop(path, None)

    def _differs(self, path: bytes, there: Signature) -> bool:
        """Say whether a file is not what the last reset put there."""
        node = self._nodes.get(path)
        if node is None:
            return True
        signature, at = self._signed.get(path, (None, 0))
        if signature == there and there[3] < at - RACY_NS:
            return False
        if files.mode_of(there) != node.mode:
            return True
        content = files.read(self._at + b"/" + path)
        if _blob_id(content) != node.oid:
            return True
        self._signed[path] = (there, time.time_ns())
        return False

    # -- what is looked at --------------------------------------------------------------------

    def _kept(self, path: bytes) -> bool:
        return path == b".git" or path in self._keep

    def _passed_over(self, path: bytes) -> bool:
        return path in self._keep or path.rpartition(b"/")[2].lower() == b".git"

    def _holds_kept(self, folder: bytes) -> bool:
        return any(kept.startswith(folder + b"/") for kept in self._keep)

    def _ignored(self) -> Ignored:
        return Ignored(
            {
                _text(path): self._objects.read(node.oid).decode("utf-8", "replace")
                for path, node in self._nodes.items()
                if path.rpartition(b"/")[2] == b".gitignore"
            }
        )


def _blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")
