"""The learnings of a run, for people."""

from orchestrator.application.learned import Happening, history
from orchestrator.domain.run import Run
from orchestrator.wiring.runs import OpenRun, describe


def history_of(there: OpenRun, name: str) -> tuple[Happening, ...]:
    """Return what made a learning stand as it does, oldest first."""
    described = describe(there.folder, [entry.event for entry in there.recorded])
    fresh = Run(described.plan, described.policy())
    return tuple(history(fresh, there.recorded, name))
