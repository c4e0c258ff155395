"""The state of a run: where every task stands, what is ready, what waits for landing.

A `Run` changes only by the events that `orchestrator.domain.fold` takes in, and a task's state
only by `Run.change`, which looks every change up in `lifecycle.TRANSITIONS`. Nothing here knows
time, disk or processes, so replaying a journal always gives the same state.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import FREE
from orchestrator.domain.events import (
    BaselineTaken,
    LandingLooked,
    LandingStarted,
    RunEnded,
    RunStarted,
)
from orchestrator.domain.headroom import Headroom
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.lifecycle import BUSY, ENDED, SATISFYING, TRANSITIONS, TaskState
from orchestrator.domain.pace import Pace
from orchestrator.domain.plan import NO_OCCURRENCE, Plan, Task
from orchestrator.domain.policy import Policy
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.synthesis.rule import Rule
from orchestrator.domain.tally import Tally

FRESH: Mapping[str, Any] = {
    "agent_index": 0,
    "agent_attempts": 0,
    "sent_back": 0,
    "refused": frozenset(),
    "overloads": 0,
    "candidate": None,
    "blocked_by": (),
}
"""What is forgotten of a task that gets a fresh start."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A change set, `commit`, that breaks selected `files` outside of its task."""

    files: tuple[str, ...]
    commit: str


