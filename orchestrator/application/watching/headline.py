"""The few figures that stand above everything: how far, how fast, at what price, till when."""

from bisect import bisect_left
from dataclasses import dataclass

from orchestrator.application.report import run_state
from orchestrator.application.timeline import OBSERVED, Timeline, landing_s
from orchestrator.application.watching.follow import Look
from orchestrator.domain.forecast import Observation, Rest, Spread, forecast
from orchestrator.domain.lifecycle import ENDED, SATISFYING
from orchestrator.domain.run import Run

RATE_S = 300.0
"""Over how many seconds, at most, the rate of landing is taken."""


@dataclass(frozen=True, slots=True)
class Scarce:
    """The limit that leaves an agent least: `share` of it is left, until `reset_at` brings more."""

    agent: str
    kind: str
    share: float
    reset_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """Where a run stands.

    `over` counts the tasks that have ended, landed or not. `residue` is about how many occurrences
    are left, of `residue_before`; None before the baseline. `rate` is in landed tasks a minute,
    `left_s` the seconds that the rest may take, with a 90 % interval; None where nothing is known.
    `busy` attempts are under way of `allowed`. `budget_usd` is None without a limit.
    `parked_until` is when the next agent may work again, in seconds since the epoch; `scarce` is
    the limit of an agent that is nearest to its end, as its model's maker said last.
    """

    run: str
    playbook: str
    state: str
    reason: str
    over: int
    tasks: int
    failed: int
    residue: int | None
    residue_before: int | None
    rate: float
    left_s: Spread | None
    busy: int
    allowed: int
    cost_usd: float
    budget_usd: float | None
    tokens: int
    parked_until: float | None
    scarce: Scarce | None


def headline(look: Look) -> Headline:
    """Return the figures of now."""
    run = look.run
    return Headline(
        run=run.started.run if run.started else "",
        playbook=run.plan.playbook,
        state=_state(look),
        reason=_reason(look),
        over=len(run.by_id) - look.left,
        tasks=len(run.by_id),
        failed=run.counts["failed"] + run.counts["blocked"],
        residue=residue_left(run),
        residue_before=run.baseline.residue if run.baseline else None,
        rate=rate(look.timeline, look.now),
        left_s=left_s(look) if look.alive else None,
        busy=run.busy if look.alive else 0,  # nobody works at what a dead process left
        allowed=run.pace.attempts,
        cost_usd=run.cost_usd,
        budget_usd=run.policy.budget.usd,
        tokens=run.tokens,
        parked_until=min(run.parked_until.values(), default=None),
        scarce=scarce(run, look.now),
    )


def scarce(run: Run, now: float) -> Scarce | None:
    """Return the limit of which the smallest share is left; what was reset since says nothing."""
    known = [
        Scarce(agent, one.kind, one.remaining / one.limit, one.reset_at)
        for agent, limits in run.headroom.items()
        for one in limits
        if one.reset_at is None or one.reset_at > now
    ]
    return min(known, key=lambda one: one.share, default=None)


def _state(look: Look) -> str:
    state = run_state(look.run, alive=look.alive)
    return "paused" if state == "running" and look.run.paused else state


def _reason(look: Look) -> str:
    if look.run.ended is not None:
        return look.run.ended.reason
    return look.run.degraded or ("the checks look at the base first" if look.measuring else "")


def residue_left(run: Run) -> int | None:
    """Return about how many occurrences are left: what the plan counted, less what has landed."""
    if run.ended is not None and run.ended.residue is not None:
        return run.ended.residue
    if run.baseline is None:
        return None
    done = sum(
        run.by_id[task].occurrences - (status.residue or 0)
        for task, status in run.tasks.items()
        if status.state == "landed"
    )
    return max(0, run.baseline.residue - done)


def rate(timeline: Timeline, now: float) -> float:
    """Return how many tasks landed a minute, lately; 0 while none has."""
    if not timeline.lives:
        return 0.0
    began, ended = timeline.lives[-1]
    until = now if ended is None else ended
    since = max(began, until - RATE_S)
    ends = [span.ended or 0.0 for span in timeline.landings if span.end is not None]
    recent = timeline.landings[bisect_left(ends, since) :]
    landed = sum(len(span.end.landed) for span in recent if span.end is not None)
    return 60.0 * landed / max(1.0, until - since)


def left_s(look: Look) -> Spread | None:
    """Return how many seconds the rest may take, from the attempts that were judged lately."""
    run, timeline = look.run, look.timeline
    seen = {
        span.task: span
        for span in timeline.attempts[-OBSERVED:]
        if span.result is not None and not span.trial
    }
    observed = [
        Observation(
            weight=run.by_id[task].cost,
            cost_usd=run.tasks[task].cost_usd,
            seconds=run.tasks[task].worked_s,
            landed=run.tasks[task].state != "failed",
        )
        for task in seen
        if run.tasks[task].state in {*ENDED, "queued"}
    ]
    left = [run.by_id[task] for task, status in run.tasks.items() if _is_left(status.state)]
    found = forecast(
        observed,
        Rest(
            tasks=len(left),
            weight=sum(task.cost for task in left),
            longest=max((task.priority for task in left), default=0.0),
        ),
        concurrency=run.pace.attempts,
        landing_s=landing_s(timeline.landings[-OBSERVED:]),
    )
    return found.seconds if found else None


def _is_left(state: str) -> bool:
    return state not in SATISFYING and state not in {"failed", "blocked"}
