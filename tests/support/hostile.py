"""What hostile agents leave behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.git import files

DEEP = 1500
"""Folders in each other: more than Python's stack holds, and too many for a path."""


@contextmanager
def nested(folder: Path, depth: int = DEEP) -> Iterator[None]:
    """Put folders into each other that no path reaches the last of.

    Those that are still there at the end, be it in a folder beside, go: pytest cannot remove them.
    """
    descriptor = os.open(folder, os.O_DIRECTORY)
    for _ in range(depth):
        os.mkdir("deeper", dir_fd=descriptor)
        inner = os.open("deeper", os.O_DIRECTORY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
    try:
        yield
    finally:
        for found in list(folder.parent.glob("*/deeper")):
            files.remove(os.fsencode(found))
