"""Scope: only the task's own files may change."""

from collections import Counter
from collections.abc import Iterator

from pathspec import GitIgnoreSpec

from orchestrator.domain.changes import FileChange
from orchestrator.domain.guards.case import Examined
from orchestrator.domain.verdict import Failure

CHECK = "guard:scope"
ALIKE = 0.5
"""The share of lines that a moved file keeps, as in git's rename detection."""


def scope(case: Examined) -> Iterator[Failure]:
    """Yield each file that the task may not change, add or delete."""
    mine = set(case.task_files)
    allowed_new = GitIgnoreSpec.from_lines(case.guards.allow_new_files)
    allowed_deleted = GitIgnoreSpec.from_lines(case.guards.allow_deleted)
    moved = _moved(case)
    for change in case.changes.files:
        if change.path in moved:
            continue
        is_new = case.read(change.path) is None
        if change.content is None:
            if not allowed_deleted.match_file(change.path):
                yield Failure(CHECK, change.path, "deleted", "deletes a file")
        elif change.path in mine:
            continue
        elif is_new and not allowed_new.match_file(change.path):
            yield Failure(CHECK, change.path, "new", "adds a file")
        elif not is_new:
            yield Failure(CHECK, change.path, "foreign", "is none of the task's files")


def _moved(case: Examined) -> set[str]:
    """Return both ends of every move of one of the task's files to where the playbook allows."""
    allowed = GitIgnoreSpec.from_lines(case.guards.allow_moves)
    files = case.changes.files
    gone = [c.path for c in files if c.content is None and c.path in set(case.task_files)]
    new = [c for c in files if case.read(c.path) is None and allowed.match_file(c.path)]
    moved: set[str] = set()
    for old in gone:
        left = [change for change in new if change.path not in moved]
        best = max(left, key=lambda change: _alike(case, old, change), default=None)
        if best is not None and _alike(case, old, best) >= ALIKE:
            moved |= {old, best.path}
    return moved


def _alike(case: Examined, old: str, new: FileChange) -> float:
    """Return the share of lines that two files have in common, from 0 to 1."""
    before = Counter((case.read(old) or b"").splitlines())
    after = Counter((new.content or b"").splitlines())
    longest = max(before.total(), after.total())
    return (before & after).total() / longest if longest else 1.0
