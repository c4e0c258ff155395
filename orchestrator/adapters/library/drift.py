"""What differs between two copies of a playbook's folder."""

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from orchestrator.adapters.library.playbooks import NOT_DIGESTED

MAX_DIFF = 400
"""How many lines of one file's difference are shown."""


def changed_files(old: Path, new: Path) -> tuple[str, ...]:
    """Return the files that differ in content, in mode, or in being there, sorted."""
    before, after = _files(old), _files(new)
    return tuple(
        sorted(
            name
            for name in before.keys() | after.keys()
            if _state(before.get(name)) != _state(after.get(name))
        )
    )


def difference(old: Path, new: Path, name: str) -> Iterator[str]:
    """Return how one file differs, as lines of a unified diff."""
    before, after = _text(old / name), _text(new / name)
    if before is None or after is None:
        yield f"{name}: not text"
        return
    lines = list(unified_diff(before, after, f"run/{name}", f"disk/{name}", lineterm="", n=1))
    yield from lines[:MAX_DIFF]
    if len(lines) > MAX_DIFF:
        yield f"… {len(lines) - MAX_DIFF} more lines"
    if not lines:
        yield f"{name}: its mode has changed"


def _files(folder: Path) -> dict[str, Path]:
    return {
        str(path.relative_to(folder)): path
        for path in folder.rglob("*")
        if path.is_file() and NOT_DIGESTED.isdisjoint(path.relative_to(folder).parts)
    }


def _state(path: Path | None) -> tuple[bytes, int] | None:
    return None if path is None else (path.read_bytes(), path.stat().st_mode & 0o100)


def _text(path: Path) -> list[str] | None:
    try:
        return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    except UnicodeDecodeError:
        return None
