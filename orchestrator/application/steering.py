"""What a person who steers a run wants to know: checkpoint, failures, budget, what to expect."""

from collections.abc import Sequence
from dataclasses import asdict

from orchestrator.application.timeline import Timeline, landing_s, timeline_of
from orchestrator.domain import spending
from orchestrator.domain.clusters import Cluster, clusters
from orchestrator.domain.forecast import Forecast, Observation, Rest, forecast
from orchestrator.domain.lifecycle import SATISFYING
from orchestrator.domain.run import Run
from orchestrator.domain.status import TaskStatus
from orchestrator.ports.journal import Recorded


def failures(run: Run) -> tuple[Cluster, ...]:
    """Return the clusters of what failed, in the trial of the sample when there is one."""
    found = clusters(run.tasks)
    return found or (clusters(run.trial.tasks) if run.trial else ())


def expected(run: Run, timeline: Timeline) -> Forecast | None:
    """Return what the sample says of the tasks still to do; None without a sample that ended."""
    of = run.trial or run
    observed = [
        _observation(run, task, of.tasks[task])
        for task in sorted(run.sample & of.tasks.keys())
        if of.tasks[task].attempts and of.tasks[task].state in _JUDGED
    ]
    return forecast(
        observed,
        _rest(run),
        concurrency=run.policy.concurrency,
        landing_s=landing_s(timeline.landings),
    )


_JUDGED = frozenset({"landed", "unchanged", "failed", "queued"})
_GOOD = _JUDGED - {"failed"}


def _observation(run: Run, task: str, status: TaskStatus) -> Observation:
    return Observation(
        weight=run.by_id[task].cost,
        cost_usd=status.cost_usd,
        seconds=status.worked_s,
        landed=status.state in _GOOD,
    )


def _rest(run: Run) -> Rest:
    """Return what the sweep would do: all that is not done and did not fail in the sample."""
    left = [
        run.by_id[task]
        for task, status in run.tasks.items()
        if status.state not in {*SATISFYING, "failed"}
    ]
    return Rest(
        tasks=len(left),
        weight=sum(task.cost for task in left),
        longest=max((task.priority for task in left), default=0.0),
    )


def steering_document(
    run: Run, recorded: Sequence[Recorded], now: float, *, alive: bool
) -> dict[str, object]:
    """Return the part of `leafcut status --json` that is about steering."""
    timeline = timeline_of(recorded)
    elapsed = timeline.worked_s(now if alive else timeline.at)
    foreseen = expected(run, timeline) if run.sample else None
    return {
        "checkpoint": (run.ended.checkpoint or None) if run.ended else None,
        "approved": sorted(run.approved),
        "clusters": [_cluster(one) for one in failures(run)],
        "budget": [
            {"name": line.name, "unit": line.unit, "spent": line.spent, "limit": line.limit}
            for line in spending.lines(run, round(elapsed, 3))
        ],
        "sample": _sample(run, foreseen) if run.sample else None,
    }


def _cluster(cluster: Cluster) -> dict[str, object]:
    return {
        "key": cluster.key,
        "count": len(cluster.tasks),
        "signature": cluster.signature,
        "example": cluster.example,
        "tasks": list(cluster.tasks),
        "silent": cluster.silent,
    }


def _sample(run: Run, foreseen: Forecast | None) -> dict[str, object]:
    return {
        "tasks": sorted(run.sample),
        "trial": run.trial is not None,
        "forecast": asdict(foreseen) if foreseen else None,
    }
