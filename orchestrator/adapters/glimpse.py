"""A quick look at runs, for whoever presses Tab: no fold, no validation, nothing heavy imported.

What cannot be read is left out: it is looked at in earnest when the command runs.
"""

import fcntl
import json
import os
import sqlite3
import stat
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LATE = 50
"""How many events before the last one the end of a run is looked for."""
PATIENCE_S = 0.05
BEGINNING = 64 * 1024
"""Bytes of a playbook's file that its title is looked for in."""


@dataclass(frozen=True, slots=True)
class Glimpse:
    """A run as its folder shows it; `created` is in seconds since the epoch."""

    root: Path
    target: str
    created: float

    @property
    def name(self) -> str:
        """The run's id."""
        return self.root.name

    def state(self) -> str:
        """Return how it stands: running, or how it ended; stopped when it did not."""
        if _is_locked(self.root / "lock"):
            return "running"
        query = "SELECT event FROM events ORDER BY sequence DESC LIMIT ?"
        for event in _events(self.root, query, LATE):
            if event.get("event") == "run_ended":
                return str(event.get("state"))
        return "stopped"

    def tasks(self) -> Iterator[tuple[str, str, Sequence[str]]]:
        """Yield the id, the title and the files of each task of the plan, as it was at the start.

        Tasks that came later are missing.
        """
        for task in _json(self.root / "plan.json").get("tasks", ()):
            yield task["id"], task["title"], task["files"]

    def learnings(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the first line of each learning, the newest first."""
        query = "SELECT event FROM events WHERE event LIKE ? ORDER BY sequence DESC"
        for event in _events(self.root, query, '%"learning":{%'):
            said = event.get("learning") or (event.get("added") or {}).get("learning")
            if isinstance(said, dict):
                yield _learning(said)


def _learning(said: dict[str, Any]) -> tuple[str, str]:
    from orchestrator.domain.learnings.learning import Learning, Provenance, Scope

    one = Learning(
        kind=said["kind"],
        text=said["text"],
        signature=said["signature"],
        scope=Scope(paths=tuple(said["scope"]["paths"])),
        provenance=Provenance(source="person", run=""),
    )
    return one.id, one.text.partition("\n")[0]


def glimpses(root: Path) -> list[Glimpse]:
    """Return the runs in a folder, the newest first."""
    found = []
    for path in root.iterdir() if root.is_dir() else ():
        said = _json(path / "run.json")
        if not path.name.startswith(".") and said.get("run") == path.name:
            found.append(Glimpse(path, str(said.get("target")), float(said.get("created", 0))))
    return sorted(found, key=lambda one: one.created, reverse=True)


def title_of(playbook: Path) -> str:
    """Return the title in a playbook's file, "" where it is not on a line of its own."""
    for line in _beginning(playbook).splitlines():
        if line.startswith("title:"):
            return line.removeprefix("title:").strip(" \"'\n")
    return ""


def _beginning(path: Path) -> str:
    """Return what a file begins with.

    A repository may have a link there to what never ends, or to what waits for a writer.
    """
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            whole = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            return file.read(BEGINNING).decode("utf-8", "replace") if whole else ""
    except OSError:
        return ""


def repository_around(folder: Path) -> str | None:
    """Return the working tree that a folder lies in, None where it lies in none."""
    for one in (folder, *folder.parents):
        if (one / ".git").exists():
            return str(one)
    return None


def _events(root: Path, query: str, *values: object) -> Iterator[dict[str, Any]]:
    source = f"file:{root / 'journal.sqlite'}?mode=ro"
    try:
        with closing(sqlite3.connect(source, uri=True, timeout=PATIENCE_S)) as journal:
            for (text,) in journal.execute(query, values):
                said = json.loads(text)
                if isinstance(said, dict):
                    yield said
    except (sqlite3.Error, ValueError):
        return


def _json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_locked(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
