"""Caches and by-products that tools leave in a tree; they are never part of a change set."""

LITTER_FOLDERS: frozenset[str] = frozenset(
    {
        "__pycache__",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".hypothesis",
        ".tox",
        ".nox",
        ".eggs",
        "node_modules",
        ".gradle",
    }
)
LITTER_SUFFIXES: tuple[str, ...] = (".pyc", ".pyo", ".egg-info", ".swp", ".orig", ".rej")


def is_litter(path: str) -> bool:
    """Say whether an untracked path (parts divided by `/`) is nothing anyone would commit."""
    parts = path.split("/")
    return any(part in LITTER_FOLDERS or part.endswith(LITTER_SUFFIXES) for part in parts)
