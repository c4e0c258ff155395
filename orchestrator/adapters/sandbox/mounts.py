"""Which paths of the host a sandbox shows, and for whom.

A daemon mounts as root, so a path that a command could have replaced by a link would show anything
of the host. What lies in a folder that commands write to is therefore looked at link by link.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestrator.errors import LeafcutError
from orchestrator.ports.sandbox import Command

UNPRIVILEGED = 65532
"""The user and group of commands where Leafcut itself runs as root: nobody's on the host."""
_LONGEST_PATH = 4096
"""Bytes that the kernel takes for a path, its end among them, see PATH_MAX in limits.h."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A path of the host, and the path at which a command sees it."""

    source: Path
    target: str
    writable: bool = False


def identity() -> tuple[int, int]:
    """Return the user and the group that commands run as: the owner of the tree's files."""
    user = os.geteuid()
    return (user, os.getegid()) if user else (UNPRIVILEGED, UNPRIVILEGED)


def shown(tree: Path, at: str, command: Command) -> list[Shown]:
    """Return the mounts of a command's tree, which appears `at` a path, and of its folders.

    A folder in another one that is shown alike needs no mount of its own.

    Raises:
        FileNotFoundError: one of them does not exist.
        LeafcutError: a link leads to one that a command could have put there.
    """
    writable = set(command.writable)
    mounts = [Shown(tree, at, writable=not command.read_only)]
    for path in sorted({*command.readable, *writable}):
        path.stat()
        above = _nearest(path, {*command.readable, *writable})
        if _below(path, (tree, *writable)):
            _refuse_links(path, (tree, *writable))
        if above is None or (above in writable) != (path in writable):
            mounts.append(Shown(path, str(path), writable=path in writable))
    return mounts


def _nearest(path: Path, shown: Iterable[Path]) -> Path | None:
    holders = [one for one in shown if one != path and path.is_relative_to(one)]
    return max(holders, key=lambda one: len(one.parts), default=None)


def _below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path != one and path.is_relative_to(one) for one in folders)


def _refuse_links(path: Path, folders: Iterable[Path]) -> None:
    for folder in (one for one in folders if path != one and path.is_relative_to(one)):
        inside = path.relative_to(folder)
        if os.path.realpath(path) != os.path.join(os.path.realpath(folder), inside):
            raise LeafcutError(
                f"{path} leads elsewhere: a command has put a link there",
                hint="an agent may be hostile; look at what it left, then leafcut resume",
            )


def hand_over(path: Path, user: int, group: int) -> None:
    """Let commands have what lies at a path, where Leafcut runs as root; no link is followed.

    What is nested too deep for a path was made by a command, so it is theirs already.
    """
    if os.geteuid() == 0:
        for found, status in _all(os.fsencode(path)):
            if status.st_uid != user:
                os.chown(found, user, group, follow_symlinks=False)


def _all(path: bytes) -> Iterator[tuple[bytes, os.stat_result]]:
    pending = [path]
    while pending:
        found = pending.pop()
        status = os.lstat(found)
        yield found, status
        if stat.S_ISDIR(status.st_mode):
            paths = (os.path.join(found, name) for name in os.listdir(found))
            pending += (path for path in paths if len(path) < _LONGEST_PATH)
