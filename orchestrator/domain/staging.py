"""Scaffold plans: one task that lets both worlds run, the migration, one task that tidies up.

Branch by abstraction (Fowler, 2014) as a plan: everything of the migration depends on the scaffold,
and the teardown on everything of the migration.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from orchestrator.domain.graph import components, layers, longest_remaining
from orchestrator.domain.plan import STAGES, Task, TaskStage
from orchestrator.domain.playbook import Playbook, Stage

_GLOB = frozenset("*?[!")

AROUND: tuple[TaskStage, ...] = ("scaffold", "teardown")
"""The stages around a migration."""

OwnersOf: TypeAlias = Callable[[Sequence[str]], tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFiles:
    """What a stage's task works on. `lines` has its files that the base commit has, with lines."""

    title: str
    files: tuple[str, ...]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The two stages around a migration."""

    scaffold: StageFiles
    teardown: StageFiles


def staged(tasks: Sequence[Task], stages: Stages, owners: OwnersOf) -> tuple[Task, ...]:
    """Return a plan's tasks with the scaffold before and the teardown after all of them.

    A plan with nothing to migrate needs neither. `owners` names the owners of files.
    """
    if not tasks:
        return ()
    lines = sum(task.lines for task in tasks)
    average = max(1.0, lines / sum(len(task.files) for task in tasks))
    first = _task("scaffold", stages.scaffold, average, owners)
    last = _task("teardown", stages.teardown, average, owners)
    return ordered(in_stages([first, *tasks, last]))


def in_stages(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return the tasks with everything of a stage depending on all of the stages before it."""
    before: dict[TaskStage, frozenset[str]] = {}
    earlier: frozenset[str] = frozenset()
    for stage in STAGES:
        before[stage] = earlier
        earlier |= {task.id for task in tasks if task.stage == stage}
    return tuple(
        replace(task, depends_on=tuple(sorted(before[task.stage].union(task.depends_on))))
        for task in tasks
    )


def ordered(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """Return the tasks with the layers and priorities that follow from what they depend on."""
    graph = {task.id: task.depends_on for task in tasks}
    order = [task for (task,) in components(graph)]
    depth = layers(order, graph)
    remaining = longest_remaining(order, graph, {task.id: task.cost for task in tasks})
    return tuple(
        replace(task, layer=depth[task.id], priority=round(remaining[task.id], 3)) for task in tasks
    )


def _task(stage: TaskStage, of: StageFiles, average: float, owners: OwnersOf) -> Task:
    lines = sum(of.lines.values())
    joined = "\0".join(of.files).encode("utf-8", "surrogateescape")
    return Task(
        id=f"{stage}-{hashlib.sha256(joined).hexdigest()[:8]}",
        title=of.title,
        files=of.files,
        stage=stage,
        owners=owners(of.files),
        lines=lines,
        cost=round(max(lines, 1) / average, 3) or 0.001,
    )


def stages_of(playbook: Playbook) -> Iterator[tuple[TaskStage, Stage]]:
    """Yield the stages around a migration that a playbook has, by their keys."""
    if playbook.scaffold is not None:
        yield "scaffold", playbook.scaffold
    if playbook.teardown is not None:
        yield "teardown", playbook.teardown


def is_glob(file: str) -> bool:
    """Say whether a stage's file stands for those that it matches, and not for itself."""
    return not _GLOB.isdisjoint(file) or file.endswith("/")


def playbook_at(stage: TaskStage, playbook: Playbook) -> Playbook:
    """Return the playbook as a stage follows it: its own codemod, agents and guards.

    A teardown may delete its own files.
    """
    its = dict(stages_of(playbook)).get(stage)
    if its is None:
        return playbook
    deleted = (
        [file if is_glob(file) else f"/{file}" for file in its.files] if stage == "teardown" else ()
    )
    guards = replace(its.guards, allow_deleted=(*its.guards.allow_deleted, *deleted))
    agents = its.agents or playbook.agents
    prompt = its.prompt or playbook.prompt
    return replace(playbook, codemod=its.codemod, agents=agents, prompt=prompt, guards=guards)
