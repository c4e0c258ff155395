"""A plan that changes while it is run."""

from dataclasses import dataclass
from typing import Literal

from orchestrator.domain.events.landings import Landed, LandingEnded
from orchestrator.domain.plan import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChanged:
    """The tasks that are still to do are others now; which ones, and why.

    `added` are new, `changed` have the id of a task that they take the place of. `absorbed` pairs a
    task that is over with the one that took its files, on which its dependents wait from now on.
    `seeds` pairs a task with the commit of the change set that it goes on from. `given_up` are
    tasks that fail, and why, `gone` those that are over because there is nothing left to change.
    `turns` pairs a task with the position, in its ladder, of the agent that begins.
    """

    reason: str
    added: tuple[Task, ...] = ()
    changed: tuple[Task, ...] = ()
    absorbed: tuple[tuple[str, str], ...] = ()
    seeds: tuple[tuple[str, str], ...] = ()
    given_up: tuple[tuple[str, str], ...] = ()
    gone: tuple[tuple[str, str], ...] = ()
    turns: tuple[tuple[str, int], ...] = ()
    event: Literal["plan_changed"] = "plan_changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseUpdated:
    """The run stands on another commit of the target, with what had landed replayed on it.

    The integration branch went from `left` to `head`. `landings` are how the replayed commits came
    there, `undone` the landed tasks that have none any more, and why. `plan_hash` is that of the
    plan with the tasks as they are from now on. `selected` are files that are new and in no task.
    """

    base: str
    left: str
    head: str
    plan_hash: str
    plan: PlanChanged
    landings: tuple[LandingEnded, ...] = ()
    undone: tuple[tuple[str, str], ...] = ()
    selected: tuple[str, ...] = ()
    event: Literal["base_updated"] = "base_updated"

    @property
    def landed(self) -> tuple[Landed, ...]:
        """The replayed commits, in order."""
        return tuple(landed for landing in self.landings for landed in landing.landed)
