"""The agents of a ladder, built."""

from collections.abc import Mapping
from pathlib import Path

from orchestrator.adapters.agents.codemod import CodemodAgent
from orchestrator.domain.durations import seconds
from orchestrator.domain.playbook import Playbook
from orchestrator.errors import UsageError
from orchestrator.ports.agent import Agent


def build_agents(playbook: Playbook, readable: tuple[Path, ...]) -> Mapping[str, Agent]:
    """Build the agents of the ladder, and any other that a person names when it is needed.

    A codemod is the only kind there is yet.
    """
    return _Agents(playbook, readable)


class _Agents(dict[str, Agent]):
    """Agents by name, those beyond the ladder built at their first attempt."""

    def __init__(self, playbook: Playbook, readable: tuple[Path, ...]) -> None:
        """Build the ladder."""
        super().__init__(
            {name: build_codemod(playbook, readable, name) for name in playbook.agents}
        )
        self._playbook, self._readable = playbook, readable

    def __missing__(self, name: str) -> Agent:
        """Build one more."""
        return self.setdefault(name, build_codemod(self._playbook, self._readable, name))


def build_codemod(
    playbook: Playbook, readable: tuple[Path, ...], name: str = "codemod"
) -> CodemodAgent:
    """Build the agent that runs the playbook's own codemod.

    Raises:
        UsageError: the playbook has none.
    """
    if playbook.codemod is None:
        raise UsageError(
            f"playbook {playbook.name} has no codemod, and no other agent is there yet"
        )
    timeout = seconds(playbook.limits.attempt_timeout)
    return CodemodAgent(name, playbook.codemod.run, timeout, readable)
