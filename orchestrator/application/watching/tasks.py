"""The tasks of a run as the rows of a table: where each stands, and what holds it up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from orchestrator.application.watching.follow import Look
from orchestrator.domain.durations import moment
from orchestrator.domain.lifecycle import ENDED, TaskState
from orchestrator.domain.reasons import reason_of
from orchestrator.domain.run import Run

Order: TypeAlias = Literal[
    "urgency", "state", "task", "files", "layer", "agent", "attempt", "age", "tokens", "cost"
]

_MOST_URGENT_FIRST: tuple[TaskState, ...] = (
    "failed",
    "working",
    "checking",
    "parked",
    "held",
    "queued",
    "ready",
    "blocked",
    "pending",
    "skipped",
    "landed",
    "unchanged",
)
URGENCY: Mapping[TaskState, int] = {state: rank for rank, state in enumerate(_MOST_URGENT_FIRST)}
"""What a person wants to see first."""


def by_urgency(run: Run, tasks: Iterable[str]) -> list[str]:
    """Return tasks with what a person wants to see first, first."""
    return sorted(tasks, key=lambda task: (URGENCY[run.tasks[task].state], task))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One task. `age` is in seconds, of its last attempt; `blocker` says what it waits for."""

    id: str
    state: TaskState
    title: str
    files: int
    layer: int
    agent: str
    attempt: int
    age: float | None
    tokens: int
    cost_usd: float
    blocker: str


def task_row(look: Look, task: str) -> TaskRow:
    """Return a task's row."""
    run, status = look.run, look.run.tasks[task]
    latest = look.timeline.latest(task)
    begun = latest is not None and not latest.trial
    return TaskRow(
        id=task,
        state=status.state,
        title=run.by_id[task].title,
        files=len(run.by_id[task].files),
        layer=run.by_id[task].layer,
        agent=latest.agent if latest and begun else run.agent_of(task),
        attempt=status.attempts,
        age=latest.seconds(look.now) if latest else None,
        tokens=status.tokens,
        cost_usd=status.cost_usd,
        blocker=blocker(look, task),
    )


def blocker(look: Look, task: str) -> str:
    """Return what keeps a task from going on, in a few words; nothing where it goes on or is over.

    What comes first is what a person can do something about.
    """
    run, status = look.run, look.run.tasks[task]
    if status.state in {"pending", "blocked"}:
        return _waits(run, task)
    if status.state == "parked":
        until = run.parked_until.get(run.agent_of(task), 0.0)
        return f"{run.agent_of(task)} may not work till {moment(until)}: {status.reason}"
    if status.state == "queued":
        return _place(run, task)
    if status.state == "ready":
        return reason_of(status) or _no_slot(look)
    return (
        reason_of(status, alive=not look.abandoned)
        if status.state not in {"landed", "unchanged"}
        else ""
    )


def _waits(run: Run, task: str) -> str:
    needs = run.unmet(task) or frozenset(run.tasks[task].blocked_by)
    if not needs:
        return run.tasks[task].reason
    worst = by_urgency(run, needs)[0]
    more = f" +{len(needs) - 1}" if len(needs) > 1 else ""
    return f"needs {run.by_id[worst].title} ({run.tasks[worst].state}){more}"


def _place(run: Run, task: str) -> str:
    if run.landing is not None and task in run.landing.tasks:
        return f"in batch {run.landing.batch}, under check"
    return f"number {run.queue.index(task) + 1} in the queue"


def _no_slot(look: Look) -> str:
    if look.abandoned:
        return "nobody works on the run"
    if look.run.paused:
        return "the run is paused"
    if look.measuring:
        return "waits for the baseline"
    return "waits for a slot"


_KEYS: Mapping[Order, Callable[[Look, str], Any]] = {
    "state": lambda look, task: URGENCY[look.run.tasks[task].state],
    "task": lambda look, task: look.run.by_id[task].title,
    "files": lambda look, task: -len(look.run.by_id[task].files),
    "layer": lambda look, task: look.run.by_id[task].layer,
    "agent": lambda look, task: look.run.agent_of(task),
    "attempt": lambda look, task: -look.run.tasks[task].attempts,
    "tokens": lambda look, task: -look.run.tasks[task].tokens,
    "cost": lambda look, task: -look.run.tasks[task].cost_usd,
}


def ordered(look: Look, tasks: Sequence[str], order: Order, *, backwards: bool) -> list[str]:
    """Return tasks in an order; ties stand as in the plan."""
    key = _KEYS.get(order)
    if key is None:
        return _by_time(look, tasks, order, backwards=backwards)
    return sorted(tasks, key=lambda task: key(look, task), reverse=backwards)


def _by_time(look: Look, tasks: Sequence[str], order: Order, *, backwards: bool) -> list[str]:
    """By urgency, what began last first of each state; or by age, the oldest first."""
    states = look.run.tasks
    began: dict[str, float] = {span.task: span.began for span in look.timeline.attempts}
    if order == "age":
        now = look.now
        ages = {task: now - began[task] for task in tasks if task in began}
        return sorted(tasks, key=lambda task: -ages.get(task, -1.0), reverse=backwards)
    return sorted(
        tasks,
        key=lambda task: (
            URGENCY[states[task].state],
            -began.get(task, 0.0) if states[task].state in ENDED else began.get(task, 0.0),
        ),
        reverse=backwards,
    )
