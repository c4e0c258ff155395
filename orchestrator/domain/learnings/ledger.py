"""All learnings of a run and how they stand; changed by the fold alone."""

from collections.abc import Iterator
from dataclasses import replace

from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import LearningStatus, Standing


class Ledger:
    """Standings by id, in order of arrival, and the messages that were sent.

    `changed` has the ids whose standing has changed since somebody emptied it.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.standings: dict[str, Standing] = {}
        self.messages: list[Message] = []
        self.changed: set[str] = set()

    def __iter__(self) -> Iterator[Standing]:
        """Go through all standings."""
        return iter(self.standings.values())

    def add(self, learning: Learning, *, suspicion: str) -> None:
        """Take in a new learning, out of everybody's sight where something speaks against it."""
        status: LearningStatus = "quarantined" if suspicion else "candidate"
        self.put(Standing(learning=learning, status=status, reason=suspicion))

    def see_again(self, name: str) -> None:
        """Note that a learning was offered once more."""
        old = self.standings[name]
        self.put(replace(old, seen=old.seen + 1))

    def put(self, standing: Standing) -> None:
        """Have a standing in the place of the one before."""
        name = standing.learning.id
        self.standings[name] = replace(standing, revision=standing.revision + 1)
        self.changed.add(name)
