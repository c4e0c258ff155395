"""What an attempt tells the engine while it goes on."""

from collections.abc import Callable
from typing import TypeAlias

from orchestrator.domain.events import CheckingStarted
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message

Told: TypeAlias = CheckingStarted | Learning | Message
"""That its agent is done, a lesson that it offers, a message that it sends."""
Tell: TypeAlias = Callable[[Told], None]
"""Safe to call from any thread."""
