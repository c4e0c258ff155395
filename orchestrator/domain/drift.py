"""A playbook that was edited while a run of it waits: what may change, and what follows."""

from typing import Any

from orchestrator.domain.playbook import Playbook

PLANNED_BY = (
    "name",
    "params",
    "select",
    "find",
    "strategy",
    "migrate",
    "scaffold.files",
    "teardown.files",
    "graph",
    "partition",
    "environment",
)
"""Keys that the plan and the run's images were made from: other values would need another run."""

CHECKED_BY = ("checks", "setup")
"""Keys that what the checks said of the base commit depends on."""


def replans(old: Playbook, new: Playbook) -> tuple[str, ...]:
    """Return the changed keys that a run cannot take over, because its plan was made from them."""
    return _differing(old, new, PLANNED_BY)


def rechecks(old: Playbook, new: Playbook) -> bool:
    """Say whether the baseline has to be taken again."""
    return bool(_differing(old, new, CHECKED_BY))


def _differing(old: Playbook, new: Playbook, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(key for key in keys if _at(old, key) != _at(new, key))


def _at(value: Any, dotted: str) -> Any:
    for name in dotted.split("."):
        value = getattr(value, name, None)
    return value
