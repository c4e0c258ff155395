"""A change set: the files that an attempt changed, as data."""

import hashlib
from dataclasses import dataclass
from typing import Literal, TypeAlias

FileMode: TypeAlias = Literal["100644", "100755", "120000"]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file's new state. `content` is None when the file is deleted.

    `path` is relative to the tree's root with `/` between parts; bytes that are no UTF-8 are kept
    as surrogate escapes. For a symbolic link `content` is its target.
    """

    path: str
    mode: FileMode
    content: bytes | None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The files that an attempt changed, sorted by path."""

    files: tuple[FileChange, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The changed paths, sorted."""
        return tuple(change.path for change in self.files)

    @property
    def hash(self) -> str:
        """SHA-256 over paths, modes and contents, as hex; equal change sets have equal hashes."""
        digest = hashlib.sha256()
        for change in self.files:
            content = b"-" if change.content is None else b"+" + change.content
            path = change.path.encode("utf-8", "surrogateescape")
            for part in (path, change.mode.encode(), content):
                digest.update(len(part).to_bytes(8, "big") + part)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class UnsafeTree:
    """A worktree that holds what must be neither read nor committed: path and reason of each."""

    faults: tuple[tuple[str, str], ...]
