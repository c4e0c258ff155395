"""What to do next. Pure: the engine performs the actions and records what happened.

List scheduling by longest remaining path (Graham, "Bounds on Multiprocessing Timing Anomalies",
1969): any order is within 2 - 1/m of optimal, the critical path first is the practical best.
"""

from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.events import PlanChanged, RunEnd
from orchestrator.domain.leftovers import follow_up
from orchestrator.domain.propagation import next_change
from orchestrator.domain.run import Run


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the engine may use: how many attempts at once, and whether it is to wind down.

    `unread` are landed tasks whose files' imports are being read again: what waited for them waits
    a moment longer, since it may have to wait for others, too.
    """

    attempts: int
    stopping: bool = False
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """Send a task to an agent; `number` counts all attempts at the task from 1."""

    task: str
    number: int
    agent: str


@dataclass(frozen=True, slots=True)
class StartLanding:
    """Combine and check the candidates of these tasks, in this order."""

    batch: int
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckHead:
    """Run all checks on the integration head, and take back what made it red."""

    head: str


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """Record that the tasks that are still to do are others now."""

    change: PlanChanged


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is left to do, or nothing may be done."""

    state: RunEnd
    reason: str = ""


Action: TypeAlias = StartAttempt | StartLanding | ChangePlan | CheckHead | End


def decide(run: Run, capacity: Capacity) -> list[Action]:
    """Return the actions that the state and the capacity call for, most urgent first."""
    if run.fault or capacity.stopping:
        waits = run.busy or run.landing or run.checking_head
        return [] if waits else [End("stopped", run.fault or "stopped by a person")]
    if change := next_change(run) or follow_up(run):
        return [ChangePlan(change)]
    attempts = _attempts(run, capacity)
    actions: list[Action] = [*_landing(run, starting=len(attempts)), *attempts]
    if not actions and run.idle and not capacity.unread:
        unseen = run.policy.affected and run.verified != run.head and not run.red_head
        actions.append(CheckHead(run.head) if unseen else _end(run))
    return actions


def _landing(run: Run, *, starting: int) -> list[Action]:
    if run.landing is not None or not run.queue:
        return []
    if run.policy.fill_batches and len(run.queue) < run.pace.batch:
        startable = starting or (run.busy and run.ready and not _limit_reached(run))
        if startable and not _frees_urgent(run, starting):
            return []
    return [StartLanding(run.batches + 1, tuple(run.queue[: run.pace.batch]))]


def _frees_urgent(run: Run, starting: int) -> bool:
    """Say whether landing the queue frees a task that goes before all that then still is ready.

    A full batch saves checks; making the longest path wait for it would cost the whole run.
    """
    left = run.ready[starting : starting + 1]
    most_urgent = -left[0][0] if left else 0.0
    return any(
        run.by_id[one].priority > most_urgent and run.unmet(one).issubset(run.queue)
        for task in run.queue
        for one in run.dependents(task)
    )


def _attempts(run: Run, capacity: Capacity) -> list[Action]:
    if _limit_reached(run):
        return []
    free = min(capacity.attempts, run.pace.attempts) - run.busy
    fresh = None if run.policy.max_tasks is None else run.policy.max_tasks - run.tried
    actions: list[Action] = []
    for _, task in run.ready:
        if len(actions) >= free:
            break
        if task in run.spreading or not capacity.unread.isdisjoint(run.by_id[task].depends_on):
            continue
        status = run.tasks[task]
        if status.attempts == 0 and fresh is not None:
            if fresh <= 0:
                continue
            fresh -= 1
        actions.append(StartAttempt(task, status.attempts + 1, run.agent_of(task)))
    return actions


def _limit_reached(run: Run) -> bool:
    budget = run.policy.budget_usd
    return budget is not None and run.cost_usd > 0 and run.cost_usd >= budget


def _end(run: Run) -> End:
    if run.ready:
        spent = _limit_reached(run)
        reason = "the budget is spent" if spent else f"{run.policy.max_tasks} tasks were asked for"
        return End("incomplete", reason)
    if run.red_head:
        return End("incomplete", run.red_head)
    failed, blocked = run.counts["failed"], run.counts["blocked"]
    if failed or blocked:
        return End("incomplete", f"{failed} failed, {blocked} blocked")
    return End("done")
