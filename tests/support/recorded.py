"""Learnings, messages and what is recorded of them, made the short way."""

from collections.abc import Sequence

from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.domain.events import BaselineTaken, Event, LearningAdded, MessageSent
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.learning import Learning, Reach
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded
from tests.support.learnings import lesson

BASELINE = BaselineTaken(checks=(), residue=0)


def standing(
    learning: Learning, status: LearningStatus = "trusted", *, revision: int = 1
) -> Standing:
    """Return how a learning stands."""
    return Standing(learning=learning, status=status, revision=revision)


def added(text: str, *, reach: Reach = "run") -> LearningAdded:
    """Return the event by which a learning comes into the ledger."""
    return LearningAdded(learning=lesson(text, reach=reach))


def sent(number: int, to: str = "all") -> MessageSent:
    """Return the event of a message."""
    message = Message(
        kind="warning", to=to, text=f"word {number}", task="a", agent="x", token="t", number=number
    )
    return MessageSent(message=message)


def record(run: Run, journal: MemoryJournal, *events: Event) -> Sequence[Recorded]:
    """Have events happen, as the engine does."""
    for event in events:
        apply(run, event)
    return journal.append(events)
