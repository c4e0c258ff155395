"""The run's canonical repository and its worktrees."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from orchestrator.domain.changes import ChangeSet, UnsafeTree

EntryKind: TypeAlias = Literal["file", "executable", "symlink", "submodule"]


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One file of a commit. `oid` is the object id of its content."""

    path: str
    kind: EntryKind
    oid: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A change that does not apply to a head; nothing was written."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """One commit as it was read back. `trailers` are the message's, by name."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    subject: str
    message: str
    trailers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LineCount:
    """Lines added and removed in one file, as git counts them; both 0 for a binary file."""

    path: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class PrivateRepository:
    """A throw-away repository for whoever works in a worktree.

    `directory` is for `Command.repository`; it lies in the worktree's scratch folder. `objects` are
    folders of objects that it reads, for `Command.readable`.
    """

    directory: Path
    objects: tuple[Path, ...]


class Repository(Protocol):
    """The run's canonical bare repository; every method may be called from any thread."""

    def resolve(self, revision: str) -> str | None:
        """Return the full id of the commit that `revision` names, None when there is none."""
        ...

    def info(self, commit: str) -> CommitInfo:
        """Read one commit."""
        ...

    def history(self, base: str, head: str) -> Sequence[CommitInfo]:
        """Return the commits reachable from `head` and not from `base`, oldest first."""
        ...

    def read(self, commit: str, path: str) -> bytes | None:
        """Return a file's content in the commit, None when it is not there."""
        ...

    def changes(self, old: str, new: str) -> ChangeSet:
        """Return what leads from one commit's tree to the other's."""
        ...

    def line_counts(self, old: str, new: str) -> Sequence[LineCount]:
        """Return the added and removed lines of each file that differs."""
        ...

    def diff(self, old: str, new: str) -> bytes:
        """Return what leads from one commit's tree to the other's, as hunks without context."""
        ...

    def patch(self, old: str, new: str) -> bytes:
        """Return the commits between two as mails that `git am` takes."""
        ...

    def commit(self, parent: str, changes: ChangeSet, message: str) -> str:
        """Make a commit of the user on top of `parent` and return its id; no ref moves."""
        ...

    def combine(self, head: str, commit: str, message: str) -> str | Conflict:
        """Replay `commit` (its difference from its only parent) on `head` by a three-way merge."""
        ...

    def head(self, ref: str) -> str | None:
        """Return the commit that a ref points at."""
        ...

    def move(self, ref: str, new: str, old: str | None) -> bool:
        """Move a ref to `new` if it is at `old` (None: absent); say whether it was."""
        ...


class Worktree(Protocol):
    """A leased worktree. Nothing of git ever runs in it once an agent may have written to it."""

    root: Path
    """The tree's root on the host."""

    slot: Path
    """The folder that holds the tree and what belongs to it; it lasts as long as the pool."""

    scratch: Path
    """A folder of its own beside the tree: file lists, reports, notes. Emptied at each lease."""

    def reset(self, commit: str, keep: Sequence[str] = ()) -> None:
        """Make the tree show exactly `commit`; the paths in `keep` survive where they are."""
        ...

    def apply(self, changes: ChangeSet) -> None:
        """Write a change set into the tree, as an agent would; `changes` will have it."""
        ...

    def private_repository(self, tree: str) -> PrivateRepository:
        """Make a repository in which git shows the tree's history and what differs from its base.

        It holds what the commit of the last reset reaches and nothing else; nothing done to it
        reaches the run's repository. `tree` is the path at which a command sees the tree, see
        `Sandbox.tree_path`.
        """
        ...

    def changes(self) -> ChangeSet | UnsafeTree:
        """Return what differs from the last reset, read with no-follow opens.

        Files that the target's .gitignore files at that commit ignore, well-known caches and
        everything named `.git` are passed over, kept paths too. Links out of the tree, devices,
        sockets and directories turned into links make the tree unsafe.
        """
        ...


class Worktrees(Protocol):
    """A pool of worktrees of the canonical repository."""

    def lease(self) -> AbstractContextManager[Worktree]:
        """Lend a worktree that nobody else uses; made when none is free, returned at exit."""
        ...
