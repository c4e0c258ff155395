"""Size: a change set stays small enough to review."""

from collections import Counter
from collections.abc import Iterator

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
