"""The one thing outside that an agent's sandbox reaches, as an agent sees it."""

from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import Protocol

from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.headroom import Headroom
from orchestrator.domain.trouble import Trouble
from orchestrator.ports.agent import Desk
from orchestrator.ports.sandbox import GatewayAddress


class Line(Protocol):
    """One attempt's own line to the gateway."""

    @property
    def token(self) -> str:
        """What the agent holds in place of a key; it dies with the line."""
        ...

    @property
    def trouble(self) -> Trouble | None:
        """The last trouble that no later call got past, None when there is none."""
        ...

    @property
    def headroom(self) -> tuple[Headroom, ...]:
        """What the last answers said is left of the model's limits; empty where they said none."""
        ...

    @property
    def offered(self) -> bool:
        """Whether the agent has asked which of Leafcut's own tools there are."""
        ...

    @property
    def reached(self) -> AbstractSet[str]:
        """Which of Leafcut's own tools the agent has called."""
        ...

    def usage(self) -> Usage:
        """Return what the model was asked so far, as the gateway has metered it."""
        ...


class Gateway(Protocol):
    """Opens lines; safe to call from many threads."""

    @property
    def address(self) -> GatewayAddress:
        """Where it listens."""
        ...

    def open(self, spec: AttemptSpec, desk: Desk) -> AbstractContextManager[Line]:
        """Open a line for one attempt, whose questions `desk` answers."""
        ...
