"""What to do next. Pure: the engine performs the actions and records what happened.

List scheduling by longest remaining path (Graham, "Bounds on Multiprocessing Timing Anomalies",
1969): any order is within 2 - 1/m of optimal, the critical path first is the practical best.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from orchestrator.domain import checkpoints, parking, spending
from orchestrator.domain.events import PlanChanged, RunEnd
from orchestrator.domain.leftovers import follow_up
from orchestrator.domain.propagation import next_change
from orchestrator.domain.run import Run


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the engine may use: how many attempts at once, and whether it is to wind down.

    `unread` are landed tasks whose files' imports are being read again: what waited for them waits
    a moment longer, since it may have to wait for others, too. `elapsed_s` is how long the run has
    worked, in seconds, in this process and those before; `now` is in seconds since the epoch.
    """

    attempts: int
    stopping: bool = False
    unread: frozenset[str] = frozenset()
    elapsed_s: float = 0.0
    now: float = 0.0


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """Send a task to an agent; `number` counts all attempts at the task from 1."""

    task: str
    number: int
    agent: str
    trial: bool = False


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
class Unpark:
    """Record that an agent may be started again."""

    agent: str


BY_A_PERSON = "stopped by a person"
"""Why a run ended that somebody has stopped."""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing is left to do, or nothing may be done."""

    state: RunEnd
    reason: str = ""
    checkpoint: str = ""


Action: TypeAlias = StartAttempt | StartLanding | ChangePlan | CheckHead | Unpark | End


def decide(run: Run, capacity: Capacity) -> list[Action]:
    """Return the actions that the state and the capacity call for, most urgent first.

    There are none for a paused run in which nothing is left to land: it waits for a person.
    """
    if run.fault or capacity.stopping:
        waits = run.busy or run.landing or run.checking_head
        return [] if waits else [End("stopped", run.fault or BY_A_PERSON)]
    if agents := parking.over(run, capacity.now):
        return [Unpark(agent) for agent in agents]
    if change := next_change(run) or follow_up(run):
        return [ChangePlan(change)]
    if run.checking_head is not None:
        return []
    if run.rebased and not run.busy and run.landing is None:
        return [CheckHead(run.head)]
    possible = iter(()) if run.paused else _attempts(run, capacity, away=run.parked_until.keys())
    free = min(capacity.attempts, run.pace.attempts) - run.busy
    attempts = list(islice(possible, max(0, free)))
    more_to_come = bool(attempts) or (run.busy > 0 and next(possible, None) is not None)
    landing = _landing(run, starting=len(attempts), more_to_come=more_to_come)
    actions: list[Action] = [*landing, *attempts]
    if not actions and run.idle and not capacity.unread and not run.paused:
        actions += _idle(run, capacity)
    return actions


def _idle(run: Run, capacity: Capacity) -> list[Action]:
    """Return how a run goes on in which nothing is under way and nothing can be begun now."""
    if parking.parked(run) or (run.parked_until and any(_attempts(run, capacity, away=()))):
        why = parking.too_long(run, capacity.now, capacity.elapsed_s)
        return [End("stopped", why)] if why else []
    unseen = run.policy.affected and run.verified != run.head and not run.red_head
    return [CheckHead(run.head) if unseen else _end(run, capacity)]


def _landing(run: Run, *, starting: int, more_to_come: bool) -> list[Action]:
    if run.landing is not None or not run.queue:
        return []
    filling = run.policy.fill_batches and len(run.queue) < run.pace.batch and more_to_come
    if filling and not _frees_urgent(run, starting):
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


def _attempts(run: Run, capacity: Capacity, *, away: Iterable[str]) -> Iterator[StartAttempt]:
    """Return the attempts that may be made, most urgent first, however many slots there are.

    The agents that are `away` make none.
    """
    of, tasks = _work(run)
    left = None if run.policy.max_tasks is None else run.policy.max_tasks - run.tried
    planned: Counter[str] = Counter()
    refused = set(away)
    for task in tasks:
        if of is run and _is_unsettled(run, task, capacity):
            continue
        status, agent = of.tasks[task], of.agent_of(task)
        fresh = status.attempts == 0 and of is run
        if agent in refused or (fresh and left is not None and left <= 0):
            continue
        if spending.shortage(run, capacity.elapsed_s, agent, planned):
            refused.add(agent)
            if refused.issuperset(run.all_agents):
                return
            continue
        planned[agent] += 1
        if fresh and left is not None:
            left -= 1
        yield StartAttempt(task, status.attempts + 1, agent, trial=of is not run)


def _is_unsettled(run: Run, task: str, capacity: Capacity) -> bool:
    """Say whether what a task is about, or what it waits for, is about to change."""
    return task in run.spreading or not capacity.unread.isdisjoint(run.by_id[task].depends_on)


def _work(run: Run) -> tuple[Run, Iterator[str]]:
    """Return what is worked on, the sample's trial or the run itself, and what may start of it."""
    if run.trial is not None and checkpoints.in_trial(run):
        return run.trial, (task for _, task in run.trial.ready)
    return run, checkpoints.startable(run)


def _end(run: Run, capacity: Capacity) -> End:
    of, tasks = _work(run)
    startable = next(tasks, None)
    if startable is not None:
        short = spending.shortage(run, capacity.elapsed_s, of.agent_of(startable), {})
        return End("incomplete", short or _asked_for(run.policy.max_tasks or 0))
    if run.red_head:
        return End("incomplete", run.red_head)
    if checkpoint := checkpoints.standing(run):
        return End("waiting", f"checkpoint {checkpoint}", checkpoint)
    if held := run.counts["held"]:
        return End("waiting", f"{held} held by a person")
    failed, blocked = run.counts["failed"], run.counts["blocked"]
    if failed or blocked:
        return End("incomplete", f"{failed} failed, {blocked} blocked")
    return End("done")


def _asked_for(tasks: int) -> str:
    return "1 task was asked for" if tasks == 1 else f"{tasks} tasks were asked for"
