"""The plan itself: tasks that come, grow, take others in, or are given up."""

from orchestrator.domain.events import BaseUpdated, PlanChanged
from orchestrator.domain.lifecycle import STANDING
from orchestrator.domain.run import Run


def changed(run: Run, event: PlanChanged) -> None:
    """Let the present tasks be what the event says."""
    for task, commit in event.seeds:
        own = run.tasks[task].own_files or run.by_id[task].files
        anew = {"agent_index": 0, "agent_attempts": 0, "refused": frozenset[str]()}
        run.update(task, seed=commit, own_files=own, **anew)
        run.spreading.pop(task, None)
    for task, into in event.absorbed:
        run.hand_over(task, into)
        if task in run.on_hold:
            run.on_hold[into] = run.on_hold[task]
        _end(run, task, f"absorbed by {into}", "absorbed")
    for task, why in event.gone:
        _end(run, task, why, "gone")
    _take_in(run, event)
    for task, why in event.given_up:
        _give_up(run, task, why)
    run.reconsider()


def _take_in(run: Run, event: PlanChanged) -> None:
    """Have the new tasks and the changed ones, which may wait for them."""
    run.add(event.added)
    for new in event.changed:
        if run.tasks[new.id].state in STANDING:
            run.replan(new)
    for task, position in event.turns:
        run.update(task, agent_index=position)
    for one in event.added:
        run.left_over.pop(one.follows or "", None)


def updated(run: Run, event: BaseUpdated) -> None:
    """Stand on another base: what was replayed has new commits, what was not is to be done anew."""
    run.base, run.left, run.head = event.base, event.left, event.head
    for landed in event.landed:
        run.update(landed.task, commit=landed.commit, files=landed.files)
    followed = {task.follows for task in event.plan.added}
    for task, why in event.undone:
        code = "undone" if task in followed else "gone"
        run.update(task, commit=None, files=(), reason=why, reason_code=code)
    run.verified, run.red_head = event.head, ""
    for file in event.selected:
        run.holders.setdefault(file, "")
    changed(run, event.plan)


def _end(run: Run, task: str, reason: str, code: str) -> None:
    if run.tasks[task].state != "pending":
        run.change(task, "pending", blocked_by=())
    run.change(task, "skipped", reason=reason, reason_code=code)


def _give_up(run: Run, task: str, why: str) -> None:
    run.change(task, "failed", reason=why, reason_code="propagation")
