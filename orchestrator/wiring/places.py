"""Where this user's runs, caches, playbooks and agents lie."""

import os
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.git.target import Target
from orchestrator.adapters.library.playbooks import Shelf
from orchestrator.adapters.run_store import RunStore
from orchestrator.adapters.runs import RunFolder
from orchestrator.errors import LeafcutError

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Places:
    """Where Leafcut keeps things of this user's."""

    state: Path
    cache: Path
    config: Path


def places() -> Places:
    """Return the user's folders; `LEAFCUT_HOME` moves state and cache together."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "leafcut"
    if own := os.environ.get("LEAFCUT_HOME"):
        return Places(Path(own) / "runs", Path(own) / "cache", config)
    state = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Places(state / "leafcut" / "runs", cache / "leafcut", config)


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
    try:
        here = str(Target.open(Path.cwd()).root)
    except LeafcutError:
        here = None
    return run_store().newest(here, writing=writing)


def shelves() -> tuple[Shelf, ...]:
    """Return the folders that playbooks are looked for in, in order."""
    return (Shelf("user", places().config / "playbooks"), Shelf("built in", _data("playbooks")))


def agent_shelves() -> tuple[Path, ...]:
    """Return the folders that agents are looked for in, in order."""
    return (places().config / "agents", _data("agents"))


def _data(kind: str) -> Path:
    """Return where data files lie: in the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "_library" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind
