"""The graph of a run as a person can take it in: tasks in groups, and what holds up the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal, TypeAlias

from orchestrator.application.watching.tasks import URGENCY
from orchestrator.domain.counting import many
from orchestrator.domain.lifecycle import SATISFYING, TaskState
from orchestrator.domain.plan import Task
from orchestrator.domain.run import Run

Grouping: TypeAlias = Literal["layers", "folders"]

_STATE = attrgetter("state")
_WORST: tuple[TaskState, ...] = ("failed", "blocked", "held", "parked")
_RANKS = {**URGENCY, **{state: rank - len(_WORST) for rank, state in enumerate(_WORST)}}
"""The worst first: what goes on by itself comes after what does not."""


@dataclass(slots=True)
class Group:
    """Some tasks under one name: a layer, or a folder; `depth` counts from 0.

    `groups` are the folders within it, `leaves` the tasks that are in none of these, `tasks` all.
    """

    key: str
    name: str
    depth: int = 0
    groups: list["Group"] = field(default_factory=list)
    leaves: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a group is: `done` of `total` tasks; `states` has the number in each."""

    done: int
    total: int
    states: Mapping[TaskState, int]

    @property
    def ordered(self) -> Sequence[tuple[TaskState, int]]:
        """The states that occur with their number, the worst first."""
        return sorted(self.states.items(), key=lambda item: _RANKS[item[0]])


def standing(run: Run, tasks: Sequence[str]) -> Standing:
    """Return how far some tasks are."""
    states = Counter(map(_STATE, map(run.tasks.__getitem__, tasks)))
    return Standing(sum(states[state] for state in SATISFYING), len(tasks), states)


def by_layer(tasks: Sequence[Task]) -> list[Group]:
    """Return a group for each layer, the one that depends on nothing first."""
    groups: dict[int, Group] = {}
    for task in tasks:
        group = groups.setdefault(task.layer, Group(f"layer:{task.layer}", f"layer {task.layer}"))
        group.leaves.append(task.id)
        group.tasks.append(task.id)
    return [groups[layer] for layer in sorted(groups)]


def by_folder(tasks: Sequence[Task]) -> list[Group]:
    """Return the top folders with all that is in them; a folder with but one in it is named on.

    A task is where all of its files are; the tasks of the top have a group of their own, `.`.
    """
    top = Group("folder:", "")
    known: dict[str, tuple[Group, ...]] = {"": (top,)}
    for task in sorted(tasks, key=lambda task: task.files):
        chain = _chain(known, _folder(task))
        chain[-1].leaves.append(task.id)
        for group in chain:
            group.tasks.append(task.id)
    if top.leaves:
        top.groups.append(Group("folder:.", ".", leaves=top.leaves, tasks=top.leaves))
    return [_named_on(group, 0) for group in top.groups]


def _folder(task: Task) -> str:
    """Return the folder that has all files of a task, "" for the top."""
    first, *others = (file.split("/")[:-1] for file in task.files)
    shared = 0
    while shared < len(first) and all(first[: shared + 1] == one[: shared + 1] for one in others):
        shared += 1
    return "/".join(first[:shared])


def _chain(known: dict[str, tuple[Group, ...]], folder: str) -> tuple[Group, ...]:
    """Return the groups that lead to a folder, from the top; make those that are not there."""
    if folder not in known:
        around, _, name = folder.rpartition("/")
        chain = _chain(known, around)
        group = Group(f"folder:{folder}", name)
        chain[-1].groups.append(group)
        known[folder] = (*chain, group)
    return known[folder]


def _named_on(group: Group, depth: int) -> Group:
    while len(group.groups) == 1 and not group.leaves:
        (inner,) = group.groups
        group = Group(
            inner.key,
            f"{group.name}/{inner.name}",
            groups=inner.groups,
            leaves=inner.leaves,
            tasks=inner.tasks,
        )
    group.depth = depth
    group.groups = [_named_on(one, depth + 1) for one in group.groups]
    return group


def held_up(run: Run, path: Sequence[str]) -> str:
    """Return in a line what a critical path says."""
    if not path:
        return "nothing is left to do"
    cost = sum(run.by_id[task].cost for task in path)
    one_by_one = ", one after the other" if len(path) > 1 else ""
    return f"the run cannot end before {many(len(path), 'task')}{one_by_one} (cost {cost:g})"
