"""The integration head checked whole, and what was taken back to make it green."""

from dataclasses import replace

from orchestrator.domain.events import HeadChecked, HeadCheckStarted, Reverted
from orchestrator.domain.propagation import spread
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import Verdict


def started(run: Run, event: HeadCheckStarted) -> None:
    """All checks look at the head; nothing lands meanwhile."""
    run.checking_head = event.head


def checked(run: Run, event: HeadChecked) -> None:
    """The head is green, after reverts perhaps; or nobody could make it so."""
    run.checking_head = None
    run.rebased = False
    run.head = event.head
    run.red_head = event.fault
    if event.checks and not event.fault:
        run.verified = event.head
    for reverted in event.reverted:
        _reopen(run, reverted)


def _reopen(run: Run, reverted: Reverted) -> None:
    """Add a task that follows the one whose commit was taken back, unless that followed one, too.

    What was landed stays so in the record; the same change set is not taken again.
    """
    task, status = run.by_id[reverted.task], run.tasks[reverted.task]
    why = f"reverted by {reverted.revert[:10]}: it made the last commit red"
    run.update(task.id, reason=why, reason_code="reverted")
    if task.follows is not None:
        return
    again = replace(task, id=f"{task.id}-again", title=f"{task.title} (again)", follows=task.id)
    run.add([again])
    candidate, verdict = status.candidate, Verdict(checks=reverted.checks)
    run.objected.update(verdict.red)
    commit = candidate.commit if candidate else None
    if how := spread(run, again.id, verdict.reasons, commit, turn_is_over=False):
        run.spreading[again.id] = how
    run.update(
        again.id,
        verdict=verdict,
        objections=verdict.reasons,
        refused=frozenset({candidate.change_hash}) if candidate else frozenset(),
    )
