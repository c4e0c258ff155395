"""The object database of the canonical repository, through GitPython's.

Objects are written loose, in this process; reads are serialised because the pack index is shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from threading import Lock

from git.db import GitDB
from gitdb.base import IStream
from gitdb.exc import BadObject
from gitdb.util import hex_to_bin

from orchestrator.adapters.git import trees
from orchestrator.domain.changes import ChangeSet


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit object's fields; `message` as it stands, bytes that are no UTF-8 as surrogates."""

    tree: str
    parents: tuple[str, ...]
    message: str


class Objects:
    """Reads and writes blobs, trees and commits; may be used from any thread."""

    def __init__(self, git_directory: Path) -> None:
        """Open the object database below `git_directory`."""
        self._database = GitDB(str(git_directory / "objects"))
        self._database.databases()  # made here, or a second thread might meet half of them
        self._lock = Lock()
        self.listing = lru_cache(maxsize=16_384)(self._listing)
        """A tree's entries by its id; shared, so never to be changed."""

    def read(self, oid: str) -> bytes:
        """Return an object's content.

        Raises:
            KeyError: there is no such object.
        """
        with self._lock:
            try:
                content: bytes = self._database.stream(hex_to_bin(oid)).read()
            except BadObject:
                content = self._read_again(oid)
        return content

    def write(self, kind: str, content: bytes) -> str:
        """Store an object and return its id."""
        stored = self._database.store(IStream(kind, len(content), BytesIO(content)))
        return str(stored.hexsha.decode())

    def write_tree(self, content: bytes) -> str:
        """Store a tree object."""
        return self.write("tree", content)

    def write_commit(
        self, tree: str, parents: Sequence[str], message: str, *, author: str, at: int
    ) -> str:
        """Store a commit; `author` is `Name <mail>`, `at` in seconds since the epoch.

        Raises:
            ValueError: the message holds a null byte, at which git would stop reading.
        """
        if "\0" in message:
            problem = "a commit message holds a null byte"
            raise ValueError(problem)
        head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        people = [f"author {author} {at} +0000", f"committer {author} {at} +0000"]
        text = "\n".join([*head, *people, "", message])
        return self.write("commit", text.encode("utf-8", "surrogateescape"))

    def commit(self, oid: str) -> RawCommit:
        """Read a commit."""
        text = self.read(oid).decode("utf-8", "surrogateescape")
        head, _, message = text.partition("\n\n")
        fields = [line.partition(" ")[::2] for line in head.split("\n")]
        tree = next(value for key, value in fields if key == "tree")
        return RawCommit(tree, tuple(v for k, v in fields if k == "parent"), message)

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return self.commit(commit).tree

    def store_changes(self, changes: ChangeSet) -> dict[bytes, trees.Node | None]:
        """Store the contents of a change set and return what to change in a tree."""
        return {
            change.path.encode("utf-8", "surrogateescape"): (
                None
                if change.content is None
                else trees.Node(change.mode.encode(), self.write("blob", change.content))
            )
            for change in changes.files
        }

    def _listing(self, tree: str) -> trees.Listing:
        return trees.parse(self.read(tree))

    def _read_again(self, oid: str) -> bytes:
        """Look for packs that came since; git itself may have written one."""
        self._database.update_cache(force=True)
        try:
            content: bytes = self._database.stream(hex_to_bin(oid)).read()
        except BadObject as error:
            raise KeyError(oid) from error
        return content
