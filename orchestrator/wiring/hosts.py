"""The way out for setups that may reach named hosts only."""

from collections.abc import Sequence
from contextlib import AbstractContextManager

from orchestrator.domain.hosts import HostRule
from orchestrator.ports.hosts import OpenedHosts


def open_hosts(rules: Sequence[HostRule]) -> AbstractContextManager[OpenedHosts]:
    """Return a proxy of its own for a command, which leads to what the rules name."""
    from orchestrator.adapters.hosts import HostProxy

    return HostProxy(rules)
