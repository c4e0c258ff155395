"""Whole trees at once: every path, and every content in one stream."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Thread

from orchestrator.adapters.git.command import git, serve
from orchestrator.adapters.git.trees import SUBMODULE, Node, is_dotgit
from orchestrator.errors import InvalidInputError


def listed(repository: Path, tree: str) -> Iterator[tuple[bytes, Node]]:
    """Yield the path and node of all that lies in a commit's tree, submodules included."""
    said = git(repository, "ls-tree", "-r", "-z", "--full-tree", tree)
    for record in filter(None, said.split(b"\0")):
        head, _, path = record.partition(b"\t")
        mode, _, oid = head.split(b" ")
        yield path, Node(mode, oid.decode())


def to_write(nodes: Iterable[tuple[bytes, Node]]) -> list[tuple[bytes, Node]]:
    """Return what may be put on disk: no submodules and no names that lead elsewhere.

    Raises:
        InvalidInputError: a file stands where another needs a folder; only a forged tree has that.
    """
    kept = [(path, node) for path, node in nodes if node.mode != SUBMODULE and is_plain(path)]
    leaves = {path for path, _ in kept}
    folders = {folder for path in leaves for folder in parents(path)}
    if clash := leaves & folders:
        raise InvalidInputError(
            f"the tree holds {min(clash)!r} twice, as a file and as a folder",
            hint="git fsck says more; such a tree cannot be checked out",
        )
    return kept


def is_plain(path: bytes) -> bool:
    """Say whether every part of a tree's path is a name that stays where it is."""
    parts = path.split(b"/")
    return not any(part in {b"", b".", b".."} or is_dotgit(part) for part in parts)


def parents(path: bytes) -> Iterator[bytes]:
    """Yield the folders that hold a path, the nearest first; the root is left out."""
    while b"/" in path:
        path = path.rpartition(b"/")[0]
        yield path


def contents(
    repository: Path, nodes: Sequence[tuple[bytes, Node]]
) -> Iterator[tuple[bytes, Node, bytes]]:
    """Stream the content of many files through one `git cat-file`, in the order given.

    Raises:
        InvalidInputError: the repository lacks an object, as a partial clone does.
    """
    with serve(repository, "cat-file", "--batch", "--buffer") as reader:
        asking = Thread(target=_ask, args=(reader, nodes), daemon=True)
        asking.start()
        try:
            for path, node in nodes:
                yield path, node, _answer(reader, repository)
        except BaseException:
            reader.kill()
            raise
        finally:
            asking.join()


def _ask(reader: "subprocess.Popen[bytes]", nodes: Sequence[tuple[bytes, Node]]) -> None:
    if reader.stdin is not None:
        try:
            with reader.stdin:
                reader.stdin.writelines(b"%s\n" % node.oid.encode() for _, node in nodes)
        except BrokenPipeError:
            return


def _answer(reader: "subprocess.Popen[bytes]", repository: Path) -> bytes:
    if reader.stdout is None:
        message = "cat-file has no pipes"
        raise RuntimeError(message)
    head = reader.stdout.readline().split()
    if len(head) != len((b"oid", b"kind", b"size")):
        missing = head[0].decode() if head else "an object"
        raise InvalidInputError(
            f"{repository} lacks {missing}: is it a partial clone?",
            hint="git fetch --refetch --filter=blob:limit=1t, or clone it whole",
        )
    content = reader.stdout.read(int(head[-1]))
    reader.stdout.read(1)
    return content
