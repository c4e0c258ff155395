"""Which sandbox a run uses, and what its commands are given there."""

import sys
from collections.abc import Mapping

from orchestrator.adapters.library.agents import load_agent
from orchestrator.adapters.runs import RunFolder
from orchestrator.adapters.sandbox.choose import choose, not_isolated
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.settings import RunSettings
from orchestrator.domain.staging import stages_of
from orchestrator.ports.sandbox import Sandbox
from orchestrator.wiring.places import agent_shelves

IN_IMAGES = "python3"
"""The Python of an image, where commands do not see Leafcut's own."""


def sandbox_of(
    settings: RunSettings, playbook: Playbook, *, labels: Mapping[str, str] | None = None
) -> Sandbox:
    """Build the sandbox of a run.

    `labels` are those of its containers: what a process that died has left of them is removed, so
    only the run's single writer gives any.

    Raises:
        MissingRequirementError: it does not work here, or its image is not here any more.
        UsageError: an agent with a language model would not be isolated.
    """
    return choose(
        settings.sandbox,
        image=settings.image,
        labels=labels,
        isolated=_isolated(settings, playbook),
    )


def validate_isolation(settings: RunSettings, playbook: Playbook) -> None:
    """See that no agent with a language model would work on the bare machine.

    Raises:
        UsageError: one would, and nobody has said that it may.
    """
    if settings.sandbox == "local" and _isolated(settings, playbook):
        raise not_isolated()


def _isolated(settings: RunSettings, playbook: Playbook) -> bool:
    return thinking(playbook) and not settings.unsafe_local


def thinking(playbook: Playbook) -> bool:
    """Say whether an agent with a language model is in any of a playbook's ladders."""
    return any(load_agent(name, agent_shelves()).spec.thinks for name in agents_of(playbook))


def agents_of(playbook: Playbook) -> tuple[str, ...]:
    """Return the agents of all of a playbook's ladders, each once."""
    stages = (name for _, stage in stages_of(playbook) for name in stage.agents)
    return tuple(dict.fromkeys((*playbook.agents, *stages)))


def containers_of(folder: RunFolder) -> dict[str, str]:
    """Return the labels of a run's containers: its name, and where it lies, for names recur."""
    return {"run": folder.name, "folder": str(folder.root)}


def interpreter(sandbox: Sandbox) -> str:
    """Return the Python that commands of a sandbox are given."""
    return IN_IMAGES if sandbox.name == "docker" else sys.executable
