"""A task's life: the states and the one table of transitions between them."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

TaskState: TypeAlias = Literal[
    "pending",
    "ready",
    "held",
    "working",
    "checking",
    "parked",
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
    "parked",
    "queued",
    "landed",
    "unchanged",
    "failed",
    "blocked",
    "skipped",
)

TRANSITIONS: Mapping[TaskState, frozenset[TaskState]] = {
    "pending": frozenset({"ready", "held", "failed", "blocked", "skipped"}),
    "ready": frozenset({"working", "held", "pending", "failed", "skipped"}),
    "held": frozenset({"ready", "pending", "failed", "skipped"}),
    "working": frozenset({"checking", "ready", "held", "parked", "queued", "unchanged", "failed"}),
    "checking": frozenset({"queued", "ready", "held", "unchanged", "failed"}),
    "parked": frozenset({"ready", "held", "pending", "skipped"}),
    "queued": frozenset({"landed", "ready", "held", "failed", "pending"}),
    "landed": frozenset(),
    "unchanged": frozenset(),
    "failed": frozenset({"ready", "held", "pending", "skipped"}),
    "blocked": frozenset({"pending", "skipped"}),
    "skipped": frozenset({"ready", "held", "pending"}),
}
"""Every change of state that there is; see docs/architecture.md for the picture."""

SATISFYING: frozenset[TaskState] = frozenset({"landed", "unchanged", "skipped"})
"""States that let dependents start."""

BUSY: frozenset[TaskState] = frozenset({"working", "checking"})
"""States that hold one of the run's attempt slots."""

STANDING: frozenset[TaskState] = frozenset(
    {"pending", "ready", "held", "parked", "blocked", "failed", "queued"}
)
"""States in which a task may still become another one: it is not over, and nobody is at it."""

ENDED: frozenset[TaskState] = frozenset({"landed", "unchanged", "failed", "blocked", "skipped"})
"""States that nothing leaves without a person."""
