"""The board: what attempts that are under way can read of learnings and messages.

It is fed from the bus by another thread, so that what one agent finds out reaches others while they
work. It holds copies; the journal's fold decides.
"""

from threading import Lock

from orchestrator.domain.learnings.message import EVERYONE, Message
from orchestrator.domain.learnings.standing import Standing


class Board:
    """Safe to use from any thread; duplicates and old news change nothing."""

    def __init__(self) -> None:
        """Begin empty."""
        self._lock = Lock()
        self._standings: dict[str, Standing] = {}
        self._messages: dict[str, Message] = {}

    def put_up(self, standing: Standing) -> None:
        """Take the newer standing of a learning."""
        with self._lock:
            known = self._standings.get(standing.learning.id)
            if known is None or known.revision < standing.revision:
                self._standings[standing.learning.id] = standing

    def deliver(self, message: Message) -> None:
        """Take a message."""
        with self._lock:
            self._messages.setdefault(message.id, message)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """All learnings as they stand."""
        with self._lock:
            return tuple(self._standings.values())

    def messages_to(self, task: str) -> tuple[Message, ...]:
        """Return what others have sent to a task or to everyone, in order of arrival."""
        with self._lock:
            messages = tuple(self._messages.values())
        return tuple(one for one in messages if one.to in {task, EVERYONE} and one.task != task)
