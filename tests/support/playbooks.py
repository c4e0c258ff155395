"""Playbook files for tests."""

from pathlib import Path

AGENTS = Path(__file__).parents[2] / "agents"

MINIMAL = """\
version: 1
name: p
title: A playbook
find: {regex: [x]}
codemod: {run: "true"}
"""


def write_playbook(folder: Path, text: str | bytes = MINIMAL) -> Path:
    """Write a playbook.yaml into a folder that may not be there yet; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    content = text.encode() if isinstance(text, str) else text
    (folder / "playbook.yaml").write_bytes(content)
    return folder
