"""Where this user's files lie; no more than paths, so that a command can ask at its start."""

import os
from dataclasses import dataclass
from pathlib import Path


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


def data(kind: str) -> Path:
    """Return where data files lie: in the package when installed, beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "_library" / kind
    return installed if installed.is_dir() else package.parent / kind
