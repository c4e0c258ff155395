"""The config file in a target's working tree: read and written without following a link."""

import os
from pathlib import Path

from orchestrator.errors import InvalidInputError

FOLDER, NAME = ".leafcut", "config.toml"
LARGEST = 1024 * 1024
"""Bytes of a config file that is read."""


def place(root: Path) -> Path:
    """Return where a target's config file lies."""
    return root / FOLDER / NAME


def read(root: Path) -> str | None:
    """Return its text, None where there is none.

    Raises:
        InvalidInputError: a link stands in its place, it is too large, or no text.
    """
    path = place(root)
    for part in (path.parent, path):
        if part.is_symlink():
            raise InvalidInputError(f"{part} is a symbolic link", hint="put the file itself there")
    if not path.exists():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInputError(f"{path} is larger than 1 MiB", hint="is it a config file?")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"{path} cannot be read: {error}") from error


def write(root: Path, text: str, *, before: str | None) -> Path:
    """Put a text in its place, whole or not at all; return the path.

    `before` is what was read.

    Raises:
        InvalidInputError: somebody has changed it since, or it cannot be written.
    """
    path = place(root)
    if read(root) != before:
        raise InvalidInputError(f"{path} has changed meanwhile", hint="leafcut init")
    staged = path.with_name(f"{NAME}.{os.getpid()}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        try:
            staged.write_text(text, encoding="utf-8")
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be written: {error.strerror}") from error
    return path
