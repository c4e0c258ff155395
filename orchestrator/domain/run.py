"""The state of a run: the fold of its events over its plan.

`Run.apply` is the only place where a task's state changes, and every change is looked up in
`lifecycle.TRANSITIONS`. Nothing here knows time, disk or processes, so replaying a journal always
gives the same state.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import singledispatchmethod
from typing import Any

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CheckingStarted,
    CommandAccepted,
    CommandRefused,
    Event,
    Landed,
    LandingEnded,
    LandingStarted,
    RunEnded,
    RunResumed,
    RunStarted,
    SentBack,
)
from orchestrator.domain.lifecycle import BUSY, SATISFYING, TRANSITIONS, TaskState
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.verdict import Verdict

MAX_SENT_BACK = 5
"""How often a task may come back from landing without spending an attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the playbook and the command line say about how a run behaves.

    `attempts` counts the tries of one agent at one task; `max_tasks` bounds how many tasks are
    started at all, None for no bound; money is in US dollars. `fill_batches` is for landings that
    cost the same however many commits they hold: they wait for more while slots have work.
    """

    agents: tuple[str, ...]
    attempts: int = 3
    max_batch: int = 8
    fill_batches: bool = False
    continue_after_failure: bool = False
    max_tasks: int | None = None
    budget_usd: float | None = None

    @classmethod
    def of(
        cls, playbook: Playbook, *, max_tasks: int | None = None, budget_usd: float | None = None
    ) -> "Policy":
        """Read the policy off a playbook; the arguments are what the command line adds."""
        return cls(
            agents=playbook.agents,
            attempts=playbook.limits.attempts,
            max_batch=playbook.landing.max_batch,
            fill_batches=playbook.landing.verify == "head",
            continue_after_failure=playbook.on_failed_dependency == "continue",
            max_tasks=max_tasks,
            budget_usd=playbook.limits.budget_usd if budget_usd is None else budget_usd,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStatus:
    """Where one task stands.

    `attempts` counts all tries, `agent_attempts` those of the agent that is on (`agent_index` in
    the policy's ladder). `candidate` is the accepted commit that waits for landing, `commit` the
    landed one. `refused` holds the hashes of change sets that were turned down: offering one again
    ends the agent's turn.
    """

    state: TaskState
    attempts: int = 0
    agent_index: int = 0
    agent_attempts: int = 0
    sent_back: int = 0
    token: str = ""
    candidate: AttemptResult | None = None
    commit: str | None = None
    files: tuple[str, ...] = ()
    verdict: Verdict | None = None
    refused: frozenset[str] = frozenset()
    residue: int | None = None
    changed_lines: int = 0
    reason: str = ""
    reason_code: str = ""
    blocked_by: tuple[str, ...] = ()
    tokens: int = 0
    cost_usd: float = 0.0


class Run:
    """The fold's accumulator: feed it events in order, read its attributes in between."""

    def __init__(self, plan: Plan, policy: Policy) -> None:
        """Start with every task pending and those without dependencies ready."""
        self.plan = plan
        self.policy = policy
        self.by_id: dict[str, Task] = {task.id: task for task in plan.tasks}
        self.tasks: dict[str, TaskStatus] = {}
        self.counts: Counter[TaskState] = Counter()
        self.ready: list[tuple[float, str]] = []
        self.queue: list[str] = []
        self.landing: LandingStarted | None = None
        self.batches = 0
        self.started: RunStarted | None = None
        self.baseline: BaselineTaken | None = None
        self.ended: RunEnded | None = None
        self.head = plan.base
        self.cost_usd = 0.0
        self.fault = ""
        self._dependents: dict[str, list[str]] = {task.id: [] for task in plan.tasks}
        self._waiting: dict[str, set[str]] = {}
        self._lay_out()

    def status(self, task: str) -> TaskStatus:
        """Return where a task stands."""
        return self.tasks[task]

    @property
    def tried(self) -> int:
        """How many tasks have been started."""
        return sum(status.attempts > 0 for status in self.tasks.values())

    @property
    def busy(self) -> int:
        """How many attempts are under way."""
        return sum(self.counts[state] for state in BUSY)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way and nothing waits for landing."""
        return not self.busy and self.landing is None and not self.queue

    def agent_of(self, task: str) -> str:
        """Return the agent whose turn it is."""
        return self.policy.agents[self.tasks[task].agent_index]

    @singledispatchmethod
    def apply(self, event: Event) -> None:
        """Take one event in.

        Raises:
            ValueError: the event asks for a change of state that the table does not have.
        """
        message = f"{event!r} is no event"
        raise ValueError(message)

    # -- what each event means ---------------------------------------------------------------

    @apply.register
    def _run_started(self, event: RunStarted) -> None:
        self.started = event

    @apply.register
    def _run_resumed(self, _: RunResumed) -> None:
        self.ended = None
        self.fault = ""
        self.landing = None
        for task, status in self.tasks.items():
            if status.state in BUSY:
                unspent = max(0, status.agent_attempts - 1)
                self._change(task, "ready", token="", agent_attempts=unspent)

    @apply.register
    def _baseline_taken(self, event: BaselineTaken) -> None:
        self.baseline = event

    @apply.register
    def _attempt_started(self, event: AttemptStarted) -> None:
        status = self.tasks[event.task]
        self._change(
            event.task,
            "working",
            attempts=event.number,
            agent_attempts=status.agent_attempts + 1,
            token=event.token,
        )

    @apply.register
    def _checking_started(self, event: CheckingStarted) -> None:
        if self.tasks[event.task].token == event.token:
            self._change(event.task, "checking")

    @apply.register
    def _attempt_ended(self, event: AttemptEnded) -> None:
        result = event.result
        status = self.tasks[result.task]
        if status.token != result.token:
            return
        self.cost_usd += result.usage.cost_usd
        self.tasks[result.task] = replace(
            status,
            tokens=status.tokens + result.usage.tokens,
            cost_usd=status.cost_usd + result.usage.cost_usd,
            residue=result.residue,
            verdict=result.verdict,
            reason=result.reason,
            reason_code=result.reason_code,
        )
        self._judge(result, repeated=result.change_hash in status.refused)

    def _judge(self, result: AttemptResult, *, repeated: bool) -> None:
        if result.outcome == "environment":
            self.fault = result.reason
            self._change(result.task, "ready", token="")
        elif result.outcome == "unchanged" and result.residue == 0:
            self._change(result.task, "unchanged", reason="", reason_code="")
        elif result.outcome == "accepted" and not repeated:
            self._change(
                result.task, "queued", candidate=result, changed_lines=result.changed_lines
            )
        else:
            self._turn_down(result, agent_is_done=repeated or result.outcome == "unchanged")

    def _turn_down(self, result: AttemptResult, *, agent_is_done: bool) -> None:
        status = self.tasks[result.task]
        refused = status.refused | ({result.change_hash} if result.change_hash else frozenset())
        if not agent_is_done and status.agent_attempts < self.policy.attempts:
            self._change(result.task, "ready", refused=refused)
        elif status.agent_index + 1 < len(self.policy.agents):
            self._change(
                result.task,
                "ready",
                refused=refused,
                agent_index=status.agent_index + 1,
                agent_attempts=0,
            )
        else:
            self._change(result.task, "failed", refused=refused)

    @apply.register
    def _landing_started(self, event: LandingStarted) -> None:
        self.landing = event
        self.batches = event.batch

    @apply.register
    def _landing_ended(self, event: LandingEnded) -> None:
        self.landing = None
        self.head = event.head
        for landed in event.landed:
            self._land(landed)
        for back in event.sent_back:
            self._send_back(back)

    def _land(self, landed: Landed) -> None:
        self._change(
            landed.task,
            "landed",
            commit=landed.commit,
            files=landed.files,
            reason="",
            reason_code="",
        )

    def _send_back(self, back: SentBack) -> None:
        status = self.tasks[back.task]
        candidate = status.candidate
        red = back.reason_code == "red_landing"
        refused = status.refused | ({candidate.change_hash} if red and candidate else frozenset())
        self._change(
            back.task,
            "ready" if status.sent_back < MAX_SENT_BACK else "failed",
            candidate=None,
            sent_back=status.sent_back + 1,
            agent_attempts=max(0, status.agent_attempts - 1),
            refused=refused,
            verdict=Verdict(failures=back.failures) if back.failures else status.verdict,
            reason=back.reason,
            reason_code=back.reason_code,
        )

    @apply.register
    def _command_accepted(self, event: CommandAccepted) -> None:
        if event.action != "retry":
            return
        for task in event.tasks:
            self._change(
                task, "ready", agent_index=0, agent_attempts=0, sent_back=0, refused=frozenset()
            )
            self._unblock(task)

    @apply.register
    def _command_refused(self, _: CommandRefused) -> None:
        pass

    @apply.register
    def _run_ended(self, event: RunEnded) -> None:
        self.ended = event

    # -- the graph ---------------------------------------------------------------------------

    def _lay_out(self) -> None:
        for task in self.plan.tasks:
            self._waiting[task.id] = set(task.depends_on)
            for dependency in task.depends_on:
                self._dependents[dependency].append(task.id)
            self.tasks[task.id] = TaskStatus(state="pending")
            self.counts["pending"] += 1
        for task in self.plan.tasks:
            if not task.depends_on:
                self._change(task.id, "ready")

    def _change(self, task: str, state: TaskState, **changes: Any) -> None:
        old = self.tasks[task]
        if state not in TRANSITIONS[old.state]:
            message = f"task {task} cannot go from {old.state} to {state}"
            raise ValueError(message)
        self.tasks[task] = replace(old, state=state, **changes)
        self.counts[old.state] -= 1
        self.counts[state] += 1
        self._keep_order(task, old.state, state)
        if state in SATISFYING or (state == "failed" and self.policy.continue_after_failure):
            self._release(task)
        elif state == "failed":
            self._block(self._dependents[task], by=task)

    def _keep_order(self, task: str, old: TaskState, new: TaskState) -> None:
        key = (-self.by_id[task].priority, task)
        if old == "ready":
            del self.ready[bisect_left(self.ready, key)]
        elif old == "queued":
            self.queue.remove(task)
        if new == "ready":
            insort(self.ready, key)
        elif new == "queued":
            self.queue.append(task)

    def _release(self, task: str) -> None:
        for dependent in self._dependents[task]:
            self._waiting[dependent].discard(task)
            if not self._waiting[dependent] and self.tasks[dependent].state == "pending":
                self._change(dependent, "ready")

    def _block(self, tasks: Iterable[str], *, by: str) -> None:
        pending = [task for task in tasks if self.tasks[task].state == "pending"]
        while pending:
            task = pending.pop()
            if self.tasks[task].state != "pending":
                continue
            self._change(
                task,
                "blocked",
                blocked_by=(by,),
                reason=f"depends on {by}, which failed",
                reason_code="blocked",
            )
            pending.extend(self._dependents[task])

    def _unblock(self, task: str) -> None:
        freed = [
            other
            for other, status in self.tasks.items()
            if status.state == "blocked" and task in status.blocked_by
        ]
        for other in freed:
            self._change(other, "pending", blocked_by=(), reason="", reason_code="")


def fold(plan: Plan, policy: Policy, events: Iterable[Event]) -> Run:
    """Return the state that a sequence of events leads to."""
    run = Run(plan, policy)
    for event in events:
        run.apply(event)
    return run
