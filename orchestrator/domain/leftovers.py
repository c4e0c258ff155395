"""What a landed task left becomes a task that follows it, for the next agent of the ladder.

A green part lands under `guards.residue: reduce`; the rest is not lost sight of.
"""

from collections.abc import Iterator
from dataclasses import replace

from orchestrator.domain.events import PlanChanged
from orchestrator.domain.lifecycle import STANDING
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run


def follow_up(run: Run) -> PlanChanged | None:
    """Return the tasks that go on where landed ones left occurrences, None when there are none.

    What comes after the migration waits for them, too.
    """
    if not run.left_over:
        return None
    added = tuple(_rest(run, task) for task in run.left_over)
    left = sum(task.occurrences for task in added)
    files = sum(len(task.files) for task in added)
    return PlanChanged(
        reason=f"{_count(left, 'occurrence')} left in {_count(files, 'file')}",
        added=added,
        changed=tuple(_after(run.by_id[task], added) for task in sorted(_last(run))),
        turns=tuple(
            (rest.id, run.tasks[task].agent_index + 1)
            for task, rest in zip(run.left_over, added, strict=True)
        ),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _rest(run: Run, landed: str) -> Task:
    done = run.by_id[landed]
    return replace(
        done,
        id=f"{landed}-rest",
        title=f"{done.title}, the rest",
        depends_on=(landed,),
        soft_depends_on=(),
        layer=done.layer + 1,
        occurrences=run.tasks[landed].residue or 0,
        follows=landed,
    )


def _last(run: Run) -> set[str]:
    """Return the tasks after the migration that have not begun."""

    def after(landed: str) -> Iterator[str]:
        for task in run.dependents(landed):
            if run.by_id[task].stage == "teardown" and run.tasks[task].state in STANDING:
                yield task

    return {task for landed in run.left_over for task in after(landed)}


def _after(task: Task, added: tuple[Task, ...]) -> Task:
    needs = {*task.depends_on, *(one.id for one in added)}
    layer = max(task.layer, 1 + max(one.layer for one in added))
    return replace(task, depends_on=tuple(sorted(needs)), layer=layer)
