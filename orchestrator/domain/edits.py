"""Plans that a person may have edited: refused, or their order and hash made right again."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

from orchestrator.domain.graph import components
from orchestrator.domain.plan import SCHEMA, STAGES, Plan, Task
from orchestrator.domain.planning import plan_hash
from orchestrator.domain.playbook import is_playbook_name
from orchestrator.domain.staging import ordered

LONGEST_ID = 100
MOST = 10**9
_ID = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
"""Ids become parts of refs and of paths."""


def accept_edits(plan: Plan) -> Plan:
    """Return a plan that may have been edited, with layers, priorities and hash made right again.

    An edited plan names the one that it was made from in `derived_from`.

    Raises:
        ValueError: the plan cannot be executed; the message names the tasks.
    """
    for fault in _faults(plan):
        raise ValueError(fault)
    if plan_hash(plan) == plan.hash:
        return plan
    tasks = ordered(plan.tasks)
    count = 1 + max((task.layer for task in tasks), default=-1)
    edited = replace(plan, tasks=tasks, layers=count, derived_from=plan.hash)
    return replace(edited, hash=plan_hash(edited))


def _faults(plan: Plan) -> Iterator[str]:
    """Yield what is wrong; what comes later relies on what comes before being right."""
    if plan.schema != SCHEMA:
        yield f"schema {plan.schema} is not known, only {SCHEMA}"
    for name, times in Counter(task.id for task in plan.tasks).items():
        if times > 1:
            yield f"{times} tasks are called {name}"
    if not is_playbook_name(plan.playbook):
        yield f"{plan.playbook!r} is no name of a playbook"
    known = {task.id for task in plan.tasks}
    for task in plan.tasks:
        yield from _task_faults(task, known)
    yield from _shared_files(plan)
    yield from _stages(plan)
    yield from _circles(plan)


def _task_faults(task: Task, known: set[str]) -> Iterator[str]:
    if not _ID.fullmatch(task.id) or len(task.id) > LONGEST_ID:
        shown = task.id[:LONGEST_ID]
        yield (
            f"{shown!r} is no id of a task: at most {LONGEST_ID} letters, digits and single - or _ "
            "between them"
        )
    if not task.title.strip() or not task.title.isprintable():
        yield f"task {task.id}: its title must be one line of text"
    if not task.files:
        yield f"task {task.id} has no files"
    for file in task.files:
        if not _is_path(file):
            yield f"task {task.id}: {file!r} is no path of a file in the repository"
    for needed in (*task.depends_on, *task.soft_depends_on):
        if needed not in known:
            yield f"task {task.id} depends on {needed}, which is not in the plan"
    if not 0 < task.cost < float("inf"):
        yield f"task {task.id}: cost must be above 0"
    if task.lines < 0 or not 0 <= task.occurrences <= MOST:
        yield f"task {task.id}: lines and occurrences must be from 0 to {MOST}"


def _is_path(file: str) -> bool:
    """Say whether it is the one way to write a path below the tree's root, outside `.git`."""
    pure = PurePosixPath(file)
    parts = {part.lower() for part in pure.parts}
    return (
        bool(parts) and str(pure) == file and not {"..", "/", ".git"} & parts and "\0" not in file
    )


def _shared_files(plan: Plan) -> Iterator[str]:
    """Yield the files that two tasks have; those of different stages wait for each other."""
    owner: dict[tuple[str, str], str] = {}
    for task in plan.tasks:
        for file in task.files:
            if (task.stage, file) in owner:
                yield f"{file} is in task {owner[task.stage, file]} and in task {task.id}"
            owner[task.stage, file] = task.id


def _stages(plan: Plan) -> Iterator[str]:
    """Yield what of one stage does not wait for the stage before it."""
    needs = {task.id: set(task.depends_on) for task in plan.tasks}
    for before, after in pairwise(STAGES):
        waited_for = {task.id for task in plan.tasks if task.stage == before}
        for task in plan.tasks:
            if task.stage == after and not waited_for <= needs[task.id]:
                missing = min(waited_for - needs[task.id])
                yield f"task {task.id} is of stage {after} and must depend on {missing}"


def _circles(plan: Plan) -> Iterator[str]:
    graph = {task.id: task.depends_on for task in plan.tasks}
    for members in components(graph):
        if len(members) > 1 or members[0] in graph[members[0]]:
            yield f"these tasks depend on each other in a circle: {', '.join(members)}"
