"""Reads what an agent left in a worktree, and trusts none of it."""

import os
from collections.abc import Iterable, Mapping, Sequence

from orchestrator.adapters.git import files
from orchestrator.adapters.git.expected import BIGGEST, Expected
from orchestrator.adapters.git.files import Signature
from orchestrator.adapters.git.trees import DEEPEST, MODES, SYMLINK, Node, is_dotgit
from orchestrator.domain.changes import ChangeSet, FileChange, UnsafeTree
from orchestrator.domain.litter import is_litter

MOST = 10_000
"""Files of the largest change set that is read at all."""

IN_ALL = 512 << 20
"""Bytes of the largest change set that is read at all."""


class Harvest:
    """One look at a worktree after an agent."""

    def __init__(self, root: int, at: bytes, expected: Expected, keep: Sequence[bytes]) -> None:
        """Look at the tree at descriptor `root`, whose path is `at`; pass over `keep`."""
        self._root = root
        self._at = at
        self._expected = expected
        self._keep = keep
        self._faults: list[tuple[str, str]] = []

    def gather(self) -> ChangeSet | UnsafeTree:
        """Return the change set, or why there can be none."""
        expected = self._expected
        found = files.survey(self._root, expected.known, expected.folders, self._enters)
        changed = {
            path: signed for path, signed in found.other.items() if self._counts(path, signed)
        }
        changes = [_deletion(path, expected.nodes[path]) for path in expected.absent(found)]
        if self._is_readable(changed):
            changes += self._read_all(changed)
        if self._faults:
            return UnsafeTree(tuple(sorted(self._faults)))
        return ChangeSet(tuple(sorted(changes, key=lambda change: change.path)))

    # -- what is looked at --------------------------------------------------------------------

    def _enters(self, folder: bytes) -> bool:
        """Say whether to look into a folder that the commit does not have."""
        if folder.count(b"/") >= DEEPEST:
            self._fault(folder, f"is nested more than {DEEPEST} folders deep")
            return False
        return not self._passed_over(folder + b"/")

    def _counts(self, path: bytes, signed: Signature) -> bool:
        """Say whether a file that is not as it was known to be is a change."""
        if path in self._expected.nodes:
            return not self._expected.holds(self._root, path, signed)
        return not self._passed_over(path)

    def _passed_over(self, path: bytes) -> bool:
        """Say so of an untracked file, or of a folder, whose path ends with a slash."""
        plain = path.rstrip(b"/")
        if plain.rpartition(b"/")[2].lower() == b".git" or is_kept(plain, self._keep):
            return True
        return is_litter(text(plain)) or self._expected.ignored()(path)

    # -- what is read -------------------------------------------------------------------------

    def _is_readable(self, changed: Mapping[bytes, Signature]) -> bool:
        """Say whether all of it may be read; what may not is a fault."""
        for path, signed in changed.items():
            if problem := self._problem(path, signed):
                self._fault(path, problem)
        if len(changed) > MOST:
            self._fault(b".", f"has {len(changed)} changed files, more than {MOST}")
        if sum(signed[1] for signed in changed.values()) > IN_ALL:
            self._fault(b".", f"has changed files of more than {IN_ALL >> 20} MiB in all")
        return not self._faults

    def _problem(self, path: bytes, signed: Signature) -> str:
        mode = files.mode_of(signed)
        if mode is None:
            return "is neither a file nor a folder nor a link"
        if signed[1] > BIGGEST:
            return f"is larger than {BIGGEST >> 20} MiB"
        if any(is_dotgit(part) for part in path.split(b"/")):
            return "has a name that some file systems take for .git"
        if any(
            path == module or path.startswith(module + b"/") for module in self._expected.submodules
        ):
            return "lies in a submodule"
        if mode == SYMLINK and path in self._expected.folders:
            return "is a link where there was a folder"
        return ""

    def _read_all(self, changed: Mapping[bytes, Signature]) -> list[FileChange]:
        changes = []
        for path, signed in changed.items():
            mode = files.mode_of(signed)
            try:
                content = files.read(self._root, path)
            except OSError as error:
                self._fault(path, f"cannot be read: {error.strerror}")
                continue
            if mode is not None:
                changes.append(FileChange(text(path), MODES[mode], content))
        self._judge_links(
            path for path, signed in changed.items() if files.mode_of(signed) == SYMLINK
        )
        return changes

    # -- links --------------------------------------------------------------------------------

    def _judge_links(self, changed: Iterable[bytes]) -> None:
        """See that no link leads out of the tree, and that no new one makes another do so."""
        new = list(changed)
        for path in new:
            if self._leaves(path) or self._resolves_outside(path):
                self._fault(path, "is a link that points out of the tree")
        old = (path for path, node in self._expected.nodes.items() if new and node.mode == SYMLINK)
        for path in old:
            if path not in new and not self._leaves(path) and self._resolves_outside(path):
                self._fault(path, "is a link that now leads out of the tree")

    def _leaves(self, path: bytes) -> bool:
        """Say whether a link points out by the look of it."""
        try:
            target = files.read(self._root, path)
        except OSError:
            return False
        inside = os.path.normpath(os.path.join(os.path.dirname(path), target))
        parts = inside.split(b"/")
        return (
            target.startswith(b"/") or parts[0] == b".." or any(p.lower() == b".git" for p in parts)
        )

    def _resolves_outside(self, path: bytes) -> bool:
        """Say whether a link leads out, or into git's own folder, over other links of the tree."""
        top = os.path.realpath(self._at)
        end = os.path.realpath(self._at + b"/" + path)
        return end != top and not end.startswith(top + b"/")

    def _fault(self, path: bytes, why: str) -> None:
        self._faults.append((text(path), why))


def is_kept(path: bytes, keep: Sequence[bytes]) -> bool:
    """Say whether a path is one of those that survive a reset, or lies in one."""
    return any(path == kept or path.startswith(kept + b"/") for kept in keep)


def text(path: bytes) -> str:
    """Return a path as the domain has it."""
    return path.decode("utf-8", "surrogateescape")


def _deletion(path: bytes, node: Node) -> FileChange:
    return FileChange(text(path), MODES[node.mode], None)
