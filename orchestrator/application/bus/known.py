"""What the journal has of what travels, for other threads than the engine's.

Whoever reaches the bus may write there what they like. So a letter of the run's own channels only
says that there is news; what the news is, is looked up here.
"""

from threading import Lock

from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run


class Known:
    """Safe to use from any thread; `look` is called by the one that owns the run."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = Lock()
        self._standings: dict[str, Standing] = {}
        self._messages: dict[str, Message] = {}

    def look(self, run: Run) -> None:
        """Take over what the run knows by now."""
        ledger = run.ledger
        with self._lock:
            self._standings = dict(ledger.standings)
            for message in ledger.messages[len(self._messages) :]:
                self._messages[message.id] = message

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All learnings as they stand."""
        with self._lock:
            return tuple(self._standings.values())

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages, in order."""
        with self._lock:
            return tuple(self._messages.values())

    def standing(self, said: Standing) -> Standing | None:
        """Return how the learning of a letter really stands, None for one that nobody has added."""
        with self._lock:
            return self._standings.get(said.learning.id)

    def message(self, said: Message) -> Message | None:
        """Return the message that a letter is about, None for one that nobody has sent."""
        with self._lock:
            return self._messages.get(said.id)
