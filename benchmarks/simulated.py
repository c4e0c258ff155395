"""A run in simulated time: the real decisions and the real fold, without threads, git or journal.

A discrete-event simulation. An attempt takes as long as its task costs (1.0 is one average file)
and is accepted; a landing takes as long as its checks: those of a batch's commits run at the same
time, as many at once as there are workers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from itertools import count
from typing import Protocol

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    Event,
    Landed,
    LandingEnded,
    LandingStarted,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Verify
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import (
    Action,
    Capacity,
    StartAttempt,
    StartLanding,
    decide,
)

CHECK = 0.05
"""How long the checks of one tree take at landing; an attempt at an average file takes 1.0."""


class Order(Protocol):
    """Which tasks start, where it is not for `decide` to say."""

    def instead(self, run: Run, actions: Sequence[Action]) -> Sequence[Action]:
        """Return the actions to perform in the place of those that were decided on."""
        ...

    def landed(self, run: Run, tasks: Iterable[str]) -> None:
        """Learn what has landed."""
        ...


class LongestFirst:
    """Leafcut's own order: what `decide` says."""

    def instead(self, _: Run, actions: Sequence[Action]) -> Sequence[Action]:
        """Return the actions as they are."""
        return actions

    def landed(self, _: Run, __: Iterable[str]) -> None:
        """Need nothing: the run knows."""


class FirstCome:
    """Tasks in the order in which they became ready; with `waves`, a layer after the other."""

    def __init__(self, plan: Plan, *, waves: bool) -> None:
        """Begin with the tasks that need nothing, in the plan's order."""
        self._layer = {task.id: task.layer if waves else 0 for task in plan.tasks}
        self._left = Counter(self._layer.values())
        self._waiting: list[tuple[int, int, str]] = []
        self._arrivals = count()
        self._came: set[str] = set()
        for task in plan.tasks:
            if not task.depends_on:
                self._arrive(task.id)

    def instead(self, run: Run, actions: Sequence[Action]) -> Sequence[Action]:
        """Return as many attempts, or as many as the layer has."""
        attempts = sum(isinstance(action, StartAttempt) for action in actions)
        others = [action for action in actions if not isinstance(action, StartAttempt)]
        now = min((layer for layer, left in self._left.items() if left), default=0)
        chosen: list[Action] = []
        while len(chosen) < attempts and self._waiting and self._waiting[0][0] == now:
            task = heappop(self._waiting)[2]
            chosen.append(StartAttempt(task, 1, run.agent_of(task)))
        return [*others, *chosen]

    def landed(self, run: Run, tasks: Iterable[str]) -> None:
        """Let those come that became ready."""
        for task in tasks:
            self._left[self._layer[task]] -= 1
            for dependent in sorted(run.dependents(task)):
                if run.tasks[dependent].state == "ready" and dependent not in self._came:
                    self._arrive(dependent)

    def _arrive(self, task: str) -> None:
        self._came.add(task)
        heappush(self._waiting, (self._layer[task], next(self._arrivals), task))


def makespan(plan: Plan, workers: int, verify: Verify, order: Order) -> float:
    """Return when the last of the plan's tasks has landed."""
    run = Run(plan, Policy(agents=("codemod",), concurrency=workers, fill_batches=verify == "head"))
    due: list[tuple[float, int, Event]] = []
    numbers, now = count(), 0.0
    while run.counts["landed"] < len(plan.tasks):
        for action in order.instead(run, decide(run, Capacity(workers))):
            intent, result, duration = _performed(run, action, workers, verify)
            apply(run, intent)
            heappush(due, (now + duration, next(numbers), result))
        now, _, event = heappop(due)
        apply(run, event)
        if isinstance(event, LandingEnded):
            order.landed(run, [one.task for one in event.landed])
    return now


def _performed(
    run: Run, action: Action, workers: int, verify: Verify
) -> tuple[Event, Event, float]:
    """Return an action's intent, its result, and how long it takes."""
    if isinstance(action, StartAttempt):
        task, number = action.task, action.number
        intent = AttemptStarted(
            task=task, number=number, agent=action.agent, base=run.head, token=task
        )
        result = AttemptResult(
            task=task, number=number, token=task, outcome="accepted", change_hash=task
        )
        return intent, AttemptEnded(result=result), run.by_id[task].cost
    if isinstance(action, StartLanding):
        landed = tuple(
            Landed(task=task, commit=task, checked=task, files=()) for task in action.tasks
        )
        rounds = -(-len(landed) // workers) if verify == "commit" else 1
        return (
            LandingStarted(batch=action.batch, head=run.head, tasks=action.tasks),
            LandingEnded(batch=action.batch, head=action.tasks[-1], landed=landed),
            rounds * CHECK,
        )
    message = f"{action} before every task has landed"
    raise ValueError(message)
