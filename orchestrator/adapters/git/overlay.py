"""Worktrees as overlays over one prepared base, where this process may mount file systems.

The base is a checkout that is written once and never changed. A worktree is an overlay of its own
over it, see overlayfs in the kernel's documentation: showing a commit is a new mount and the files
in which the commit differs from the base, however many there are in all.

A mount outlives its process, so whoever adopts or removes a folder unmounts what lies in it.
"""

import ctypes
import os
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from orchestrator.adapters.git import blobs, files, trees
from orchestrator.adapters.git.files import Signature
from orchestrator.adapters.git.harvest import is_kept
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktree import PooledWorktree

LAYERS = ("upper", "work", "kept", "gone")
"""The folders of an overlay beside its tree."""
MS_NOSUID, MS_NODEV = 2, 4
MNT_DETACH = 2
_MEANS_SOMETHING = re.compile(r'[,:\\"\s]')
"""Characters that mean something in a mount's options."""


@dataclass(frozen=True, slots=True)
class Base:
    """A checkout that overlays lie over; `known` has the signatures of its files."""

    folder: Path
    tree: str
    known: dict[bytes, Signature]


class Bases:
    """Prepares the base of a run's overlays, once; may be used from any thread.

    `owner` is the user and the group whose files they are to be.
    """

    def __init__(
        self, repository: CanonicalRepository, folder: Path, owner: tuple[int, int]
    ) -> None:
        """Keep bases in `folder`."""
        self._repository = repository
        self._folder = folder
        self._owner = owner
        self._base: Base | None = None
        self._lock = Lock()

    def base(self, commit: str) -> Base:
        """Return the base; the first commit that is asked about is what it shows."""
        with self._lock:
            if self._base is None:
                self._base = self._prepared(self._repository.objects.tree_of(commit))
            return self._base

    def _prepared(self, tree: str) -> Base:
        """Write the files aside and put them in place at once; what a dead process began goes."""
        final = self._folder / f"{tree}-{self._owner[0]}"
        if not final.is_dir():
            staged = self._folder / "new"
            self._folder.mkdir(exist_ok=True)
            files.remove(os.fsencode(staged))
            staged.mkdir()
            nodes = blobs.to_write(blobs.listed(self._repository.directory, tree))
            contents = blobs.contents(self._repository.directory, nodes)
            files.fill(os.fsencode(staged), contents)
            self._give(staged)
            staged.rename(final)
        with files.opened(os.fsencode(final)) as root:
            found = files.survey(root, {}, set(), lambda _: True)
        return Base(final, tree, found.other)

    def _give(self, folder: Path) -> None:
        for parent, folders, names in os.walk(folder):
            for name in (*folders, *names):
                os.chown(os.path.join(parent, name), *self._owner, follow_symlinks=False)
        os.chown(folder, *self._owner)


