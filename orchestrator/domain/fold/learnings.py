"""What attempts share: lessons and messages."""

from orchestrator.domain.events import BusChanged, LearningAdded, MessageSent
from orchestrator.domain.run import Run


def added(run: Run, event: LearningAdded) -> None:
    """Have one lesson more, or the same one once more."""
    if event.same_as:
        run.ledger.see_again(event.same_as)
    else:
        run.ledger.add(event.learning, suspicion=event.suspicion)


def sent(run: Run, event: MessageSent) -> None:
    """Remember a message."""
    run.ledger.messages.append(event.message)


def bus_changed(run: Run, event: BusChanged) -> None:
    """Know whether what is shared arrives at once."""
    run.degraded = event.reason if event.state == "degraded" else ""
