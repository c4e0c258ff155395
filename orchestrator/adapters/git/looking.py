"""A look at a commit's files without a checkout: all paths, and the texts of small ones."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git import blobs
from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.trees import SUBMODULE, SYMLINK, Node

LARGEST = 1024 * 1024
"""Bytes of a file that is read; no manifest that a person wrote is larger."""


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
                nodes[path.decode()] = (Node(mode, oid.decode()), int(size))
        return cls(repository, nodes)

    def texts(self, paths: Collection[str]) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts of files, and of those that are too large why there is none.

        Raises:
            InvalidInputError: the repository lacks an object.
        """
        large = {path for path in paths if self.nodes[path][1] > LARGEST}
        wanted = [(path.encode(), self.nodes[path][0]) for path in paths if path not in large]
        read = blobs.contents(self.repository, wanted) if wanted else iter(())
        texts = {path.decode(): content.decode("utf-8", "replace") for path, _, content in read}
        return texts, dict.fromkeys(sorted(large), "is larger than 1 MiB, and was not read")


def _is_text(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True
