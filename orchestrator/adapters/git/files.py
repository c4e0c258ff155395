"""Trees on disk: scan, read and write without following a link or trusting what is there."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from orchestrator.adapters.git.trees import SUBMODULE, SYMLINK, Node

Signature: TypeAlias = tuple[int, int, int, int, int]
"""Mode, size, modification and change time in nanoseconds, inode: equal when nothing changed."""


@dataclass(slots=True)
class Scan:
    """What a folder holds: files and links by path, folders, and what may not be there."""

    files: dict[bytes, Signature] = field(default_factory=dict)
    folders: set[bytes] = field(default_factory=set)
    odd: list[bytes] = field(default_factory=list)


def signature(path: bytes) -> Signature:
    """Return the signature of what stands at `path`, a link itself and not its target."""
    return _signature(os.lstat(path))


def scan(root: bytes, skip: Callable[[bytes], bool]) -> Scan:
    """Look through `root`; paths that `skip` answers true for are not entered or listed."""
    found = Scan()
    pending = [b""]
    while pending:
        prefix = pending.pop()
        for entry in _entries(root + b"/" + prefix):
            path = prefix + entry.name
            if skip(path):
                continue
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                found.folders.add(path)
                pending.append(path + b"/")
            elif stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
                found.files[path] = _signature(status)
            else:
                found.odd.append(path)
    return found


def read(path: bytes) -> bytes:
    """Return a regular file's content, or a link's target."""
    if stat.S_ISLNK(os.lstat(path).st_mode):
        return os.readlink(path)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def write(root: bytes, path: bytes, node: Node, content: bytes) -> Signature:
    """Put a file or link at `path`; whatever stood there is replaced, never written through."""
    target = root + b"/" + path
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        os.makedirs(folder, exist_ok=True)
    aside = target + b".leafcut-new"
    if node.mode == SYMLINK:
        remove(aside)
        os.symlink(content, aside)
    else:
        mode = 0o755 if node.mode == b"100755" else 0o644
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(aside, flags, mode), "wb") as file:
            file.write(content)
    if os.path.isdir(target) and not os.path.islink(target):
        remove(target)
    os.replace(aside, target)
    return signature(target)


def fill(root: bytes, nodes: Iterator[tuple[bytes, Node, bytes]]) -> dict[bytes, Signature]:
    """Write many files into an empty folder and return their signatures by path."""
    made: dict[bytes, Signature] = {}
    folders: set[bytes] = set()
    for path, node, content in nodes:
        target = root + b"/" + path
        folder = os.path.dirname(target)
        if folder not in folders:
            os.makedirs(folder, exist_ok=True)
            folders.add(folder)
        if node.mode == SYMLINK:
            os.symlink(content, target)
        else:
            mode = 0o755 if node.mode == b"100755" else 0o644
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(target, flags, mode)
            try:
                os.write(descriptor, content) if len(content) < _ONE_WRITE else _all(descriptor, content)
            finally:
                os.close(descriptor)
        made[path] = signature(target)
    return made


def remove(path: bytes) -> None:
    """Remove a file, a link or a whole folder; nothing there is fine."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if stat.S_ISDIR(status.st_mode):
        shutil.rmtree(path, onerror=_open_up)
    else:
        os.unlink(path)


def mode_of(signed: Signature) -> bytes:
    """Return the mode that git gives what bears this signature."""
    if stat.S_ISLNK(signed[0]):
        return SYMLINK
    return b"100755" if signed[0] & 0o100 else b"100644"


def leaves_tree(path: bytes, target: bytes) -> bool:
    """Say whether a link at `path` with this target points out of the tree."""
    if target.startswith(b"/"):
        return True
    joined = os.path.normpath(os.path.join(os.path.dirname(path), target))
    return joined == b".." or joined.startswith(b"../")


def is_file(node: Node) -> bool:
    """Say whether a node is something that lies on disk; a submodule does not."""
    return node.mode != SUBMODULE


_ONE_WRITE = 1 << 20


def _all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _signature(status: os.stat_result) -> Signature:
    return (
        status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    )  # fmt: skip


def _entries(folder: bytes) -> Iterator["os.DirEntry[bytes]"]:
    try:
        listing = os.scandir(folder)
    except PermissionError:
        Path(os.fsdecode(folder)).chmod(0o700)
        listing = os.scandir(folder)
    with listing:
        yield from listing


def _open_up(function: Callable[..., object], path: bytes, _: object) -> None:
    """Give a folder that an agent closed back its rights, then go on removing."""
    os.chmod(os.path.dirname(path), 0o700)
    if os.path.isdir(path) and not os.path.islink(path):
        os.chmod(path, 0o700)
        shutil.rmtree(path)
    else:
        function(path)
