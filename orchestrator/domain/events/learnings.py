"""What attempts share: lessons, messages, and whether those arrive at once."""

from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAdded:
    """Somebody has offered a lesson.

    `same_as` is the id of an earlier one that says the same, empty for news; `suspicion` says why
    nobody is told of it until a person has looked, empty where nothing speaks against it.
    """

    learning: Learning
    same_as: str = ""
    suspicion: str = ""
    event: Literal["learning_added"] = "learning_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSent:
    """An attempt has sent others a message."""

    message: Message
    event: Literal["message_sent"] = "message_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class BusChanged:
    """The bus was lost or is back; nothing but time is lost with it."""

    state: Literal["well", "degraded"]
    reason: str = ""
    event: Literal["bus_changed"] = "bus_changed"
