"""The built-in guards: what no change set may do, whatever the checks say.

Each returns failures whose check is `guard:<name>`; a playbook relaxes one through its own field
and the target repository never can.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from orchestrator.domain.changes import ChangeSet, FileChange, UnsafeTree
from orchestrator.domain.playbook import Guards
from orchestrator.domain.verdict import Failure

ReadBase = Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What the guards look at. `read` gives a file's content at the attempt's base, None: absent.

    `residue_before` and `residue_after` count the occurrences in the task's files; `after` is None
    when the playbook does not ask for a rescan.
    """

    changes: ChangeSet
    task_files: Sequence[str]
    guards: Guards
    read: ReadBase
    residue_before: int
    residue_after: int | None


def examine(case: Examined) -> tuple[Failure, ...]:
    """Return everything that the guards hold against a change set."""
    return (
        *_scope(case),
        *_safe_paths(case.changes),
        *_size(case),
        *_residue(case),
    )


def unsafe(tree: UnsafeTree) -> tuple[Failure, ...]:
    """Return the failures of a worktree that may not even be read."""
    return tuple(Failure("guard:safe_tree", path, "unsafe", why) for path, why in tree.faults)


def changed_lines(changes: ChangeSet, read: ReadBase) -> int:
    """Return how many lines are only in the old or only in the new content, over all files.

    Lines are compared as a multiset, ends of lines included: a line that only moved does not
    count, one whose end of line changed counts twice.
    """
    return sum(_changed_in(change, read) for change in changes.files)


def _changed_in(change: FileChange, read: ReadBase) -> int:
    old = Counter((read(change.path) or b"").splitlines(keepends=True))
    new = Counter((change.content or b"").splitlines(keepends=True))
    return (old - new).total() + (new - old).total()


def _scope(case: Examined) -> Iterator[Failure]:
    mine = set(case.task_files)
    allowed_new = GitIgnoreSpec.from_lines(case.guards.allow_new_files)
    allowed_deleted = GitIgnoreSpec.from_lines(case.guards.allow_deleted)
    for change in case.changes.files:
        is_new = case.read(change.path) is None
        if change.content is None:
            if not allowed_deleted.match_file(change.path):
                yield Failure("guard:scope", change.path, "deleted", "deletes a file")
        elif change.path in mine:
            continue
        elif is_new and not allowed_new.match_file(change.path):
            yield Failure("guard:scope", change.path, "new", "adds a file")
        elif not is_new:
            yield Failure("guard:scope", change.path, "foreign", "is none of the task's files")


def _safe_paths(changes: ChangeSet) -> Iterator[Failure]:
    for change in changes.files:
        parts = _PARTS.split(change.path)
        if any(part in {"", ".", ".."} or _is_git_entry(part) for part in parts):
            yield Failure("guard:safe_tree", change.path, "path", "is no path for a commit")
        elif change.mode == "120000" and _leads_to_git(change):
            yield Failure("guard:safe_tree", change.path, "link", "is a link into a repository")


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


_PARTS = re.compile(r"[/\\]")
_NOT_SHOWN = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF]
)


def _size(case: Examined) -> Iterator[Failure]:
    limit = case.guards.max_changed_lines
    lines = changed_lines(case.changes, case.read)
    if limit and lines > limit:
        yield Failure("guard:size", "", "lines", f"changes {lines} lines, {limit} are allowed")


def _residue(case: Examined) -> Iterator[Failure]:
    after, before = case.residue_after, case.residue_before
    if after is None or case.guards.residue == "off":
        return
    if case.guards.residue == "zero" and after:
        yield Failure("guard:residue", "", "zero", f"{after} occurrences are left, none may be")
    elif case.guards.residue == "reduce" and before and after >= before:
        yield Failure("guard:residue", "", "reduce", f"{after} occurrences are left of {before}")


GUARDS: Mapping[str, str] = {
    "guard:scope": "only the task's own files may change",
    "guard:safe_tree": "no path tricks, links out of the tree or devices",
    "guard:size": "a change set stays small enough to review",
    "guard:residue": "occurrences must go away",
}
"""What each guard stands for, for people."""
