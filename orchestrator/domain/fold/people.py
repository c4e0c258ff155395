"""What people ask for while a run goes on or stands still."""

from orchestrator.domain.events import CommandAccepted, CommandRefused
from orchestrator.domain.run import Run


def accepted(run: Run, event: CommandAccepted) -> None:
    """Carry a command out; stopping is the engine's own affair."""
    if event.action == "retry":
        for task in event.tasks:
            run.change(
                task, "ready", agent_index=0, agent_attempts=0, sent_back=0, refused=frozenset()
            )
        run.reconsider()


def refused(_: Run, __: CommandRefused) -> None:
    """Leave everything as it is."""
