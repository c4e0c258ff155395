"""Parked tasks: their agent has met a limit, or its model is overloaded, and may not work now.

A limit belongs to the agent, not to the task: no task of that agent is started before it is over.
No attempt is spent. The fold knows no time, so the engine dates a result before it is recorded, and
records `Unparked` when the time has come.
"""

import math
from collections.abc import Mapping
from dataclasses import replace

from orchestrator.domain.attempt import UNSPENT, AttemptOutcome, AttemptResult
from orchestrator.domain.durations import moment
from orchestrator.domain.run import Run

BACK_OFF_S: Mapping[AttemptOutcome, float] = {"limited": 60.0, "overloaded": 10.0}
"""How many seconds an agent waits when nobody says how long; twice as long each time in a row."""

LONGEST_S = 30 * 24 * 3600.0
"""No limit is believed to last longer than this, in seconds."""

PATIENCE_S = 3600.0
"""A run in which nothing else is to do waits no longer than this, in seconds: it stops, and a
person resumes it. Nor does it wait beyond its limit on wall time."""

_DOUBLINGS = 20


def dated(run: Run, result: AttemptResult, now: float) -> AttemptResult:
    """Return a result that says when its agent may be started again, if it may not be now.

    What the agent's service tells is believed once. An agent that meets one limit after the other
    with nothing done in between waits at least as long as its back-off says.
    """
    if result.outcome not in UNSPENT:
        return result
    agent = run.whose(result.task, result.token).agent_of(result.task)
    before = run.strikes.get(agent, 0) - (agent in run.parked_until)
    told = result.retry_at
    if told is not None and math.isfinite(told):
        least = now + (_back_off(result.outcome, before - 1) if before else 0.0)
        until = max(told, least)
    else:
        until = now + _back_off(result.outcome, before)
    return replace(result, retry_at=round(min(until, now + LONGEST_S), 3))


def over(run: Run, now: float) -> list[str]:
    """Return the agents whose limits are over at `now`, in seconds since the epoch."""
    return [agent for agent, until in run.parked_until.items() if until <= now]


def next_over(run: Run) -> float | None:
    """Return when the first limit is over, in seconds since the epoch; None without a limit."""
    return min(run.parked_until.values(), default=None)


def parked(run: Run) -> int:
    """Return how many tasks are parked, those of the sample's trial among them."""
    return run.counts["parked"] + (run.trial.counts["parked"] if run.trial else 0)


def parked_of(run: Run, agent: str) -> int:
    """Return how many tasks of an agent are parked, those of the trial among them."""
    return sum(
        status.state == "parked" and of.agent_of(task) == agent
        for of in (run, run.trial)
        if of is not None
        for task, status in of.tasks.items()
    )


def too_long(run: Run, now: float, elapsed_s: float) -> str:
    """Return why a run in which nothing else is to do stops, nothing when it waits.

    `elapsed_s` is how long the run has worked, in seconds.
    """
    until = next_over(run)
    wall_s = run.policy.budget.wall_s
    patience = PATIENCE_S if wall_s is None else min(PATIENCE_S, wall_s - elapsed_s)
    if until is None or until - now <= patience:
        return ""
    agents = sorted(run.parked_until, key=lambda agent: run.parked_until[agent])
    return f"{agents[0]} has met a limit: resume after {moment(until)}"


def _back_off(outcome: AttemptOutcome, before: int) -> float:
    return BACK_OFF_S[outcome] * 2.0 ** min(before, _DOUBLINGS)
