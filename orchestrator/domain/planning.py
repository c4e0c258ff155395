"""From what is known of a repository to a plan, and from an edited plan to a valid one."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from orchestrator.domain.graph import Graph, components, condensed, layers, longest_remaining
from orchestrator.domain.owners import Owners
from orchestrator.domain.partition import Group, Parts, parts
from orchestrator.domain.plan import Plan, Task, Untouched
from orchestrator.domain.playbook import GroupBy, ParamValue, Partition


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What planning knows: the graph among the files that tasks are made of, lines, occurrences."""

    graph: Graph
    lines: Mapping[str, int]
    occurrences: Mapping[str, int]
    owners: Owners
    packages: frozenset[str]
    untouched: Sequence[Untouched]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a plan says of itself."""

    playbook: str
    playbook_digest: str
    params: Mapping[str, ParamValue]
    repository: str
    base: str


def make_plan(heading: Heading, survey: Survey, partition: Partition, *, ordered: bool) -> Plan:
    """Return the plan; `ordered` is false for strategies that need no order among files."""
    graph = survey.graph if ordered else {file: set() for file in survey.graph}
    cut_up = parts(graph, partition, survey.lines, _key(partition.by, survey))
    tasks = _tasks(cut_up, graph, survey)
    plan = Plan(
        playbook=heading.playbook,
        playbook_digest=heading.playbook_digest,
        params=dict(heading.params),
        repository=heading.repository,
        base=heading.base,
        hash="",
        layers=1 + max((task.layer for task in tasks), default=-1),
        tasks=tuple(tasks),
        cycles=cut_up.cycles,
        untouched=tuple(sorted(survey.untouched, key=lambda one: one.file)),
    )
    return replace(plan, hash=plan_hash(plan))


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of everything in the plan but its hash and where the target lies."""
    document = asdict(plan)
    for left_out in ("hash", "repository"):
        del document[left_out]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(playbook_digest: str, params: Mapping[str, ParamValue]) -> str:
    """Return a key for what a playbook's `find` says of a content: it depends on nothing else."""
    text = json.dumps([playbook_digest, dict(params)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def accept_edits(plan: Plan) -> Plan:
    """Return a plan that a person may have edited, with order and hash made right again.

    Raises:
        ValueError: the plan cannot be executed; the message names the tasks.
    """
    if plan_hash(plan) == plan.hash:
        return plan
    _refuse_faults(plan)
    graph = {task.id: set(task.depends_on) for task in plan.tasks}
    order = [task for (task,) in components(graph)]
    depth = layers(order, graph)
    remaining = longest_remaining(order, graph, {task.id: task.cost for task in plan.tasks})
    tasks = tuple(
        replace(task, layer=depth[task.id], priority=round(remaining[task.id], 3))
        for task in plan.tasks
    )
    count = 1 + max(depth.values(), default=-1)
    edited = replace(plan, tasks=tasks, layers=count, derived_from=plan.hash)
    return replace(edited, hash=plan_hash(edited))


def _refuse_faults(plan: Plan) -> None:
    ids = [task.id for task in plan.tasks]
    doubled = sorted({one for one in ids if ids.count(one) > 1})
    if doubled:
        message = f"two tasks are called {doubled[0]}"
        raise ValueError(message)
    owner: dict[str, str] = {}
    for task in plan.tasks:
        for file in task.files:
            if file in owner:
                message = f"{file} is in task {owner[file]} and in task {task.id}"
                raise ValueError(message)
            owner[file] = task.id
        for needed in task.depends_on:
            if needed not in set(ids):
                message = f"task {task.id} depends on {needed}, which is not in the plan"
                raise ValueError(message)
    for members in components({task.id: set(task.depends_on) for task in plan.tasks}):
        if len(members) > 1 or any(
            task.id in task.depends_on for task in plan.tasks if task.id == members[0]
        ):
            message = f"these tasks depend on each other in a circle: {', '.join(members)}"
            raise ValueError(message)


def _tasks(cut_up: Parts, graph: Graph, survey: Survey) -> list[Task]:
    groups = cut_up.groups
    cuts = set(cut_up.cut_edges)
    hard = {node: {to for to in graph[node] if (node, to) not in cuts} for node in graph}
    ids = _ids(groups)
    needs = _named(condensed(hard, groups), ids)
    soft = _named(condensed({n: {t for s, t in cuts if s == n} for n in graph}, groups), ids)
    average = sum(survey.lines[file] for file in graph) / len(graph) if graph else 1.0
    lines = [sum(survey.lines[file] for file in group) for group in groups]
    cost = {
        name: round(max(n, 1) / max(average, 1.0), 3) for name, n in zip(ids, lines, strict=True)
    }
    depth = layers(ids, needs)
    remaining = longest_remaining(ids, needs, cost)
    return [
        Task(
            id=name,
            title=_title(group),
            files=group,
            depends_on=tuple(sorted(needs[name])),
            soft_depends_on=tuple(sorted(soft[name] - needs[name])),
            layer=depth[name],
            owners=_owners(group, survey.owners),
            lines=count,
            occurrences=sum(survey.occurrences.get(file, 0) for file in group),
            cost=cost[name],
            priority=round(remaining[name], 3),
        )
        for name, group, count in zip(ids, groups, lines, strict=True)
    ]


def _named(graph: Mapping[int, set[int]], ids: Sequence[str]) -> dict[str, set[str]]:
    return {ids[at]: {ids[to] for to in targets} for at, targets in graph.items()}


def _ids(groups: Sequence[Group]) -> list[str]:
    """Return names that are stable as long as a group's files are, and fit to be part of a ref."""
    return [f"{_slug(group[0])}-{_digest(group)}" for group in groups]


def _slug(path: str) -> str:
    pure = PurePosixPath(path)
    words = [*pure.parts[-2:-1], pure.stem if pure.suffix else pure.name]
    return re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")[:40] or "task"


def _digest(group: Group) -> str:
    joined = "\0".join(group).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:8]


def _title(group: Group) -> str:
    if len(group) == 1:
        return group[0]
    folders = {str(PurePosixPath(file).parent) for file in group}
    where = folders.pop() if len(folders) == 1 else f"{group[0]} and others"
    return f"{where} ({len(group)} files)"


def _owners(group: Group, owners: Owners) -> tuple[str, ...]:
    return tuple(sorted({owner for file in group for owner in owners(file)}))


def _key(by: GroupBy, survey: Survey) -> Callable[[str], str]:
    def package(file: str) -> str:
        folder = PurePosixPath(file).parent
        while str(folder) in survey.packages and str(folder.parent) in survey.packages:
            folder = folder.parent
        return str(folder)

    keys: Mapping[GroupBy, Callable[[str], str]] = {
        "file": lambda file: file,
        "directory": lambda file: str(PurePosixPath(file).parent),
        "package": package,
        "owner": lambda file: " ".join(survey.owners(file)),
    }
    return keys[by]
