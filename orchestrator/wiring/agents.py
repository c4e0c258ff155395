"""The agents of a ladder, built."""

from collections.abc import Mapping
from pathlib import Path

from orchestrator.adapters.agents.codemod import CodemodAgent
from orchestrator.domain.durations import seconds
from orchestrator.domain.playbook import Playbook
from orchestrator.errors import UsageError
from orchestrator.ports.agent import Agent


def build_agents(playbook: Playbook, readable: tuple[Path, ...]) -> Mapping[str, Agent]:
    """Build the agents of the ladder; a codemod is the only kind there is yet."""
    return {name: build_codemod(playbook, readable, name) for name in playbook.agents}


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
