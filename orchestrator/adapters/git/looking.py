"""A look at a commit's files without a checkout: all paths, and the texts of small ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git import blobs
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.trees import SUBMODULE, SYMLINK, Node

LARGEST = 1024 * 1024
"""Bytes of a file that is read; no manifest that a person wrote is larger."""
ABSENT = -1
"""The size of a file that a partial clone does not have."""


@dataclass(frozen=True, slots=True)
class Look:
    """The plain files of a commit, with the size in bytes of each."""

    repository: Path
    nodes: Mapping[str, tuple[Node, int]]

    @classmethod
    def at(cls, repository: Path, commit: str) -> "Look":
        """List a commit's files; links, submodules and names that are not UTF-8 are not seen."""
        said = git(repository, "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
        nodes = {}
        for record in filter(None, said.split(b"\0")):
            head, _, path = record.partition(b"\t")
            mode, _, oid, size = head.split()
            if mode not in {SUBMODULE, SYMLINK} and _is_text(path):
                known = int(size) if size.isdigit() else ABSENT
                nodes[path.decode()] = (Node(mode, oid.decode()), known)
        return cls(repository, nodes)

    def texts(
        self, paths: Collection[str], head: int = LARGEST
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return the first `head` bytes of files as texts, and of others why there is none.

        Raises:
            InvalidInputError: the repository lacks an object.
        """
        sizes = {path: self.nodes[path][1] for path in paths}
        unread = {path: said for path, size in sizes.items() if (said := _unreadable(size))}
        wanted = [(path.encode(), self.nodes[path][0]) for path in paths if path not in unread]
        read = blobs.contents(self.repository, wanted) if wanted else iter(())
        texts = {
            path.decode(): content[:head].decode("utf-8", "replace") for path, _, content in read
        }
        return texts, unread


def _unreadable(size: int) -> str:
    if size == ABSENT:
        return "is not in this partial clone, and was not read"
    return "is larger than 1 MiB, and was not read" if size > LARGEST else ""


def _is_text(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True
