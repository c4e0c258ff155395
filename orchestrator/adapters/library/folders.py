"""How agents are named, and which paths lie inside a folder of the library."""

from pathlib import PurePosixPath

AGENT_FILE = "agent.yaml"


def is_path(name: str) -> bool:
    """Say whether an agent is named by its folder; a bare name is only looked for on shelves.

    So a folder of the target repository that happens to have an agent's name is never taken.
    """
    return "/" in name


def leaves(path: str) -> bool:
    """Say whether a relative path could lead out of the folder that it is relative to."""
    return not path or path.startswith(("/", "~")) or ".." in PurePosixPath(path).parts
