"""This user's runs, playbooks and agents, where they lie."""

from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.run_store import RunStore
from orchestrator.adapters.runs import RunFolder
from orchestrator.errors import LeafcutError
from orchestrator.wiring.folders import Places, data, places

if TYPE_CHECKING:
    from orchestrator.adapters.library.playbooks import Shelf

__all__ = ["Places", "agent_shelves", "chosen_run", "places", "run_store", "shelves"]


def run_store() -> RunStore:
    """Return all runs of this user."""
    return RunStore(places().state)


def chosen_run(name: str | None, *, writing: bool) -> RunFolder:
    """Return a run by name, or the newest of the repository that the person stands in.

    Raises:
        UsageError: there is no such run, or a name is needed.
    """
    if name is not None:
        return run_store().open(name)
    from orchestrator.adapters.git.target import Target

    try:
        here = str(Target.open(Path.cwd()).root)
    except LeafcutError:
        here = None
    return run_store().newest(here, writing=writing)


def shelves() -> "tuple[Shelf, ...]":
    """Return the folders that playbooks are looked for in, in order."""
    from orchestrator.adapters.library.playbooks import Shelf

    return (Shelf("user", places().config / "playbooks"), Shelf("built in", data("playbooks")))


def agent_shelves() -> tuple[Path, ...]:
    """Return the folders that agents are looked for in, in order."""
    return (places().config / "agents", data("agents"))
