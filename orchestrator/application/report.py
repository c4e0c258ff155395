"""Where a run stands, as one JSON document; the journal is its only source."""

from collections.abc import Sequence

from orchestrator.application.learnings.distil import to_distil
from orchestrator.application.learnings.documents import learnings_document
from orchestrator.application.next_steps import next_document
from orchestrator.application.steering import steering_document
from orchestrator.application.usage import usage_document
from orchestrator.domain.attempt import NO_CHANGE
from orchestrator.domain.blindness import blind
from orchestrator.domain.durations import moment
from orchestrator.domain.events import AttemptStarted, RunEnded
from orchestrator.domain.flakiness import flaky_passes
from orchestrator.domain.lifecycle import STATES, TaskState
from orchestrator.domain.plan import NO_OCCURRENCE
from orchestrator.domain.reasons import reason_of
from orchestrator.domain.run import Run
from orchestrator.domain.status import NOT_BY_A_PERSON, TaskStatus
from orchestrator.ports.journal import Recorded

SCHEMA = 1
SHOWN = 3
"""How many failed tasks a reason names."""


TAKEN_BACK = frozenset({"reverted", "undone"})
"""Why a landed task's commit is not on the branch any more."""


def run_state(run: Run, *, alive: bool) -> str:
    """Return running, waiting, stopped, incomplete or done.

    A run that nobody works on and that did not end is stopped.
    """
    if run.ended is not None:
        return run.ended.state
    return "running" if alive else "stopped"


def counts(run: Run) -> dict[TaskState, int]:
    """Return the number of tasks in each state."""
    return {state: run.counts[state] for state in STATES}


def not_done(run: Run) -> list[dict[str, str]]:
    """Return each file that the run has not finished, and why, sorted by file.

    A file that several tasks work on has the reason of the first that is not done.
    """
    reasons: dict[str, str] = {}
    followed = {task.follows for task in run.by_id.values()}
    for task, status in run.tasks.items():
        if not _is_over(status, followed=task in followed):
            for file in run.by_id[task].files:
                reasons.setdefault(file, _why(run, task))
    if run.ended is not None:
        for file, count in run.ended.remaining:
            reasons.setdefault(file, f"{count} occurrence{'s' if count != 1 else ''} left")
        for criterion in run.ended.criteria:
            for file, count in criterion.files:
                reasons.setdefault(file, f"{criterion.name}: {count} left")
    return [{"file": file, "reason": reason} for file, reason in sorted(reasons.items())]


def _is_over(status: TaskStatus, *, followed: bool) -> bool:
    """Say whether nothing remains of a task; what was taken back remains, unless another has it."""
    if status.state == "landed":
        return followed or status.reason_code not in TAKEN_BACK
    return status.state == "unchanged" or status.reason_code in NOT_BY_A_PERSON


def exit_criteria(run: Run) -> list[dict[str, object]]:
    """Return how each exit criterion stands at the run's end; nothing while it goes on."""
    return [
        {
            "name": one.name,
            "at_most": one.at_most,
            "before": one.before,
            "found": one.found,
            "met": one.met,
        }
        for one in (run.ended.criteria if run.ended else ())
    ]


def not_planned(run: Run) -> list[dict[str, str]]:
    """Return each file that is selected and that no task was made for, and why, sorted by file.

    Files in which there is nothing to do are left out.
    """
    return [
        {"file": one.file, "reason": one.reason}
        for one in run.plan.untouched
        if one.reason != NO_OCCURRENCE
    ]


def status_document(
    run: Run,
    recorded: Sequence[Recorded],
    now: float,
    *,
    alive: bool,
    prompt: str = "",
    source: str = "",
) -> dict[str, object]:
    """Return what `leafcut status --json` prints.

    `now` is in seconds since the epoch, `prompt` what the playbook's says by now, `source` where
    the playbook lies.
    """
    agents = {
        entry.event.task: entry.event.agent
        for entry in recorded
        if isinstance(entry.event, AttemptStarted)
    }
    ends = [entry.at for entry in recorded if isinstance(entry.event, RunEnded)]
    end = ends[-1] if run.ended and ends else now
    return {
        "schema": SCHEMA,
        "run": run.started.run if run.started else "",
        "playbook": run.plan.playbook,
        "repository": run.plan.repository,
        "base": run.base,
        "state": run_state(run, alive=alive),
        "reason": run.ended.reason if run.ended else "",
        "paused": alive and run.paused,
        "degraded": "" if run.ended else run.degraded,
        "counts": counts(run),
        "tasks": [_task_document(run, task, agents.get(task)) for task in run.by_id],
        "integration_branch": run.started.branch if run.started else "",
        "integration_head": run.head,
        "residue": {
            "before": run.baseline.residue if run.baseline else None,
            "after": run.ended.residue if run.ended else None,
        },
        "blind_checks": list(blind(run)),
        "flaky_checks": dict(sorted(flaky_passes(entry.event for entry in recorded).items())),
        "exit_criteria": exit_criteria(run),
        "not_done": not_done(run),
        "not_planned": not_planned(run),
        "to_distil": to_distil(run, now, prompt),
        **steering_document(run, recorded, now, alive=alive),
        **usage_document(run, now),
        "learnings": learnings_document(run),
        "next": next_document(run, alive=alive, source=source),
        "elapsed_s": round(end - recorded[0].at, 3) if recorded else 0.0,
    }


def _task_document(run: Run, task: str, agent: str | None) -> dict[str, object]:
    status = run.tasks[task]
    is_parked = status.state == "parked"
    return {
        "id": task,
        "state": status.state,
        "stage": run.by_id[task].stage,
        "files": list(run.by_id[task].files),
        "attempts": status.attempts,
        "agent": agent,
        "commit": status.commit,
        "reason": reason_of(status),
        "reason_code": status.reason_code,
        "blocked_by": list(status.blocked_by),
        "parked_until": run.parked_until.get(run.agent_of(task)) if is_parked else None,
        "tokens": status.tokens,
        "cost_usd": status.cost_usd,
    }


def _why(run: Run, task: str) -> str:
    status = run.tasks[task]
    if status.state == "blocked":
        return _blocked(run, task)
    if status.state == "parked":
        until = moment(run.parked_until.get(run.agent_of(task), 0.0))
        return f"parked till {until}: {status.reason or 'its agent may not work yet'}"
    return reason_of(status) or {
        "pending": "waits for what it depends on",
        "ready": "not started yet",
        "held": "held back by a person",
        "working": "an agent is at work",
        "checking": "its checks are running",
        "queued": "waits for landing",
        "skipped": "skipped by a person",
    }.get(status.state, status.state)


def _blocked(run: Run, task: str) -> str:
    """Name what failed of all that a task waits for, and why."""
    needs = run.by_id[task].depends_on
    failed = [one for one in needs if run.tasks[one].state == "failed"]
    roots = failed or list(run.tasks[task].blocked_by)
    named = [
        f"{run.by_id[one].title} ({reason_of(run.tasks[one]) or 'failed'})" for one in roots[:SHOWN]
    ]
    more = f" and {len(roots) - SHOWN} more" if len(roots) > SHOWN else ""
    return f"blocked by {', '.join(named)}{more}"


def counted(run: Run) -> str:
    """Return how many tasks are in which state, in words; who had nothing to offer is told."""
    silent = sum(
        status.state == "failed" and status.reason_code == NO_CHANGE
        for status in run.tasks.values()
    )
    note = f" ({silent} had nothing to offer)" if silent else ""
    words = [
        f"{count} {state}{note if state == 'failed' else ''}"
        for state, count in counts(run).items()
        if count
    ]
    return ", ".join(words)
