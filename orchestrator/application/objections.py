"""Red checks that speak against a task: what they ran, and what they printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestrator.domain.clusters import Cluster
from orchestrator.domain.events import AttemptEnded, Event, HeadChecked, LandingEnded
from orchestrator.domain.handoff import said
from orchestrator.domain.verdict import CheckResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """What a red check said at one task of a cluster, `cluster` being its key."""

    cluster: str
    task: str
    check: str
    command: str
    exit_code: int | None
    output: str


def against(event: Event, task: str) -> tuple[CheckResult, ...]:
    """Return the red checks that an event holds against a task, in the order in which they ran."""
    return tuple(check for check in _all_of(event).get(task, ()) if not check.green)


def told(check: CheckResult) -> str:
    """Return what a red check printed; only what is new where that tells of the base, too."""
    if check.known and any(failure.path for failure in check.failures):
        return "\n".join(said(failure) for failure in check.failures)
    return check.output


def by_cluster(clusters: Iterable[Cluster], events: Iterable[Event]) -> tuple[Objection, ...]:
    """Return what was said last at a task of each cluster; nothing of what no check has said.

    It is the word of the check that the cluster is named by, at its first task that has one.
    """
    clusters = tuple(clusters)
    wanted = {task: one.check for one in clusters for task in one.tasks}
    last: dict[str, CheckResult] = {}
    for event in events:
        for task in _all_of(event).keys() & wanted.keys():
            for check in against(event, task):
                if check.check == wanted[task]:
                    last[task] = check
    found = ((one, next((task for task in one.tasks if task in last), None)) for one in clusters)
    return tuple(_objection(one.key, task, last[task]) for one, task in found if task is not None)


def _objection(cluster: str, task: str, check: CheckResult) -> Objection:
    return Objection(
        cluster=cluster,
        task=task,
        check=check.check,
        command=check.command,
        exit_code=check.exit_code,
        output=told(check),
    )


def _all_of(event: Event) -> Mapping[str, tuple[CheckResult, ...]]:
    """Return the checks by which an event judges tasks, by task."""
    if isinstance(event, AttemptEnded):
        return {event.result.task: event.result.verdict.checks}
    if isinstance(event, LandingEnded):
        return {back.task: back.checks for back in event.sent_back}
    if isinstance(event, HeadChecked):
        return {taken.task: taken.checks for taken in event.reverted}
    return {}
