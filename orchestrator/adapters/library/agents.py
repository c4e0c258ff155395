"""Agents in folders, each with an agent.yaml."""

from collections.abc import Sequence
from pathlib import Path

from orchestrator.adapters.library.schema import to_value
from orchestrator.adapters.library.source import read
from orchestrator.domain.agent_spec import RESERVED_AGENT_KEYS, AgentSpec
from orchestrator.errors import UsageError

FILE = "agent.yaml"


def agent_names(shelves: Sequence[Path]) -> set[str]:
    """Return the names of all agents on the shelves."""
    return {path.parent.name for shelf in shelves for path in shelf.glob(f"*/{FILE}")}


def load_agent(name: str, shelves: Sequence[Path]) -> AgentSpec:
    """Return an agent by name or by the path of its folder.

    Raises:
        UsageError: there is none.
        InvalidFileError: its file has faults.
    """
    for folder in (Path(name), *(shelf / name for shelf in shelves)):
        if (folder / FILE).is_file():
            return to_value(read(folder / FILE), AgentSpec, RESERVED_AGENT_KEYS)
    known = ", ".join(sorted(agent_names(shelves)))
    raise UsageError(f"there is no agent {name!r}", hint=f"there are {known}")