class Run:
    """The fold's accumulator: read its attributes between events, and leave changing to the fold.

    `by_id` has the tasks as they are now; `plan` is what the run began with. `ready` is sorted by
    priority, `queue` and `under_way` by arrival. `base` is the commit that the run stands on,
    `head` the integration branch's, `left` its head before the base was last updated, `verified`
    the last one that all checks have seen, where landings run only some of them. `holders` has for
    each selected file the last task that was to change it, "" for none; `spreading` the change sets
    that wait to take other tasks in. `left_over` has the landed tasks that left occurrences for
    the next agent.
    `on_hold` says why a task may not start, `canaries` has the tasks that wait for another to land
    before they are tried again, `prices` the most that one attempt of each agent has used. `trial`
    is a run of the sample alone, on the base, of which nothing lands. `parked_until` has the agents
    that may not be started, with the time, in seconds since the epoch, at which they may be again;
    `strikes` how often in a row each has met a limit, `headroom` what the last attempt of each that
    ended was told is left of limits; `agents` what each has done. A run
    is `rebased` while no check has seen what landed before its checks were changed. `ledger` has
    what attempts share, `degraded` says why that arrives late, empty while it does not. `rules` are
    those that people have applied, the oldest first. While it is `paused` no attempt begins.
    `looks` are those at the batch under check, from the first red one on.
    """

    def __init__(self, plan: Plan, policy: Policy) -> None:
        """Start with every task pending and those without dependencies ready."""
        self.plan = plan
        self.policy = policy
        self.by_id: dict[str, Task] = {}
        self.tasks: dict[str, TaskStatus] = {}
        self.counts: Counter[TaskState] = Counter()
        self.under_way: dict[str, None] = {}
        self.ready: list[tuple[float, str]] = []
        self.queue: list[str] = []
        self.on_hold: dict[str, str] = {}
        self.approved: set[str] = set()
        self.canaries: dict[str, tuple[str, ...]] = {}
        self.sample: frozenset[str] = frozenset()
        self.has_scaffold = False
        self.trial: Run | None = None
        self.prices: dict[str, Usage] = dict(FREE)
        self.agents: dict[str, Tally] = {}
        self.parked_until: dict[str, float] = {}
        self.strikes: dict[str, int] = {}
        self.headroom: dict[str, tuple[Headroom, ...]] = {}
        self.pace = Pace.of(policy)
        self.paused = False
        self.landing: LandingStarted | None = None
        self.looks: tuple[LandingLooked, ...] = ()
        self.batches = 0
        self.started: RunStarted | None = None
        self.baseline: BaselineTaken | None = None
        self.objected: set[str] = set()
        self.ended: RunEnded | None = None
        self.base = plan.base
        self.head = plan.base
        self.left: str | None = None
        self.tried = 0
        self.attempts = 0
        self.tokens = 0
        self.cost_usd = 0.0
        self.fault = ""
        self.verified = plan.base
        self.checking_head: str | None = None
        self.red_head = ""
        self.holders = {one.file: "" for one in plan.untouched if one.reason == NO_OCCURRENCE}
        self.spreading: dict[str, Spread] = {}
        self.left_over: dict[str, None] = {}
        self.rebased = False
        self.ledger = Ledger()
        self.degraded = ""
        self.rules: tuple[Rule, ...] = ()
        self._dependents: dict[str, set[str]] = {}
        self._waiting: dict[str, set[str]] = {}
        self.add(plan.tasks)

    @property
    def busy(self) -> int:
        """How many attempts are under way."""
        return len(self.under_way) + (self.trial.busy if self.trial else 0)

    @property
    def agents_at_work(self) -> list[str]:
        """Return the agent of each attempt under way."""
        own = [self.agent_of(task) for task in self.under_way]
        return own + (self.trial.agents_at_work if self.trial else [])

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing waits for landing."""
        landing = self.landing is not None or self.checking_head is not None
        return not (self.busy or self.queue or landing)

    def agent_of(self, task: str) -> str:
        """Return the agent whose turn it is: the one that a person chose, or the ladder's."""
        status = self.tasks[task]
        return status.agent or self.ladder(task)[status.agent_index]

    def whose(self, task: str, token: str) -> "Run":
        """Return the run that an attempt belongs to: the trial, when its token is from there."""
        trial = self.trial
        known = trial is not None and task in trial.tasks and trial.tasks[task].token == token
        return trial if trial is not None and known else self

    def ladder(self, task: str) -> tuple[str, ...]:
        """Return the agents that may try a task, in order: rules that people applied come first."""
        stage = self.by_id[task].stage
        agents = self.policy.ladder(stage)
        if not self.rules or stage != "migrate":
            return agents
        return (*(rule.agent for rule in self.rules), *agents)

    @property
    def all_agents(self) -> frozenset[str]:
        """The agents of all ladders."""
        return self.policy.all_agents.union(rule.agent for rule in self.rules)

    def dependents(self, task: str) -> frozenset[str]:
        """Return the tasks that need this one."""
        return frozenset(self._dependents[task])

    def unmet(self, task: str) -> frozenset[str]:
        """Return the tasks that this one still waits for."""
        return frozenset(self._waiting[task])

    def waiting_for(self, task: str) -> list[str]:
        """Return the tasks that still wait for this one; what is over waits no more."""
        return [
            one
            for one in sorted(self._dependents[task])
            if task in self._waiting[one] and self.tasks[one].state not in SATISFYING
        ]

    def needs(self, task: str) -> frozenset[str]:
        """Return the tasks that this one waits for, or would if it were planned anew now.

        One that was freed by a failure does not wait for what failed when that is tried again.
        """
        return frozenset(
            need for need in self.by_id[task].depends_on if not self._frees(need, task)
        )

    @property
    def limited(self) -> bool:
        """Whether tasks are left that may not be begun, for no more were asked for."""
        limit = self.policy.max_tasks
        return bool(self.ready) and limit is not None and self.tried >= limit

    def allow(self, further: int) -> None:
        """Let this many more tasks begin, and no more."""
        self.policy = replace(self.policy, max_tasks=self.tried + further)

    def make_at_once(self, attempts: int) -> None:
        """Let this many attempts go on at once."""
        self.policy = replace(self.policy, concurrency=attempts)
        self.pace = self.pace.allowing(attempts)

    # -- changes, for the fold ---------------------------------------------------------------

    def add(self, tasks: Iterable[Task]) -> None:
        """Take in tasks, pending, or ready where nothing is left to wait for."""
        new = list(tasks)
        for task in new:
            self._take(task)
            self.tasks[task.id] = TaskStatus(state="pending")
            self.counts["pending"] += 1
            self._dependents.setdefault(task.id, set())
        for task in new:
            self._await(task)
        for task in new:
            self._wake(task.id)

    def replan(self, task: Task) -> None:
        """Put a task that is not at work in the place of the one with its id."""
        if self.tasks[task.id].state in {"ready", "held", "parked", "blocked"}:
            self.change(task.id, "pending", blocked_by=())
        self._put(task)
        self._wake(task.id)

    def hand_over(self, task: str, to: str) -> None:
        """Let those that wait for a task wait for another one instead."""
        for waiting in self.waiting_for(task):
            old = self.by_id[waiting]
            needs = {to if need == task else need for need in old.depends_on} - {waiting}
            self._put(replace(old, depends_on=tuple(sorted(needs))))

    def change(self, task: str, state: TaskState, **changes: Any) -> None:
        """Bring a task into a state, with what follows for the tasks that need it.

        Raises:
            ValueError: the table has no such change.
        """
        old = self.tasks[task]
        if state == "ready" and task in self.on_hold:
            state = "held"
            changes |= {"reason": self.on_hold[task], "reason_code": "held"}
        if state not in TRANSITIONS[old.state]:
            message = f"task {task} cannot go from {old.state} to {state}"
            raise ValueError(message)
        self.tasks[task] = old.having(state=state, **changes)
        self.counts[old.state] -= 1
        self.counts[state] += 1
        self._keep_order(task, old.state, state)
        if state in ENDED:
            self.spreading.pop(task, None)
        if state in SATISFYING or state == "failed":
            self._release(task)
        if state == "failed":
            self._block(self._unfreed(task), by=task)
        elif old.state in ENDED and state not in ENDED:
            self._await_again(task)
        if task in self.canaries:
            self._settle_canary(task)

    def again(self, task: str, **changes: Any) -> None:
        """Give a task that had ended a fresh start, once all it waits for is there."""
        self.change(
            task,
            "pending" if self._waiting[task] else "ready",
            **{**FRESH, **changes},
        )

    def update(self, task: str, **changes: Any) -> None:
        """Change what is known of a task, but not its state."""
        self.tasks[task] = self.tasks[task].having(**changes)

    def unpark(self, tasks: Iterable[str]) -> None:
        """Let parked tasks be ready again; what is not parked stays as it is."""
        for task in tasks:
            if self.tasks[task].state == "parked":
                self.change(task, "ready", reason="", reason_code="")

    def reconsider(self) -> None:
        """Let what is blocked wait again, but for what still depends on a failed task."""
        blocked = [task for task, status in self.tasks.items() if status.state == "blocked"]
        for task in blocked:
            self.change(task, "pending", blocked_by=(), reason="", reason_code="")
            self._wake(task)
        for task in [task for task, status in self.tasks.items() if status.state == "failed"]:
            self._block(self._unfreed(task), by=task)

    def _take(self, task: Task) -> None:
        self.by_id[task.id] = task
        self.has_scaffold |= task.stage == "scaffold"
        if task.stage == "migrate":
            self.holders.update(dict.fromkeys(task.files, task.id))

    def _put(self, task: Task) -> None:
        """Have a task in the place of the one with its id, waiting for no more than it says."""
        for need in self.by_id[task.id].depends_on:
            self._dependents[need].discard(task.id)
        self._take(task)
        self._await(task)

    def _await(self, task: Task) -> None:
        needs = self.needs(task.id)
        self._waiting[task.id] = set(needs)
        for need in needs:
            self._dependents[need].add(task.id)

    # -- order and dependencies --------------------------------------------------------------

    def _frees(self, need: str, task: str) -> bool:
        """Say whether a task need not wait for another one any more.

        A run that continues after failures does so within a stage: nothing is migrated without its
        scaffold, and nothing is torn down that may still be in use.
        """
        state = self.tasks[need].state
        same_stage = self.by_id[need].stage == self.by_id[task].stage
        goes_on = self.policy.continue_after_failure and same_stage
        return state in SATISFYING or (state == "failed" and goes_on)

    def _unfreed(self, need: str) -> list[str]:
        return [task for task in self._dependents[need] if not self._frees(need, task)]

    def _keep_order(self, task: str, old: TaskState, new: TaskState) -> None:
        key = (-self.by_id[task].priority, task)
        if new not in BUSY:
            self.under_way.pop(task, None)
        elif old not in BUSY:
            self.under_way[task] = None
        if old == "ready":
            del self.ready[bisect_left(self.ready, key)]
        elif old == "queued":
            self.queue.remove(task)
        if new == "ready":
            insort(self.ready, key)
        elif new == "queued":
            self.queue.append(task)

    def _release(self, task: str) -> None:
        for dependent in sorted(self._dependents[task]):
            if self._frees(task, dependent):
                self._waiting[dependent].discard(task)
                self._wake(dependent)

    def _await_again(self, task: str) -> None:
        for dependent in self._unfreed(task):
            if self.tasks[dependent].state == "pending":
                self._waiting[dependent].add(task)

    def _settle_canary(self, task: str) -> None:
        """Let what waits for a canary follow it when it has landed, and stay when it has not."""
        state = self.tasks[task].state
        rest = self.canaries.pop(task) if state in ENDED else ()
        if state in {"landed", "unchanged"}:
            for other in rest:
                if self.tasks[other].state == "failed":
                    self.again(other)
            self.reconsider()

    def _wake(self, task: str) -> None:
        if not self._waiting[task] and self.tasks[task].state == "pending":
            self.change(task, "ready")

    def _block(self, tasks: Iterable[str], *, by: str) -> None:
        pending = sorted(task for task in tasks if self.tasks[task].state == "pending")
        while pending:
            task = pending.pop()
            if self.tasks[task].state != "pending":
                continue
            self.change(
                task,
                "blocked",
                blocked_by=(by,),
                reason=f"depends on {by}, which failed",
                reason_code="blocked",
            )
            pending.extend(sorted(self._dependents[task]))
