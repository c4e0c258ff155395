"""Where a run stands, as one JSON document; the journal is its only source."""

from collections.abc import Sequence

from orchestrator.domain.events import AttemptStarted
from orchestrator.domain.lifecycle import STATES
from orchestrator.domain.run import Run
from orchestrator.domain.updating import NOT_BY_A_PERSON
from orchestrator.ports.journal import Recorded

SCHEMA = 1


def run_state(run: Run, *, alive: bool) -> str:
    """Return running, stopped, incomplete or done; a run that nobody works on is stopped."""
    if run.ended is not None:
        return run.ended.state
    return "running" if alive else "stopped"


def counts(run: Run) -> dict[str, int]:
    """Return the number of tasks in each state."""
    return {state: run.counts[state] for state in STATES}


def not_done(run: Run) -> list[dict[str, str]]:
    """Return each file that the run has not finished, and why, sorted by file."""
    reasons = {
        file: run.tasks[task.id].reason or _why(run.tasks[task.id].state)
        for task in run.by_id.values()
        if run.tasks[task.id].state not in {"landed", "unchanged"}
        and run.tasks[task.id].reason_code not in NOT_BY_A_PERSON
        for file in task.files
    }
    remaining = run.ended.remaining if run.ended else ()
    for file, count in remaining:
        reasons.setdefault(file, f"{count} occurrence{'s' if count != 1 else ''} left")
    return [{"file": file, "reason": reason} for file, reason in sorted(reasons.items())]


def status_document(
    run: Run, recorded: Sequence[Recorded], now: float, *, alive: bool
) -> dict[str, object]:
    """Return what `leafcut status --json` prints; `now` is in seconds since the epoch."""
    agents = {
        entry.event.task: entry.event.agent
        for entry in recorded
        if isinstance(entry.event, AttemptStarted)
    }
    end = recorded[-1].at if run.ended and recorded else now
    return {
        "schema": SCHEMA,
        "run": run.started.run if run.started else "",
        "playbook": run.plan.playbook,
        "repository": run.plan.repository,
        "base": run.base,
        "state": run_state(run, alive=alive),
        "reason": run.ended.reason if run.ended else "",
        "counts": counts(run),
        "tasks": [_task_document(run, task, agents.get(task)) for task in run.by_id],
        "integration_branch": run.started.branch if run.started else "",
        "integration_head": run.head,
        "residue": {
            "before": run.baseline.residue if run.baseline else None,
            "after": run.ended.residue if run.ended else None,
        },
        "blind_checks": list(run.baseline.blind) if run.baseline else [],
        "not_done": not_done(run),
        "checkpoint": None,
        "cost_usd": run.cost_usd,
        "elapsed_s": round(end - recorded[0].at, 3) if recorded else 0.0,
    }


def _task_document(run: Run, task: str, agent: str | None) -> dict[str, object]:
    status = run.tasks[task]
    return {
        "id": task,
        "state": status.state,
        "files": list(run.by_id[task].files),
        "attempts": status.attempts,
        "agent": agent,
        "commit": status.commit,
        "reason": status.reason,
        "reason_code": status.reason_code,
        "blocked_by": list(status.blocked_by),
        "tokens": status.tokens,
        "cost_usd": status.cost_usd,
    }


def _why(state: str) -> str:
    return {
        "pending": "waits for what it depends on",
        "ready": "not started yet",
        "working": "an agent is at work",
        "checking": "its checks are running",
        "queued": "waits for landing",
        "skipped": "skipped by a person",
    }.get(state, state)
