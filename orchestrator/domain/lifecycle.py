"""A task's life: the states and the one table of transitions between them."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

TaskState: TypeAlias = Literal[
    "pending",
    "ready",
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
    "pending": frozenset({"ready", "blocked"}),
    "ready": frozenset({"working", "failed"}),
    "working": frozenset({"checking", "ready", "queued", "unchanged", "failed"}),
    "checking": frozenset({"queued", "ready", "failed"}),
    "queued": frozenset({"landed", "ready", "failed"}),
    "landed": frozenset(),
    "unchanged": frozenset(),
    "failed": frozenset({"ready"}),
    "blocked": frozenset({"pending", "ready"}),
    "skipped": frozenset({"ready"}),
}
"""Every change of state that there is; see docs/architecture.md for the picture."""

SATISFYING: frozenset[TaskState] = frozenset({"landed", "unchanged", "skipped"})
"""States that let dependents start."""

BUSY: frozenset[TaskState] = frozenset({"working", "checking"})
"""States that hold one of the run's attempt slots."""

ENDED: frozenset[TaskState] = frozenset({"landed", "unchanged", "failed", "blocked", "skipped"})
"""States that nothing leaves without a person."""
