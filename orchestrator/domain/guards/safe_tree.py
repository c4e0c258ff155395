"""Safe tree: no path tricks, links out of the tree or devices."""

import re
from collections.abc import Iterator

from orchestrator.domain.changes import FileChange, UnsafeTree
from orchestrator.domain.guards.case import Examined
from orchestrator.domain.verdict import Failure

CHECK = "guard:safe_tree"

_PARTS = re.compile(r"[/\\]")
_NOT_SHOWN = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF]
)


def safe_tree(case: Examined) -> Iterator[Failure]:
    """Yield each path that no commit may hold."""
    for change in case.changes.files:
        parts = _PARTS.split(change.path)
        if any(part in {"", ".", ".."} or _is_git_entry(part) for part in parts):
            yield Failure(CHECK, change.path, "path", "is no path for a commit")
        elif change.mode == "120000" and _leads_to_git(change):
            yield Failure(CHECK, change.path, "link", "is a link into a repository")


def unsafe(tree: UnsafeTree) -> tuple[Failure, ...]:
    """Return the failures of a worktree that may not even be read."""
    return tuple(Failure(CHECK, path, "unsafe", why) for path, why in tree.faults)


def _leads_to_git(change: FileChange) -> bool:
    target = (change.content or b"").decode("utf-8", "surrogateescape")
    return any(_is_git_entry(part) for part in _PARTS.split(target))


def _is_git_entry(part: str) -> bool:
    """Say whether any file system would take `part` for `.git`.

    NTFS drops dots and spaces at the end, knows `git~1` and streams (`.git::$INDEX_ALLOCATION`);
    HFS+ ignores some characters that are not shown. See git's own `is_ntfs_dotgit` and
    `is_hfs_dotgit`.
    """
    name = part.translate(_NOT_SHOWN).partition(":")[0].rstrip(" .").lower()
    return name in {".git", "git~1"}
