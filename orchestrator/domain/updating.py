"""A run on another base: which tasks go on, which are over, which are new. Pure decisions."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.events import PlanChanged
from orchestrator.domain.graph import components, layers, longest_remaining
from orchestrator.domain.lifecycle import STANDING
from orchestrator.domain.plan import NO_OCCURRENCE, Task
from orchestrator.domain.planning import Survey, make_tasks, plan_hash
from orchestrator.domain.playbook import Partition
from orchestrator.domain.reordering import Order, reordered
from orchestrator.domain.run import Run
from orchestrator.domain.staging import in_stages
from orchestrator.domain.status import NOT_BY_A_PERSON, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a run stands on now.

    `survey` is of the new integration head, `there` are its files, `before` those of the old base.
    `undone` are landed tasks whose change is not on the branch any more. `ordered` is false for
    strategies that need no order among files.
    """

    survey: Survey
    there: Collection[str]
    before: Collection[str]
    undone: Collection[str]
    ordered: bool


def renewed(run: Run, ground: Ground, partition: Partition, reason: str) -> PlanChanged:
    """Return what becomes of the tasks.

    Tasks that are not over keep their files that are still there, and are over without any. Files
    with occurrences that nobody is to change become new tasks, which follow the landed ones.
    """
    standing = [task for task in run.by_id.values() if run.tasks[task.id].state in STANDING]
    stay = [kept for task in standing if (kept := _kept(run, task, ground))]
    staying = {task.id for task in stay}
    taken = {file for task in stay if task.stage == "migrate" for file in task.files}
    new = (*_stages_anew(run, ground), *_new(run, ground, partition, taken))
    tasks = _in_order(in_stages((*stay, *new)), ground)
    return PlanChanged(
        reason=reason,
        added=tuple(task for task in tasks if task.id not in staying),
        changed=tuple(t for t in tasks if t.id in staying and t != run.by_id[t.id]),
        gone=tuple((t.id, _why(t, ground)) for t in standing if t.id not in staying),
    )


def hash_after(run: Run, base: str, change: PlanChanged) -> str:
    """Return the hash of the plan with its tasks as they are after a change."""
    tasks = {**run.by_id, **{task.id: task for task in (*change.added, *change.changed)}}
    plan = replace(run.plan, base=base, tasks=tuple(tasks.values()), derived_from=run.plan.hash)
    return plan_hash(plan)


def selected(run: Run, survey: Survey) -> tuple[str, ...]:
    """Return the files that may be changed now and that the run did not know."""
    there = (one.file for one in survey.untouched if one.reason == NO_OCCURRENCE)
    return tuple(sorted(file for file in there if file not in run.holders))


def _kept(run: Run, task: Task, ground: Ground) -> Task | None:
    if task.stage != "migrate":
        return task
    files = tuple(file for file in task.files if file in ground.there)
    own = run.tasks[task.id].own_files or files
    if not any(file in ground.survey.lines for file in own):
        return None
    found = sum(ground.survey.occurrences.get(file, 0) for file in files)
    return replace(task, files=files, occurrences=found)


def _why(task: Task, ground: Ground) -> str:
    left = any(file in ground.there for file in task.files)
    return "nothing is left to change" if left else "no file of it is left"


def _new(
    run: Run, ground: Ground, partition: Partition, taken: Collection[str]
) -> tuple[Task, ...]:
    files = set(_open_files(run, ground, taken))
    lines = {file: count for file, count in ground.survey.lines.items() if file in files}
    survey = replace(ground.survey, lines=lines)
    tasks, _ = make_tasks(survey, partition, ordered=ground.ordered)
    return tuple(_following(run, task) for task in tasks)


def _stages_anew(run: Run, ground: Ground) -> Iterator[Task]:
    """Yield what comes before or after the migration and is not on the branch any more."""
    for one in ground.undone:
        if run.by_id[one].stage != "migrate":
            yield _following(run, run.by_id[one])


def _open_files(run: Run, ground: Ground, taken: Collection[str]) -> Iterator[str]:
    """Yield the files with occurrences that no task is to change, and that one should."""
    left = _left_over(run, ground)
    for file in ground.survey.lines:
        holder = run.holders.get(file)
        if holder is None:
            if file not in ground.before:  # else a person left it out of the plan
                yield file
        elif file not in taken and (not holder or holder in left):
            yield file


def _left_over(run: Run, ground: Ground) -> set[str]:
    """Return the tasks that are over and in whose files there is more to do than they left."""
    found: dict[str, int] = {}
    for file in ground.survey.lines:
        if holder := run.holders.get(file):
            found[holder] = found.get(holder, 0) + ground.survey.occurrences.get(file, 0)
    return {task for task, count in found.items() if _is_open(run.tasks[task], count, task, ground)}


def _is_open(status: TaskStatus, count: int, task: str, ground: Ground) -> bool:
    if status.state == "skipped":
        return status.reason_code in NOT_BY_A_PERSON
    return task in ground.undone or count > (status.residue or 0)


def _following(run: Run, task: Task) -> Task:
    """Return a new task under a name that is free, which follows those that had its files."""
    holders = sorted({run.holders.get(file, "") for file in task.files} - {""})
    if task.stage != "migrate":
        holders = [task.id]
    landed = [one for one in holders if run.tasks[one].state == "landed"]
    name, times = task.id, 2
    while name in run.by_id:
        name, times = f"{task.id}-{times}", times + 1
    return replace(
        task, id=name, depends_on=(), soft_depends_on=(), follows=landed[0] if landed else None
    )


def _in_order(tasks: Sequence[Task], ground: Ground) -> tuple[Task, ...]:
    """Return the tasks with what they wait for, their depth and their priority."""
    by_id = {task.id: task for task in tasks}
    kept = {task.id: set(task.depends_on) & by_id.keys() for task in tasks}
    graph = ground.survey.graph if ground.ordered else {}
    files = {task.id: task.files if task.stage == "migrate" else () for task in tasks}
    order = reordered(files, graph, kept)
    sequence = [task for (task,) in components(order.needs)]
    depth = layers(sequence, order.needs)
    remaining = longest_remaining(sequence, order.needs, {t.id: t.cost for t in tasks})
    return tuple(_placed(by_id[one], order, depth, remaining) for one in sequence)


def _placed(
    task: Task, order: Order, depth: Mapping[str, int], remaining: Mapping[str, float]
) -> Task:
    met = set(task.depends_on) - order.needs.keys()
    return replace(
        task,
        depends_on=tuple(sorted(order.needs[task.id] | met)),
        soft_depends_on=tuple(sorted(order.soft[task.id])),
        layer=depth[task.id],
        priority=round(remaining[task.id], 3),
    )
