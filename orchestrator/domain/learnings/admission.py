"""Whether a lesson that is offered is news, and whether anybody may be told."""

from orchestrator.domain.events import LearningAdded
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.ledger import Ledger


def admitted(ledger: Ledger, learning: Learning) -> LearningAdded:
    """Return the event by which a lesson that somebody offers comes into the ledger."""
    same_as = learning.id if learning.id in ledger.standings else ""
    return LearningAdded(learning=learning, same_as=same_as)
