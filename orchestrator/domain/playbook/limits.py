"""How much a run may use, and what a further attempt begins with."""

from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.durations import seconds
from orchestrator.domain.strict import Strict

_AMOUNTS = (
    "budget_usd",
    "task_budget_usd",
    "attempt_budget_usd",
    "tokens",
    "total_attempts",
    "open_slices",
    "open_slices_per_owner",
)
"""Limits of which none at all may be left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Strict):
    """How much a run may use. `attempts` counts tries of one agent at one task.

    `budget_usd`, `tokens`, `total_attempts` and `wall_time` are of the whole run, None is no
    limit; `task_budget_usd` and `attempt_budget_usd` are of each. `requests_per_minute` and
    `tokens_per_minute` bound how fast all agents together ask their models. `open_slices` is how
    many slices may wait for review at once, `open_slices_per_owner` how many of each owner's.
    """

    concurrency: int = 4
    attempts: int = 3
    attempt_timeout: str = "20m"
    budget_usd: float | None = None
    task_budget_usd: float | None = None
    attempt_budget_usd: float | None = None
    tokens: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    total_attempts: int | None = None
    wall_time: str | None = None
    open_slices: int | None = None
    open_slices_per_owner: int | None = None

    def __post_init__(self) -> None:
        """Refuse limits under which nothing could run."""
        seconds(self.attempt_timeout)
        if self.concurrency < 1 or self.attempts < 1:
            message = "concurrency and attempts must be at least 1"
            raise ValueError(message)
        if self.wall_time is not None:
            seconds(self.wall_time)
        for name in ("requests_per_minute", "tokens_per_minute"):
            if (limit := getattr(self, name)) is not None and limit < 1:
                message = f"{name} must be at least 1"
                raise ValueError(message)
        for name in _AMOUNTS:
            if (limit := getattr(self, name)) is not None and limit < 0:
                message = f"{name} must not be negative"
                raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(Strict):
    """What an attempt starts from after a rejected one: a clean tree, or the last change set.

    A codemod that takes back what was held against it wants a clean one.
    """

    seed: Literal["last", "clean"] = "clean"
