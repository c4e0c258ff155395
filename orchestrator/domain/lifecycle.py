"""A task's life: the states and the one table of transitions between them."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

TaskState: TypeAlias = Literal[
    "pending",
    "ready",
    "held",
    "working",
    "checking",
    "queued",
    "landed",
    "unchanged",
    "failed",
    "blocked",
    "skipped",
]

STATES: tuple[TaskState, ...] = (
    "pending",
    "ready",
    "held",
    "working",
    "checking",
    "queued",
    "landed",
    "unchanged",
    "failed",
    "blocked",
    "skipped",
)

TRANSITIONS: Mapping[TaskState, frozenset[TaskState]] = {
    "pending": frozenset({"ready", "held", "blocked", "skipped"}),
    "ready": frozenset({"working", "held", "pending", "failed"}),
    "held": frozenset({"ready", "pending"}),
    "working": frozenset({"checking", "ready", "queued", "unchanged", "failed"}),
    "checking": frozenset({"queued", "ready", "unchanged", "failed"}),
    "queued": frozenset({"landed", "ready", "failed", "pending"}),
    "landed": frozenset(),
    "unchanged": frozenset(),
    "failed": frozenset({"ready", "pending"}),
    "blocked": frozenset({"pending"}),
    "skipped": frozenset({"ready"}),
}
"""Every change of state that there is; see docs/architecture.md for the picture."""

SATISFYING: frozenset[TaskState] = frozenset({"landed", "unchanged", "skipped"})
"""States that let dependents start."""

BUSY: frozenset[TaskState] = frozenset({"working", "checking"})
"""States that hold one of the run's attempt slots."""

STANDING: frozenset[TaskState] = frozenset(
    {"pending", "ready", "held", "blocked", "failed", "queued"}
)
"""States in which a task may still become another one: it is not over, and nobody is at it."""

ENDED: frozenset[TaskState] = frozenset({"landed", "unchanged", "failed", "blocked", "skipped"})
"""States that nothing leaves without a person."""
