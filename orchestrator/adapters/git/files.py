"""Trees on disk: survey, read, write and remove without following a link.

Everything goes relative to descriptors of folders that were opened with no-follow, so that no link
that somebody left in a tree is ever walked through.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TypeAlias

from orchestrator.adapters.git.trees import DEEPEST, SYMLINK, Node

Signature: TypeAlias = tuple[int, int, int, int, int, int]
"""Mode, size, modification and change time in nanoseconds, inode, links: equal when untouched."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OWNER_ALL = 0o700


@dataclass(slots=True)
class Survey:
    """What a tree on disk holds, against what it is known to hold."""

    same: list[bytes] = field(default_factory=list)
    """Files that still bear the signature they are known by."""
    other: dict[bytes, Signature] = field(default_factory=dict)
    """Everything else that is no folder."""
    folders: list[bytes] = field(default_factory=list)
    """Folders that were not expected."""


def survey(
    root: int,
    known: Mapping[bytes, Signature],
    folders: set[bytes],
    enter: Callable[[bytes], bool],
) -> Survey:
    """Look through the tree at descriptor `root`.

    `folders` are those that are expected; into any other it goes only where `enter` says so.
    """
    found = Survey()
    _survey(root, b"", known, folders, enter, found)
    return found


def _survey(
    folder: int,
    prefix: bytes,
    known: Mapping[bytes, Signature],
    folders: set[bytes],
    enter: Callable[[bytes], bool],
    found: Survey,
) -> None:
    inner = []
    with os.scandir(folder) as entries:
        for entry in entries:
            path = prefix + os.fsencode(entry.name)
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                inner.append((path, status.st_mode))
                continue
            signed = signature(status)
            if known.get(path) == signed:
                found.same.append(path)
            else:
                found.other[path] = signed
    for path, mode in inner:
        if path not in folders:
            found.folders.append(path)
            if not enter(path):
                continue
        name = path[len(prefix) :]
        if mode & _OWNER_ALL != _OWNER_ALL:
            os.chmod(name, stat.S_IMODE(mode) | _OWNER_ALL, dir_fd=folder)
        with opened(name, folder) as descriptor:
            _survey(descriptor, path + b"/", known, folders, enter, found)


def signature(status: os.stat_result) -> Signature:
    """Return what tells a file from one that was written since."""
    return (
        status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino,
        status.st_nlink,
    )  # fmt: skip


def mode_of(signed: Signature) -> bytes | None:
    """Return the mode that git gives what bears this signature, None when it takes none such."""
    if stat.S_ISLNK(signed[0]):
        return SYMLINK
    if not stat.S_ISREG(signed[0]):
        return None
    return b"100755" if signed[0] & 0o100 else b"100644"


@contextmanager
def opened(name: bytes, parent: int | None = None) -> Iterator[int]:
    """Open a folder and close it again.

    Raises:
        OSError: there is none, or a link stands there.
    """
    descriptor = os.open(name, _FOLDER, dir_fd=parent)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read(root: int, path: bytes) -> bytes:
    """Return a regular file's content, or a link's target; a closed file is opened up first."""
    with _holder(root, path) as (folder, name):
        if stat.S_ISLNK(os.lstat(name, dir_fd=folder).st_mode):
            return os.readlink(name, dir_fd=folder)
        try:
            descriptor = os.open(name, _READ, dir_fd=folder)
        except PermissionError:
            os.chmod(name, 0o600, dir_fd=folder)
            descriptor = os.open(name, _READ, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as file:
            return file.read()


def read_plain(root: int, path: bytes, most: int) -> tuple[bytes, bytes] | None:
    """Return mode and content of a regular file of at most `most` bytes; None for all else."""
    try:
        with _holder(root, path) as (folder, name):
            descriptor = os.open(name, _READ, dir_fd=folder)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        mode = mode_of(signature(status))
        if mode is None or status.st_size > most:
            return None
        content = file.read(most + 1)
    return None if len(content) > most else (mode, content)


def write(root: int, path: bytes, node: Node, content: bytes) -> None:
    """Put a file or link at `path` in the tree; whatever stands there or in its way is removed.

    It is always a new file, so nothing is written through a link, a hard one included; and not a
    rename over the old one, for which ext4 would wait for the disk.
    """
    with _holder(root, path, make=True) as (folder, name):
        remove_in(folder, name)
        _make(name, node, content, folder)


def fill(root: bytes, nodes: Iterable[tuple[bytes, Node, bytes]]) -> dict[bytes, Signature]:
    """Write many files into a folder that is empty and ours alone; return their signatures."""
    made: dict[bytes, Signature] = {}
    folders: set[bytes] = set()
    for path, node, content in nodes:
        target = root + b"/" + path
        folder = os.path.dirname(target)
        if folder not in folders:
            os.makedirs(folder, exist_ok=True)
            folders.add(folder)
        made[path] = _make(target, node, content)
    return made


def remove_at(root: int, path: bytes) -> None:
    """Remove what stands at a path of the tree."""
    with _holder(root, path) as (folder, name):
        remove_in(folder, name)


def remove(path: bytes) -> None:
    """Remove a file, a link or a whole folder, however deep and closed; nothing there is fine."""
    folder, name = os.path.split(path)
    holder = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        remove_in(holder, name)
    finally:
        os.close(holder)


def remove_in(holder: int, name: bytes) -> None:
    """Remove what bears this name in the folder at descriptor `holder`."""
    pending, names = [name], (b".leafcut-%d-%d" % (os.getpid(), n) for n in count())

    def lift(folder: int, child: bytes) -> None:
        os.chmod(child, _OWNER_ALL, dir_fd=folder)
        pending.append(next(names))
        os.rename(child, pending[-1], src_dir_fd=folder, dst_dir_fd=holder)

    while pending:
        _remove(holder, pending.pop(), lift)


def _remove(folder: int, name: bytes, lift: Callable[[int, bytes], None], depth: int = 0) -> None:
    """Remove one entry; folders too deep for this stack are lifted to the top for later."""
    if not _is_folder(folder, name):
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder)
        return
    os.chmod(name, _OWNER_ALL, dir_fd=folder)
    with opened(name, folder) as inner:
        for child in map(os.fsencode, os.listdir(inner)):
            if depth < DEEPEST or not _is_folder(inner, child):
                _remove(inner, child, lift, depth + 1)
            else:
                lift(inner, child)
    os.rmdir(name, dir_fd=folder)


def _make(path: bytes, node: Node, content: bytes, folder: int | None = None) -> Signature:
    if node.mode == SYMLINK:
        os.symlink(content, path, dir_fd=folder)
        return signature(os.lstat(path, dir_fd=folder))
    mode = 0o755 if node.mode == b"100755" else 0o644
    descriptor = os.open(path, _NEW, mode, dir_fd=folder)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        return signature(os.fstat(descriptor))
    finally:
        os.close(descriptor)


@contextmanager
def _holder(root: int, path: bytes, *, make: bool = False) -> Iterator[tuple[int, bytes]]:
    """Open the folder that holds `path` step by step from the root, made where it is missing."""
    *folders, name = path.split(b"/")
    descriptor = os.dup(root)
    try:
        for part in folders:
            if make and not _is_folder(descriptor, part):
                remove_in(descriptor, part)
                os.mkdir(part, dir_fd=descriptor)
            inner = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor, name
    finally:
        os.close(descriptor)


def _is_folder(folder: int, name: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(name, dir_fd=folder).st_mode)
    except FileNotFoundError:
        return False
