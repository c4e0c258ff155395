"""What an attempt or a landing tells the engine while it goes on."""

from collections.abc import Callable
from typing import TypeAlias

from orchestrator.domain.events import CheckingStarted, LandingLooked
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message

Told: TypeAlias = CheckingStarted | LandingLooked | Learning | Message
"""That an agent is done, how a look came out, a lesson that is offered, a message that is sent."""
Tell: TypeAlias = Callable[[Told], None]
"""Safe to call from any thread."""


def tell_nobody(_: Told) -> None:
    """Keep it."""
