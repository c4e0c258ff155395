"""What verdicts teach by themselves: a failure was there, then a change set passed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from orchestrator.domain.clusters import plain, signature
from orchestrator.domain.languages import language_of
from orchestrator.domain.learnings.essence import essence
from orchestrator.domain.learnings.learning import Scope
from orchestrator.domain.verdict import Failure, Verdict

MOST = 3
"""How many lessons one accepted change set makes."""
SILENT = frozenset({"guard:scope", "guard:size", "guard:safe_tree", "guard:secrets"})
"""Guards whose failures are about what does not belong there: no diff tells what is right."""

Read = Callable[[str, str], bytes | None]
"""Returns a file's content in a commit, None when it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A verdict against the change set of a commit."""

    verdict: Verdict
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one failure that went away teaches."""

    signature: str
    text: str
    scope: Scope


def lessons(
    rejections: Sequence[Rejection], accepted: str, changed: Sequence[str], read: Read
) -> tuple[Lesson, ...]:
    """Return what the way from rejected change sets, the oldest first, to an accepted one teaches.

    `changed` are the files that the change sets are about. Of a failure that several of them had,
    the last tells most. There are at most `MOST`, in the order in which the failures were told.
    """
    found: dict[str, Lesson] = {}
    for rejection in reversed(rejections):
        for failure in rejection.verdict.reasons:
            sign = signature(failure)
            if sign in found or failure.check in SILENT or len(found) >= MOST:
                continue
            lesson = _lesson(failure, sign, rejection.commit, accepted, changed, read)
            if lesson is not None:
                found[sign] = lesson
    return tuple(found.values())


def scope_of(path: str) -> Scope:
    """Return where a lesson about a file holds: in all files of its kind."""
    suffix = PurePosixPath(path).suffix
    if not suffix or not suffix[1:].isalnum():
        return Scope()
    return Scope(paths=(f"**/*{suffix}",), language=language_of(path))


def _lesson(
    failure: Failure, sign: str, rejected: str, accepted: str, changed: Sequence[str], read: Read
) -> Lesson | None:
    for path, line in _places(failure, changed):
        before, after = read(rejected, path), read(accepted, path)
        if before is None or after is None or before == after:
            continue
        text = essence(plain(failure.message or failure.rule), before, after, line)
        if text:
            return Lesson(signature=sign, text=text, scope=scope_of(path))
    return None


def _places(failure: Failure, changed: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the changed files that a failure may be about, the likeliest first.

    One that names other files only is about none of them; one that names no file at all is about
    the only file that there is.
    """
    if failure.named:
        for path in failure.named:
            if path in changed:
                yield path, failure.line if path == failure.path else 0
    elif len(changed) == 1:
        yield changed[0], 0
