"""The notebook: the one Markdown file that agents share under the strategy `file`.

It lies in the target's tree, lands with the change sets, and is reviewed in the slices.
"""

from collections.abc import Iterable, Iterator

from orchestrator.domain.changes import ChangeSet
from orchestrator.domain.playbook.learnings import Learnings
from orchestrator.domain.verdict import Failure

NOTEBOOK = ".leafcut/learnings.md"
LARGEST = 32 * 1024
"""How many bytes it may have."""


def notebooks(learnings: Learnings) -> tuple[str, ...]:
    """Return the files that agents share under a strategy, besides those of their tasks."""
    return (NOTEBOOK,) if learnings.strategy == "file" else ()


def own_work(changes: ChangeSet, shared: Iterable[str]) -> bool:
    """Say whether a change set changes anything but what is shared."""
    return not set(changes.paths) <= set(shared)


def misused(changes: ChangeSet, shared: Iterable[str]) -> Iterator[Failure]:
    """Yield what is wrong with the shared files of a change set."""
    files = set(shared)
    for change in changes.files:
        if change.path not in files:
            continue
        if change.mode != "100644" or change.content is None:
            yield Failure("guard:scope", change.path, "notebook", "must stay a plain file")
        elif len(change.content) > LARGEST:
            said = f"has {len(change.content)} bytes, {LARGEST} are allowed: leave out old lines"
            yield Failure("guard:size", change.path, "notebook", said)
