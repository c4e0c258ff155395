"""The learnings of a run, for people."""

from collections.abc import Iterator

from orchestrator.application.learnings.changes import Change, changes
from orchestrator.application.learnings.documents import Happening, history
from orchestrator.domain.run import Run
from orchestrator.wiring.runs import OpenRun, describe


def changes_of(there: OpenRun) -> Iterator[Change]:
    """Yield what changed how any learning stands, the oldest first."""
    described = describe(there.folder, [entry.event for entry in there.recorded])
    return changes(Run(described.plan, described.policy()), there.recorded)


def history_of(there: OpenRun, name: str) -> tuple[Happening, ...]:
    """Return what made a learning stand as it does, the oldest first."""
    return tuple(history(changes_of(there), name))
