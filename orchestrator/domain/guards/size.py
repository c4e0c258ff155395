"""Size: a change set stays small enough to review."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.domain.guards.case import Examined, ReadBase
from orchestrator.domain.verdict import Failure

CHECK = "guard:size"


def size(case: Examined) -> Iterator[Failure]:
    """Yield a failure when more lines changed than the playbook allows."""
    limit = case.guards.max_changed_lines
    lines = changed_lines(case.changes, case.read)
    if limit and lines > limit:
        yield Failure(CHECK, "", "lines", f"changes {lines} lines, {limit} are allowed")


@dataclass(frozen=True, slots=True)
class LinesChanged:
    """How many lines are only in a file's new content, and only in its old one."""

    path: str
    added: int
    removed: int


def changed_lines(changes: ChangeSet, read: ReadBase) -> int:
    """Return how many lines are only in the old or only in the new content, over all files."""
    return sum(one.added + one.removed for one in changed_by_file(changes, read))


def changed_by_file(changes: ChangeSet, read: ReadBase) -> tuple[LinesChanged, ...]:
    """Return the lines that each file has changed.

    Lines are compared as a multiset, ends of lines included: a line that only moved does not
    count, one whose end of line changed counts twice.
    """
    return tuple(_changed_in(change, read) for change in changes.files)


def _changed_in(change: FileChange, read: ReadBase) -> LinesChanged:
    old = Counter((read(change.path) or b"").splitlines(keepends=True))
    new = Counter((change.content or b"").splitlines(keepends=True))
    return LinesChanged(change.path, (new - old).total(), (old - new).total())
