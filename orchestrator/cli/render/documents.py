"""Events as the documents of `run --json`."""

from collections.abc import Iterator
from dataclasses import asdict

from orchestrator.application.learnings.documents import standing_document
from orchestrator.application.next_steps import next_document
from orchestrator.application.report import counts, exit_criteria
from orchestrator.domain.events import (
    AttemptEnded,
    BaselineTaken,
    BaseUpdated,
    BusChanged,
    CommandAccepted,
    HeadChecked,
    LandingEnded,
    LandingLooked,
    LearningAdded,
    MessageSent,
    PlanChanged,
    RunEnded,
    RunResumed,
    RunStarted,
    Unparked,
)
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded


def documents(run: Run, entry: Recorded) -> Iterator[dict[str, object]]:
    """Return what `run --json` tells of an event: no document, one or several."""
    event = entry.event
    name = run.started.run if run.started else ""
    if isinstance(event, RunStarted | RunResumed):
        tasks = len(run.by_id)
        yield {"event": event.event, "run": name, "tasks": tasks, "base": run.base}
    elif isinstance(event, BaselineTaken):
        yield {"event": event.event, "residue": event.residue, "blind": list(event.blind)}
    elif isinstance(event, AttemptEnded):
        result = event.result
        yield {
            "event": event.event,
            "task": result.task,
            "attempt": result.number,
            "outcome": result.outcome,
            "reason": result.reason,
            "parked_until": result.retry_at,
        }
    elif isinstance(event, Unparked):
        yield {"event": event.event, "agent": event.agent}
    elif isinstance(event, LandingEnded | LandingLooked | HeadChecked):
        yield from _head_documents(event)
    elif isinstance(event, LearningAdded | MessageSent | BusChanged):
        yield _shared_document(run, event)
    elif isinstance(event, PlanChanged | BaseUpdated):
        yield _plan_document(event)
    elif isinstance(event, CommandAccepted):
        yield _command_document(event)
    elif isinstance(event, RunEnded):
        yield {
            "event": "run_finished",
            "run": name,
            "state": event.state,
            "reason": event.reason,
            "checkpoint": event.checkpoint or None,
            "counts": counts(run),
            "exit_criteria": exit_criteria(run),
            "next": next_document(run, alive=False),
        }


def _command_document(event: CommandAccepted) -> dict[str, object]:
    return {
        "event": event.event,
        "who": event.who,
        "action": event.action,
        "tasks": list(event.tasks),
        "rest": list(event.rest),
        "checkpoint": event.checkpoint,
        "learnings": list(event.learnings),
        "rule": event.rule.id if event.rule else None,
        "concurrency": event.concurrency or None,
    }


def _shared_document(
    run: Run, event: LearningAdded | MessageSent | BusChanged
) -> dict[str, object]:
    if isinstance(event, BusChanged):
        return {"event": event.event, "state": event.state, "reason": event.reason}
    if isinstance(event, MessageSent):
        return {"event": event.event, **asdict(event.message)}
    name = event.same_as or event.learning.id
    return {
        "event": event.event,
        "learning": standing_document(run.ledger.standings[name]),
        "news": not event.same_as,
    }


def _head_documents(
    event: LandingEnded | LandingLooked | HeadChecked,
) -> Iterator[dict[str, object]]:
    if isinstance(event, LandingLooked):
        yield asdict(event)
        return
    if isinstance(event, HeadChecked):
        for one in event.reverted:
            yield {
                "event": "reverted",
                "task": one.task,
                "commit": one.commit,
                "revert": one.revert,
            }
        return
    for landed in event.landed:
        yield {
            "event": "landed",
            "task": landed.task,
            "commit": landed.commit,
            "files": list(landed.files),
        }
    for back in event.sent_back:
        yield {"event": "sent_back", "task": back.task, "reason": back.reason}


def _plan_document(event: PlanChanged | BaseUpdated) -> dict[str, object]:
    plan = event.plan if isinstance(event, BaseUpdated) else event
    return {
        "event": event.event,
        "reason": plan.reason,
        "changed": [task.id for task in plan.changed],
        "added": [task.id for task in plan.added],
        "absorbed": [task for task, _ in plan.absorbed],
        "given_up": [task for task, _ in plan.given_up],
        "gone": [task for task, _ in plan.gone],
    }