class OverlayWorktree(PooledWorktree):
    """A worktree whose tree is an overlay; used by one thread at a time."""

    def __init__(
        self, repository: CanonicalRepository, slot: Path, admin: Path, bases: Bases
    ) -> None:
        """Take over the worktree in `slot`, which git knows by the folder `admin`."""
        super().__init__(repository, slot, admin, empty=True)
        self._bases = bases
        self._upper = slot / "upper"

    def reset(self, commit: str, keep: Sequence[str] = ()) -> None:
        """Make the tree show exactly `commit`; the paths in `keep` survive where they are."""
        self._begin(commit, keep)
        base = self._bases.base(commit)
        replaced = not self._is_own()
        unmount(self.root)
        if replaced:
            self._renew()
        self._clear()
        mount(base.folder, self._upper, self.slot / "work", self.root)
        self._settle()
        tree = self._objects.tree_of(commit)
        self._expected.aim(tree)
        self._expected.known = dict(base.known)
        with files.opened(self._at) as root:
            for path, _, _ in trees.differences(base.tree, tree, self._objects.listing):
                self._show(root, path)
            for path in self._kept_of_the_commit():
                self._show(root, path)
            self._restore_link(root)

    def close(self) -> None:
        """Unmount the tree; what was made in it stays for whoever adopts it."""
        unmount(self.root)

    def _show(self, root: int, path: bytes) -> None:
        """Write or remove a file in which the commit differs from the base."""
        self._expected.known.pop(path, None)
        node = self._expected.nodes.get(path)
        if node is not None:
            files.write(root, path, node, self._objects.read(node.oid))
        elif blobs.is_plain(path):
            with suppress(FileNotFoundError, NotADirectoryError):
                files.remove_at(root, path)

    def _kept_of_the_commit(self) -> list[bytes]:
        """Return the commit's own files in what is kept, which may have been changed there."""
        nodes = self._expected.nodes if self._keep else {}
        return [path for path in nodes if is_kept(path, self._keep)]

    def _clear(self) -> None:
        """Start with an empty upper folder, but for what is kept: that is put in a new one.

        The new one may be there from a process that died half-way, with what it had put there.
        """
        kept = self.slot / "kept"
        kept.mkdir(exist_ok=True)
        for path in self._keep:
            source = os.path.join(os.fsencode(self._upper), path)
            target = os.path.join(os.fsencode(kept), path)
            if os.path.lexists(source) and not self._leads_elsewhere(os.path.dirname(source)):
                os.makedirs(os.path.dirname(target), exist_ok=True)
                os.rename(source, target)
        self._set_aside("upper", "work")
        kept.rename(self._upper)
        (self.slot / "work").mkdir()

    def _set_aside(self, *names: str) -> None:
        """Let go of folders; that they are emptied can wait until the worktree is given back."""
        gone = self.slot / "gone"
        gone.mkdir(exist_ok=True)
        for name in names:
            if (self.slot / name).exists():
                (self.slot / name).rename(gone / f"{name}{time.monotonic_ns()}")

    def tidy(self) -> None:
        """Remove what earlier commits were shown with."""
        files.remove(os.fsencode(self.slot / "gone"))

    def _leads_elsewhere(self, folder: bytes) -> bool:
        """Say whether a link stands in the way to a folder of the upper one."""
        top = os.fsencode(self._upper)
        inside = os.path.relpath(folder, top)
        return os.path.realpath(folder) != os.path.normpath(
            os.path.join(os.path.realpath(top), inside)
        )


def mount(lower: Path, upper: Path, work: Path, at: Path) -> None:
    """Mount an overlay.

    Raises:
        OSError: the system does not let it be.
    """
    options = f"lowerdir={lower},upperdir={upper},workdir={work},index=off,metacopy=off"
    libc = ctypes.CDLL(None, use_errno=True)
    flags = ctypes.c_ulong(MS_NOSUID | MS_NODEV)
    words = (b"overlay", os.fsencode(at), b"overlay")
    if libc.mount(*words, flags, os.fsencode(f"{options},redirect_dir=off,volatile")):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), str(at))


def unmount(at: Path) -> None:
    """Unmount whatever is mounted at a path, all of it; nothing there is fine."""
    libc = ctypes.CDLL(None, use_errno=True)
    while os.path.ismount(at) and not libc.umount2(os.fsencode(at), MNT_DETACH):
        pass


def unmount_below(folder: Path) -> None:
    """Unmount what processes that died have left mounted in a folder."""
    for at in reversed(list(_mounted(folder.resolve()))):
        unmount(at)


def _mounted(folder: Path) -> Iterator[Path]:
    """Yield the places in a folder where something is mounted, outer ones first; see proc(5)."""
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        place = Path(os.fsdecode(re.sub(rb"\\([0-7]{3})", _byte, line.split(b" ")[4])))
        if place != folder and place.is_relative_to(folder):
            yield place


def _byte(found: "re.Match[bytes]") -> bytes:
    return bytes([int(found[1], 8)])


def possible(folder: Path) -> bool:
    """Say whether this process may mount overlays in a folder."""
    if os.geteuid() or _MEANS_SOMETHING.search(str(folder)):
        return False
    with TemporaryDirectory(dir=folder, prefix=".overlay-") as made:
        lower, upper, work, at = (Path(made, name) for name in ("l", "u", "w", "m"))
        for layer in (lower, upper, work, at):
            layer.mkdir()
        try:
            mount(lower, upper, work, at)
        except OSError:
            return False
        unmount(at)
    return True
