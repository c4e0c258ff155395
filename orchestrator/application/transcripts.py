"""The transcripts of attempts that have ended, for the strategy that tells everyone everything."""

import os
from pathlib import Path

from orchestrator.domain.learnings.room import characters
from orchestrator.domain.markdown import block, code

SUFFIX = ".told"
MOST_FILES = 50
"""How many transcripts are opened at most."""
SHORTEST = 200
"""How many characters of a transcript are worth telling."""


def keep(folder: Path, name: str, text: str) -> None:
    """Keep what others may be told of an attempt; `name` is that of its transcript."""
    staged = folder / f".{name}.new"
    staged.write_text(text, encoding="utf-8", errors="replace")
    os.replace(staged, folder / f"{name}{SUFFIX}")


def of_others(folder: Path, task: str, max_tokens: int) -> str:
    """Return the transcripts of other tasks' attempts, the newest first, as quoted Markdown.

    All of it has at most `max_tokens`, at four characters a token; of what is longer the end is
    told.
    """
    room = characters(max_tokens)
    parts: list[str] = []
    for path in _newest(folder, task)[:MOST_FILES]:
        text = path.read_text(encoding="utf-8", errors="replace")
        head = f"{code(path.stem)}:\n"
        if room - len(head) < SHORTEST:
            break
        part = _within(head, text, room)
        parts.append(part)
        room -= len(part) + 2
    return "\n\n".join(parts)


def _within(head: str, text: str, room: int) -> str:
    """Return a quoted text that fits; what is escaped or fenced takes room of its own."""
    kept = text if len(text) <= room else f"…{text[-room:]}"
    while len(whole := f"{head}{block(kept)}") > room and kept:
        kept = f"…{kept[len(kept) // 4 + 2 :]}" if len(kept) > SHORTEST // 4 else ""
    return whole


def _newest(folder: Path, task: str) -> list[Path]:
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        found = [
            (entry.stat().st_mtime_ns, entry.name)
            for entry in entries
            if entry.name.endswith(SUFFIX) and not entry.name.startswith((".", f"{task}-"))
        ]
    return [folder / name for _, name in sorted(found, reverse=True)]
