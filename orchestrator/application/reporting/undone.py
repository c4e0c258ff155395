"""What is not done, grouped by why: a person looks once and understands many files."""

import re
from collections.abc import Iterable, Mapping

from orchestrator.application.reporting.facts import Reason
from orchestrator.domain.clusters import plain
from orchestrator.domain.shortening import cut

_BLOCKED = "blocked by "
_LEFT = re.compile(r"‹n› occurrences? left|occurrences left: ‹n›")
"""How many occurrences a file has left, which is no reason of its own."""
LONGEST = 200
"""How many characters of a reason name its group."""


def by_reason(files: Iterable[Mapping[str, str]]) -> tuple[Reason, ...]:
    """Return groups of files, the largest first; each has `file` and `reason`.

    Reasons are the same when only names, paths and numbers differ. What is blocked is grouped by
    the first failed task that it waits for.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in files:
        groups.setdefault(_kind(one["reason"]), []).append((one["file"], one["reason"]))
    found = [
        Reason(reason=_named(kind, group), files=tuple(group)) for kind, group in groups.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.files), one.reason)))


def _kind(reason: str) -> str:
    if reason.startswith(_BLOCKED):
        return reason.partition(" (")[0]
    return _LEFT.sub("occurrences left", plain(reason))


def _named(kind: str, group: list[tuple[str, str]]) -> str:
    """Return a group's name: the words themselves where all files have the same."""
    words = {reason for _, reason in group}
    if kind.startswith(_BLOCKED) and len(words) > 1:
        return f"{kind}, some by others, too"
    name = words.pop() if len(words) == 1 else kind
    return cut(name, LONGEST)
