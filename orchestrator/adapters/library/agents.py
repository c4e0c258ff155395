"""Agents in folders, each with an agent.yaml."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.library.agent_rules import broken_agent_rules
from orchestrator.adapters.library.folders import AGENT_FILE, is_path
from orchestrator.adapters.library.schema import Schema
from orchestrator.adapters.library.source import InvalidFileError, read
from orchestrator.domain.agent_spec import RESERVED_AGENT_KEYS, AgentSpec
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.errors import UsageError


@dataclass(frozen=True, slots=True)
class LoadedAgent:
    """A valid agent and the folder that its templates and its Dockerfile lie in."""

    spec: AgentSpec
    folder: Path


def agent_names(shelves: Sequence[Path]) -> set[str]:
    """Return the names of all agents on the shelves."""
    return {path.parent.name for shelf in shelves for path in shelf.glob(f"*/{AGENT_FILE}")}


def load_agent(name: str, shelves: Sequence[Path], *, foreign: Path | None = None) -> LoadedAgent:
    """Return an agent by name, from the first shelf that has it, or by the path of its folder.

    `foreign` is the target repository: an agent is code that is handed tokens, so the target can
    never bring one.

    Raises:
        UsageError: there is none, or it lies in the target repository.
        InvalidFileError: its file has faults.
    """
    folders = [Path(name)] if is_path(name) else [shelf / name for shelf in shelves if name]
    for folder in folders:
        if (folder / AGENT_FILE).is_file():
            _refuse_foreign(folder, foreign)
            return _read(folder, named="" if is_path(name) else name)
    known = sorted(agent_names(shelves))
    hint = suggestion(name, known, listed(known))
    raise UsageError(f"there is no agent {name!r}", hint=hint)


def _refuse_foreign(folder: Path, foreign: Path | None) -> None:
    if foreign is not None and folder.resolve().is_relative_to(foreign.resolve()):
        raise UsageError(
            f"the agent in {folder} belongs to the target repository, which can bring none",
            hint="read it, and copy it to a folder of yours",
        )


def _read(folder: Path, *, named: str) -> LoadedAgent:
    document = read(folder / AGENT_FILE)
    found = Schema(AgentSpec, RESERVED_AGENT_KEYS).read(document)
    spec, faults = found.value, list(found.faults)
    if spec is not None:
        faults += broken_agent_rules(found.document, spec, document.data)
        if named and spec.name != named:
            said = f"{spec.name} is not the folder's name — {named}"
            faults.append(document.fault(("name",), said))
    if faults or spec is None:
        raise InvalidFileError(faults)
    return LoadedAgent(spec, folder.resolve())
