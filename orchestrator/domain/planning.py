"""From what is known of a repository to a plan, and from an edited plan to a valid one."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from orchestrator.domain.graph import Graph, layers, longest_remaining
from orchestrator.domain.owners import Owners
from orchestrator.domain.partition import Group, Parts, parts
from orchestrator.domain.plan import Cycle, Plan, Task, Untouched
from orchestrator.domain.playbook import GroupBy, ParamValue, Partition
from orchestrator.domain.staging import Stages, staged
from orchestrator.domain.visible import on_one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What planning knows. `lines` has the files that tasks are made of, with their lines.

    `graph` has them too, and every other file over which a path may lead from one to another.
    `stages` is what a scaffold plan has before and after the migration.
    """

    graph: Graph
    lines: Mapping[str, int]
    occurrences: Mapping[str, int]
    owners: Owners
    packages: frozenset[str]
    untouched: Sequence[Untouched]
    stages: Stages | None = None


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
    tasks, cycles = make_tasks(survey, partition, ordered=ordered)
    if survey.stages is not None:
        tasks = staged(tasks, survey.stages, lambda files: _owners(files, survey.owners))
    plan = Plan(
        playbook=heading.playbook,
        playbook_digest=heading.playbook_digest,
        params=dict(heading.params),
        repository=heading.repository,
        base=heading.base,
        hash="",
        layers=1 + max((task.layer for task in tasks), default=-1),
        tasks=tasks,
        cycles=cycles,
        untouched=tuple(sorted(survey.untouched, key=lambda one: one.file)),
    )
    return replace(plan, hash=plan_hash(plan))


def make_tasks(
    survey: Survey, partition: Partition, *, ordered: bool
) -> tuple[tuple[Task, ...], tuple[Cycle, ...]]:
    """Return the migration's tasks, dependencies first, and the cycles cut between them."""
    graph = survey.graph if ordered else dict.fromkeys(survey.lines, ())
    cut_up = parts(graph, survey.lines, partition, _key(partition.by, survey))
    return _tasks(cut_up, survey), cut_up.cycles


def plan_hash(plan: Plan) -> str:
    """Return the SHA-256 of everything in the plan but its hash and where the target lies."""
    document = as_document(plan)
    for left_out in ("hash", "repository"):
        del document[left_out]
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), default=as_document)
    return hashlib.sha256(text.encode()).hexdigest()


def as_document(value: Any) -> dict[str, Any]:
    """Return a value's fields by name, one level deep; `asdict` would copy every path."""
    return {name: getattr(value, name) for name in _names(value.__class__)}


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def fingerprint(playbook_digest: str, params: Mapping[str, ParamValue]) -> str:
    """Return a key for what a playbook's `find` says of a content: it depends on nothing else."""
    text = json.dumps([playbook_digest, dict(params)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _tasks(cut_up: Parts, survey: Survey) -> tuple[Task, ...]:
    ids = [_id(group) for group in cut_up.groups]
    needs = {name: {ids[to] for to in cut_up.needs[at]} for at, name in enumerate(ids)}
    soft = _soft(cut_up, ids)
    lines = {
        name: sum(survey.lines[file] for file in group)
        for name, group in zip(ids, cut_up.groups, strict=True)
    }
    average = max(1.0, sum(lines.values()) / max(1, len(survey.lines)))
    cost = {name: round(max(count, 1) / average, 3) for name, count in lines.items()}
    depth = layers(ids, needs)
    remaining = longest_remaining(ids, needs, cost)
    return tuple(
        Task(
            id=name,
            title=title_of(group),
            files=group,
            depends_on=tuple(sorted(needs[name])),
            soft_depends_on=tuple(sorted(soft[name] - needs[name])),
            layer=depth[name],
            owners=_owners(group, survey.owners),
            lines=lines[name],
            occurrences=sum(survey.occurrences.get(file, 0) for file in group),
            cost=cost[name],
            priority=round(remaining[name], 3),
        )
        for name, group in zip(ids, cut_up.groups, strict=True)
    )


def _soft(cut_up: Parts, ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the tasks that each task would depend on if nothing had been cut."""
    task_of = {file: name for name, group in zip(ids, cut_up.groups, strict=True) for file in group}
    soft: dict[str, set[str]] = {name: set() for name in ids}
    for source, target in cut_up.cut_edges:
        if source in task_of and target in task_of and task_of[source] != task_of[target]:
            soft[task_of[source]].add(task_of[target])
    return soft


def _id(group: Group) -> str:
    """Return a name that is stable as long as the files are, and fits to be part of a ref."""
    return f"{_slug(group[0])}-{_digest(group)}"


def _slug(path: str) -> str:
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    words = f"{folder.rpartition('/')[2]}-{stem}"
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40].rstrip("-") or "task"


def _digest(group: Group) -> str:
    joined = "\0".join(group).encode("utf-8", "surrogateescape")
    return hashlib.sha256(joined).hexdigest()[:8]


def title_of(group: Group) -> str:
    """Return how a task with these files is called, on one line whatever they are called."""
    return on_one_line(_named(group))


def _named(group: Group) -> str:
    if len(group) == 1:
        return group[0]
    folders = {str(PurePosixPath(file).parent) for file in group}
    where = folders.pop() if len(folders) == 1 else f"{group[0]} and others"
    return f"{where} ({len(group)} files)"


def _owners(group: Sequence[str], owners: Owners) -> tuple[str, ...]:
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
