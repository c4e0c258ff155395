r"""Git's tree objects as values: parse, build, compare and edit them in this process.

Names are bytes inside and become text with surrogate escapes at the edge. The format is that of
git's `Documentation/gitformat-*`: `<mode> <name>\0<20 bytes of id>`, directories sorting as if
their names ended with a slash.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.changes import FileMode

DIRECTORY = b"40000"
SUBMODULE = b"160000"
SYMLINK = b"120000"

MODES: Mapping[bytes, FileMode] = {
    b"100644": "100644",
    b"100755": "100755",
    b"120000": "120000",
    b"100664": "100644",
}
"""The modes of files and links as a change set has them; 100664 is what git wrote long ago."""

DEEPEST = 64
"""How many folders may lie in each other in a tree that an agent made."""


@dataclass(frozen=True, slots=True)
class Node:
    """One entry of a tree: its mode as git writes it and its object's id in hex."""

    mode: bytes
    oid: str


Listing: TypeAlias = Mapping[bytes, Node]
Read: TypeAlias = Callable[[str], Listing]
Write: TypeAlias = Callable[[bytes], str]
Difference: TypeAlias = tuple[bytes, Node | None, Node | None]
"""A path, and what stands there in the old and in the new tree."""


def parse(data: bytes) -> Listing:
    """Return a tree's entries by name."""
    entries: dict[bytes, Node] = {}
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        null = data.index(b"\0", space)
        entries[data[space + 1 : null]] = Node(data[at:space], data[null + 1 : null + 21].hex())
        at = null + 21
    return entries


def build(entries: Listing) -> bytes:
    """Return the tree object's content."""

    def order(name: bytes) -> bytes:
        return name + b"/" if entries[name].mode == DIRECTORY else name

    return b"".join(
        b"%s %s\0%s" % (entries[name].mode, name, bytes.fromhex(entries[name].oid))
        for name in sorted(entries, key=order)
    )


def walk(tree: str, read: Read, prefix: bytes = b"") -> Iterator[tuple[bytes, Node]]:
    """Yield every path of a tree that is no directory, with its node."""
    for name, node in read(tree).items():
        if node.mode == DIRECTORY:
            yield from walk(node.oid, read, prefix + name + b"/")
        else:
            yield prefix + name, node


def differences(
    old: str | None, new: str | None, read: Read, prefix: bytes = b""
) -> Iterator[Difference]:
    """Yield each path that differs between two trees; equal subtrees are not entered."""
    if old == new:
        return
    before = read(old) if old else {}
    after = read(new) if new else {}
    for name in sorted(before.keys() | after.keys()):
        one, two = before.get(name), after.get(name)
        if one == two:
            continue
        old_tree, old_leaf = _split(one)
        new_tree, new_leaf = _split(two)
        if old_leaf or new_leaf:
            yield prefix + name, old_leaf, new_leaf
        yield from differences(old_tree, new_tree, read, prefix + name + b"/")


def lookup(tree: str, path: bytes, read: Read) -> Node | None:
    """Return what stands at a path, a directory included, None when nothing does.

    Raises:
        NotADirectoryError: a part of the path before the last is no directory.
    """
    node = Node(DIRECTORY, tree)
    for part in path.split(b"/"):
        if node.mode != DIRECTORY:
            raise NotADirectoryError(path)
        found = read(node.oid).get(part)
        if found is None:
            return None
        node = found
    return node


def edit(tree: str | None, changes: Mapping[bytes, Node | None], read: Read, write: Write) -> str:
    """Return the tree with `changes` made; only the touched subtrees are read and written.

    Raises:
        ValueError: a path is none that a tree may hold, a file stands where a folder is needed, or
            a submodule would change.
    """
    entries = dict(read(tree)) if tree else {}
    below: dict[bytes, dict[bytes, Node | None]] = {}
    for path, node in changes.items():
        name, slash, rest = path.partition(b"/")
        _refuse(name, entries.get(name), node)
        if slash:
            below.setdefault(name, {})[rest] = node
        elif node is None:
            entries.pop(name, None)
        else:
            entries[name] = node
    for name, inner in below.items():
        _edit_below(entries, name, inner, read, write)
    return write(build(entries))


def _edit_below(
    entries: dict[bytes, Node],
    name: bytes,
    changes: Mapping[bytes, Node | None],
    read: Read,
    write: Write,
) -> None:
    child = entries.get(name)
    if child is not None and child.mode != DIRECTORY:
        if not any(changes.values()):
            return
        message = f"{name!r} is a file where a folder is needed"
        raise ValueError(message)
    oid = edit(child.oid if child else None, changes, read, write)
    if read(oid):
        entries[name] = Node(DIRECTORY, oid)
    else:
        entries.pop(name, None)


def _split(node: Node | None) -> tuple[str | None, Node | None]:
    if node is None:
        return None, None
    return (node.oid, None) if node.mode == DIRECTORY else (None, node)


def _refuse(name: bytes, there: Node | None, node: Node | None) -> None:
    if name in {b"", b".", b".."} or is_dotgit(name) or b"\0" in name:
        message = f"{name!r} is no name for a tree's entry"
        raise ValueError(message)
    if SUBMODULE in {there.mode if there else b"", node.mode if node else b""}:
        message = f"{name!r} is a submodule, which no commit of Leafcut changes"
        raise ValueError(message)


# Code points that HFS+ leaves out of comparisons; see git's utf8.c, next_hfs_char.
_UNSEEN_ON_HFS = "[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]"
_DOTGIT = re.compile(r"(\.git|git~1)[ .]*(:.*)?", re.IGNORECASE | re.DOTALL)


def is_dotgit(name: bytes) -> bool:
    """Say whether some file system takes this name for `.git`; forges refuse such trees."""
    if b"git" not in name.lower() and name.isascii():
        return False
    seen = re.sub(_UNSEEN_ON_HFS, "", name.decode("utf-8", "surrogateescape"))
    return _DOTGIT.fullmatch(seen) is not None
