"""What hostile agents leave behind."""

import os
from pathlib import Path

DEEP = 1500
"""Folders in each other: more than Python's stack holds, and too many for a path."""


def nest(folder: Path, depth: int = DEEP) -> None:
    """Put folders into each other that no path reaches the last of."""
    descriptor = os.open(folder, os.O_DIRECTORY)
    for _ in range(depth):
        os.mkdir("deeper", dir_fd=descriptor)
        inner = os.open("deeper", os.O_DIRECTORY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(descriptor)
