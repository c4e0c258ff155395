"""Exports of whole commits to the cache folder, for tools that need files on disk."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread

from orchestrator.adapters.git import files
from orchestrator.adapters.git.command import environment, executable, git
from orchestrator.adapters.git.trees import SUBMODULE, Node
from orchestrator.ports.repository import TreeEntry

_KINDS = {b"100755": "executable", b"120000": "symlink", b"160000": "submodule"}


class Checkouts:
    """Keeps exports below `cache`, by tree id; they are written once and never changed."""

    def __init__(self, repository: Path, cache: Path) -> None:
        """Export from the repository whose git directory is `repository`."""
        self._repository = repository
        self._cache = cache

    def entries(self, commit: str) -> list[TreeEntry]:
        """Return all files of the commit's tree, sorted by path."""
        listed = git(self._repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit)
        return [_entry(record) for record in listed.split(b"\0") if record]

    def prepare(self, commit: str) -> Path:
        """Return a folder with the commit's files; submodules are left out."""
        tree = git(self._repository, "rev-parse", f"{commit}^{{tree}}").decode().strip()
        final = self._cache / tree
        if final.is_dir():
            return final
        self._cache.mkdir(parents=True, exist_ok=True)
        staged = Path(mkdtemp(prefix=f"{tree[:12]}-", dir=self._cache))
        try:
            files.fill(os.fsencode(staged), self._contents(commit))
            staged.rename(final)
        except OSError:
            shutil.rmtree(staged, ignore_errors=True)
            if not final.is_dir():
                raise
        return final

    def _contents(self, commit: str) -> Iterator[tuple[bytes, Node, bytes]]:
        """Stream every file through one `git cat-file`, which needs no look at each object first."""
        listed = git(self._repository, "ls-tree", "-r", "-z", "--full-tree", commit)
        nodes = []
        for record in listed.split(b"\0"):
            if record:
                head, _, path = record.partition(b"\t")
                mode, _, oid = head.split(b" ")
                if mode != SUBMODULE and not _unsafe(path):
                    nodes.append((path, Node(mode, oid.decode())))
        with subprocess.Popen(  # noqa: S603 - a list, no shell, our own environment
            [executable(), f"--git-dir={self._repository}", "cat-file", "--batch", "--buffer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            cwd="/",
        ) as reader:
            yield from _answers(reader, nodes)


def _answers(
    reader: "subprocess.Popen[bytes]", nodes: list[tuple[bytes, Node]]
) -> Iterator[tuple[bytes, Node, bytes]]:
    questions, answers = reader.stdin, reader.stdout
    if questions is None or answers is None:
        message = "cat-file has no pipes"
        raise RuntimeError(message)

    def ask() -> None:
        with questions:
            questions.writelines(b"%s\n" % node.oid.encode() for _, node in nodes)

    asking = Thread(target=ask, daemon=True)
    asking.start()
    for path, node in nodes:
        size = int(answers.readline().split(b" ")[2])
        content = answers.read(size)
        answers.read(1)
        yield path, node, content
    asking.join()


def _entry(record: bytes) -> TreeEntry:
    head, _, path = record.partition(b"\t")
    mode, _, oid, size = head.split()
    return TreeEntry(
        path=path.decode("utf-8", "surrogateescape"),
        kind=_KINDS.get(mode, "file"),  # type: ignore[arg-type]
        oid=oid.decode(),
        size=0 if size == b"-" else int(size),
    )


def _unsafe(path: bytes) -> bool:
    return any(part.lower() in {b".git", b".."} for part in path.split(b"/"))
