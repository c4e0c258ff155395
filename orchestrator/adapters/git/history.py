"""An agent's private repository: thrown away with its attempt, and all of git that it can reach.

It is bare, beside the tree, and holds nothing itself: HEAD at the attempt's base, an index that
says what is there, and the way to packs with just the objects that the base reaches. Those are made
once and shown read-only. So `git status`, `diff` and `log` work for the agent, it may commit as it
likes, and nothing that it does reaches the run's repository. No git runs in the tree for it.
"""

import fcntl
import hashlib
import os
import shutil
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git.command import git
from orchestrator.adapters.git.files import Signature
from orchestrator.adapters.git.trees import SUBMODULE, Node

KEPT = 8
"""How many commits' packs are kept beside the root's: attempts on others make theirs anew."""
STALE_S = 24 * 3600.0
"""How old packs are at least before they go, in seconds: no attempt still reads them."""

_CONFIG = """\
[core]
	repositoryformatversion = 0
	bare = false
	worktree = {tree}
	checkStat = minimal
	trustctime = false
	logAllRefUpdates = false
[gc]
	auto = 0
[maintenance]
	auto = false
[user]
	name = Leafcut agent
	email = agent@leafcut.invalid
"""
_ENTRY = struct.Struct(">10L20sH")
_NOT_LOOKED_AT = 0x8000
"""The flag of an entry that git takes for unchanged: a submodule, which no worktree has."""
_LONGEST_NAME = 0xFFF


@dataclass(frozen=True, slots=True)
class Packs:
    """Folders of objects that together are what a commit reaches; `roots` are its oldest commits.

    Those are the ones whose own parents the repository does not have.
    """

    folders: tuple[Path, ...]
    roots: tuple[str, ...]


class History:
    """The packs of one canonical repository, kept beside it; may be used from any thread."""

    def __init__(self, repository: Path) -> None:
        """Make nothing yet; `repository` is its git directory."""
        self._repository = repository
        self.folder = repository.with_name("history")

    def reaching(self, commit: str) -> Packs:
        """Return what `commit` reaches: one folder for its oldest commits, one for what has landed.

        All attempts share the first; the other costs what landings brought.
        """
        said = git(self._repository, "rev-list", "--max-parents=0", commit)
        roots = tuple(said.decode().split())
        folders = [self._packed("-".join(roots), roots, ())]
        if commit not in roots:
            folders.append(self._packed(commit, (commit,), roots))
        return Packs(tuple(folders), roots)

    def _packed(self, name: str, wanted: Iterable[str], without: Iterable[str]) -> Path:
        """Return the folder with a pack of what `wanted` reaches and `without` does not."""
        final = self.folder / hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()
        self.folder.mkdir(exist_ok=True)
        with _alone(self.folder / "lock"):
            if final.is_dir():
                os.utime(final)
                return final
            staged = self.folder / "new"
            shutil.rmtree(staged, ignore_errors=True)
            (staged / "pack").mkdir(parents=True)
            revisions = "".join(f"{oid}\n" for oid in wanted) + "".join(
                f"^{oid}\n" for oid in without
            )
            git(
                self._repository, "pack-objects", "--quiet", "--revs", "--threads=1",
                str(staged / "pack" / "pack"), stdin=revisions.encode(),
            )  # fmt: skip
            staged.rename(final)
            self._drop_stale()
        return final

    def _drop_stale(self) -> None:
        """Remove the packs that were used longest ago."""
        packs = [path for path in self.folder.iterdir() if path.is_dir()]
        by_use = sorted(packs, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in by_use[KEPT:]:
            if time.time() - path.stat().st_mtime > STALE_S:
                shutil.rmtree(path)


def lay_out(folder: Path, tree: str, commit: str, packs: Packs, index: bytes) -> None:
    """Lay out the private repository `folder`, whose work tree is at `tree` for the agent."""
    for inner in ("refs/heads", "objects/info", "objects/pack", "info"):
        (folder / inner).mkdir(parents=True)
    alternates = "".join(f"{path}\n" for path in packs.folders)
    for name, text in {
        "HEAD": f"{commit}\n",
        "config": _CONFIG.format(tree=_quoted(tree)),
        "shallow": "".join(f"{oid}\n" for oid in packs.roots),
        "objects/info/alternates": alternates,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "index").write_bytes(index)


def index_of(nodes: Mapping[bytes, Node], known: Mapping[bytes, Signature]) -> bytes:
    """Return git's index of a tree, version 2, see gitformat-index(5).

    A file that is known by its signature is one that git need not read: of that it compares the
    size and the time only (`core.checkStat`), and reads what was changed in the index's own second.
    """
    entries = b"".join(_entry(path, node, known.get(path)) for path, node in sorted(nodes.items()))
    body = b"DIRC" + struct.pack(">2L", 2, len(nodes)) + entries
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def _entry(path: bytes, node: Node, signed: Signature | None) -> bytes:
    size, modified, changed = (signed[1], signed[2], signed[3]) if signed else (0, 0, 0)
    head = _ENTRY.pack(
        *_time(changed),
        *_time(modified),
        0,  # device, inode, owner and group are not compared
        0,
        int(node.mode, 8),
        0,
        0,
        size & 0xFFFFFFFF,
        bytes.fromhex(node.oid),
        min(len(path), _LONGEST_NAME) | (_NOT_LOOKED_AT if node.mode == SUBMODULE else 0),
    )
    text = head + path
    return text + b"\0" * (8 - len(text) % 8)


def _time(nanoseconds: int) -> tuple[int, int]:
    """Return whole seconds, as the index holds them, and the nanoseconds beyond."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return seconds & 0xFFFFFFFF, rest


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
