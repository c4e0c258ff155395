"""A plan as values: the directed acyclic graph of tasks for one playbook on one base commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.playbook import ParamValue
from orchestrator.domain.strict import Strict

SCHEMA = 1

TaskStage: TypeAlias = Literal["scaffold", "migrate", "teardown"]
STAGES: tuple[TaskStage, ...] = ("scaffold", "migrate", "teardown")
"""The stages of a scaffold plan in order; every other plan is all migration."""

NO_OCCURRENCE = "no occurrence"
"""Why a selected file has no task: there is nothing to do in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Strict):
    """The smallest unit of work: some files, one commit, must land green.

    `layer` is the depth in the plan (0 depends on nothing), `lines` the number of lines of its
    files, `cost` the relative weight of the work (1.0 is one average file), `priority` the longest
    remaining path that starts here, in the same unit; higher goes first. `soft_depends_on` are
    edges that were cut to break a cycle: they are recorded and not waited for. `follows` is the
    landed task that this one goes on from. `stage` is `migrate` but for the first and the last
    task of a scaffold plan. A `review` does what a review of the task that it follows asked for,
    and its commit belongs into the same slice.
    """

    id: str
    title: str
    files: tuple[str, ...]
    kind: Literal["change", "review"] = "change"
    stage: TaskStage = "migrate"
    depends_on: tuple[str, ...] = ()
    soft_depends_on: tuple[str, ...] = ()
    layer: int = 0
    owners: tuple[str, ...] = ()
    lines: int = 0
    occurrences: int = 0
    cost: float = 1.0
    priority: float = 1.0
    follows: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle(Strict):
    """A strongly connected component that was too large for one task, and where it was cut."""

    files: tuple[str, ...]
    cut_edges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Untouched(Strict):
    """A selected file that no task will touch, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Strict):
    """The tasks of one playbook on one base commit.

    `repository` is the absolute path of the target repository, `base` the full commit id,
    `playbook_digest` the SHA-256 of the playbook's files, `hash` that of the plan's canonical JSON
    without `hash` and `repository`. An edited plan is validated and hashed again and names
    the plan that it was made from in `derived_from`.
    """

    playbook: str
    playbook_digest: str
    params: Mapping[str, ParamValue]
    repository: str
    base: str
    hash: str
    layers: int
    tasks: tuple[Task, ...]
    cycles: tuple[Cycle, ...] = ()
    untouched: tuple[Untouched, ...] = ()
    derived_from: str | None = None
    schema: int = SCHEMA
