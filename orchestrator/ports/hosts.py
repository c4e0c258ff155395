"""The way out for a setup that may reach named hosts only."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from orchestrator.domain.hosts import HostRule
from orchestrator.ports.sandbox import GatewayAddress


class OpenedHosts(Protocol):
    """A way to some hosts, for one command."""

    @property
    def address(self) -> GatewayAddress:
        """Where a proxy listens that leads to them."""
        ...

    @property
    def troubles(self) -> Sequence[str]:
        """What the command wanted and did not get, a sentence each, in the order it was asked."""
        ...


class OpenHosts(Protocol):
    """Opens a way to hosts; safe to call from many threads."""

    def __call__(self, rules: Sequence[HostRule], /) -> AbstractContextManager[OpenedHosts]:
        """Return a way to what the rules name, which is closed at exit."""
        ...
