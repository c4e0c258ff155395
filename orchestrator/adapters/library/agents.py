"""Agents in folders, each with an agent.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from orchestrator.adapters.library.schema import Schema
from orchestrator.adapters.library.source import InvalidFileError, read
from orchestrator.domain.agent_spec import RESERVED_AGENT_KEYS, AgentSpec
from orchestrator.errors import UsageError

FILE = "agent.yaml"


@dataclass(frozen=True, slots=True)
class LoadedAgent:
    """A valid agent and the folder that its templates and its Dockerfile lie in."""

    spec: AgentSpec
    folder: Path


def is_path(name: str) -> bool:
    """Say whether an agent is named by its folder; a bare name is only looked for on shelves.

    So a folder of the target repository that happens to have an agent's name is never taken.
    """
    return "/" in name


def agent_names(shelves: Sequence[Path]) -> set[str]:
    """Return the names of all agents on the shelves."""
    return {path.parent.name for shelf in shelves for path in shelf.glob(f"*/{FILE}")}


def load_agent(name: str, shelves: Sequence[Path]) -> LoadedAgent:
    """Return an agent by name, from the first shelf that has it, or by the path of its folder.

    Raises:
        UsageError: there is none.
        InvalidFileError: its file has faults.
    """
    folders = [Path(name)] if is_path(name) else [shelf / name for shelf in shelves if name]
    for folder in folders:
        if (folder / FILE).is_file():
            return _read(folder)
    known = sorted(agent_names(shelves))
    near = get_close_matches(name, known) or known
    raise UsageError(f"there is no agent {name!r}", hint=f"there are {', '.join(near)}")


def _read(folder: Path) -> LoadedAgent:
    found = Schema(AgentSpec, RESERVED_AGENT_KEYS).read(read(folder / FILE))
    if found.faults or found.value is None:
        raise InvalidFileError(found.faults)
    return LoadedAgent(found.value, folder.resolve())
