"""Exports of whole commits to the cache folder, for tools that need files on disk."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.git import blobs, files
from orchestrator.adapters.git.command import git
from orchestrator.ports.repository import EntryKind, TreeEntry

_KINDS: Mapping[bytes, EntryKind] = {
    b"100755": "executable",
    b"120000": "symlink",
    b"160000": "submodule",
}


class Checkouts:
    """Keeps exports below `cache`, by tree id; they are written once and never changed."""

    def __init__(self, repository: Path, cache: Path) -> None:
        """Export from the repository whose git directory is `repository`."""
        self._repository = repository
        self._cache = cache

    def entries(self, commit: str) -> list[TreeEntry]:
        """Return all files of the commit's tree, sorted by path."""
        said = git(self._repository, "ls-tree", "-r", "-z", "--full-tree", commit)
        return [_entry(record) for record in said.split(b"\0") if record]

    def prepare(self, commit: str) -> Path:
        """Return a folder with the commit's files, byte for byte; submodules are left out.

        Another process that prepares the same tree is waited for, and its export serves.

        Raises:
            InvalidInputError: the repository lacks an object, or its tree is none for a disk.
        """
        said = git(self._repository, "rev-parse", "--verify", f"{commit}^{{tree}}")
        final = self._cache / said.decode().strip()
        if final.is_dir():
            return final
        with _alone(final.with_suffix(".lock")):
            if not final.is_dir():
                self._export(commit, final)
        return final

    def _export(self, commit: str, final: Path) -> None:
        """Write all files aside, then put them in place at once; a dead run's rest is replaced."""
        staged = final.with_suffix(".new")
        files.remove(os.fsencode(staged))
        staged.mkdir()
        nodes = blobs.to_write(blobs.listed(self._repository, commit))
        files.fill(os.fsencode(staged), blobs.contents(self._repository, nodes))
        staged.rename(final)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _entry(record: bytes) -> TreeEntry:
    head, _, path = record.partition(b"\t")
    mode, _, oid = head.split()
    name = path.decode("utf-8", "surrogateescape")
    return TreeEntry(path=name, kind=_KINDS.get(mode, "file"), oid=oid.decode())
