"""Propagation: a right change that breaks other files, and what it breaks, become one task.

CodePlan (Bairi et al., "CodePlan: Repository-level Coding using LLMs and Planning", 2023) calls the
files that a change reaches its may-impact; there they are edited one by one while the repository is
broken. Here cause and consequences land as one commit, so that every commit is green.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from orchestrator.domain.events import PlanChanged
from orchestrator.domain.lifecycle import BUSY, SATISFYING
from orchestrator.domain.plan import Task
from orchestrator.domain.planning import title_of
from orchestrator.domain.run import Run, Spread
from orchestrator.domain.verdict import Failure

SHOWN = 3
"""How many files a reason names."""
_IN_FLIGHT = BUSY | {"queued"}


@dataclass(frozen=True, slots=True)
class Reach:
    """What failures blame: selected `files` outside of the task, and whether only those."""

    files: tuple[str, ...]
    only: bool


def reach(run: Run, task: str, failures: Iterable[Failure]) -> Reach:
    """Return what failures blame.

    A file that no playbook may touch, because it is not selected, is looked past. So are the files
    of a traceback that the task took in before: what breaks lies beyond them.
    """
    mine = frozenset(run.by_id[task].files)
    own = frozenset(run.tasks[task].own_files) or mine
    blamed = [_blamed(run, failure, own, mine) for failure in failures]
    outside = {file for file in blamed if file}
    return Reach(tuple(sorted(outside)), only="" not in blamed)


def _blamed(run: Run, failure: Failure, own: frozenset[str], mine: frozenset[str]) -> str | None:
    """Return the file outside that a failure blames, "" when it blames the task, else None."""
    if failure.check.startswith("guard:"):
        return ""
    for file in failure.named:
        if file in own or (file in mine and not failure.trace):
            return ""
        if file in run.holders and file not in mine:
            return file
    return None if mine.isdisjoint(failure.named) else ""


def spread(
    run: Run, task: str, failures: Sequence[Failure], commit: str | None, *, turn_is_over: bool
) -> Spread | None:
    """Return how a rejected change set goes on beyond its task, None when it does not.

    It does when nothing but other files speaks against it, or when others do and its agent has
    nothing better to offer. A scaffold and a teardown keep to their own files.
    """
    alone = not run.policy.max_spread or run.by_id[task].stage != "migrate"
    if alone or commit is None:
        return None
    found = reach(run, task, failures)
    if not found.files or not (found.only or turn_is_over):
        return None
    return Spread(found.files, commit)


def next_change(run: Run) -> PlanChanged | None:
    """Return what becomes of the first change that spreads and need not wait for a task at work."""
    for task, how in run.spreading.items():
        members = _members(run, task, how.files)
        if not any(run.tasks[one].state in _IN_FLIGHT for one in members - {task}):
            return _widened(run, task, how, members)
    return None


def _members(run: Run, task: str, files: Iterable[str]) -> set[str]:
    """Return the tasks that become one, with those on a path between any two of them."""
    holders = {run.holders[file] for file in files} - {""}
    wanted = {task} | {one for one in holders if run.tasks[one].state not in SATISFYING}
    needing: dict[str, set[str]] = {}
    for one in _closed(wanted, run.needs):
        for need in run.needs(one):
            needing.setdefault(need, set()).add(one)
    return _closed(wanted, lambda one: needing.get(one, ()))


def _closed(start: Iterable[str], following: Callable[[str], Iterable[str]]) -> set[str]:
    """Return `start` and all that can be reached from there."""
    seen = set(start)
    pending = list(seen)
    while pending:
        for one in following(pending.pop()):
            if one not in seen:
                seen.add(one)
                pending.append(one)
    return seen


def _widened(run: Run, task: str, how: Spread, members: set[str]) -> PlanChanged:
    tasks = [run.by_id[one] for one in sorted(members)]
    files = {file for one in tasks for file in one.files} | set(how.files)
    most = run.policy.max_spread
    shown = ", ".join(how.files[:SHOWN]) + (" …" if len(how.files) > SHOWN else "")
    if len(files) > most:
        advice = (
            f"breaks {shown}: with what that takes along it is {len(files)} files, and "
            f"propagation.max_files is {most}; raise it, or use strategy: scaffold"
        )
        return PlanChanged(reason=advice, given_up=((task, advice),))
    return PlanChanged(
        reason=f"breaks {shown}",
        changed=(_union(run, task, tasks, files),),
        absorbed=tuple((one.id, task) for one in tasks if one.id != task),
        seeds=((task, how.commit),),
    )


def _lasting_needs(run: Run, task: Task) -> set[str]:
    """Return what a task depends on, less what failed and does not keep it from starting."""
    still = run.needs(task.id)
    return {need for need in task.depends_on if need in still or run.tasks[need].state != "failed"}


def _union(run: Run, task: str, tasks: Sequence[Task], files: Iterable[str]) -> Task:
    """Return the task that all of them become; landed ones whose files it takes stand below it."""
    cause = run.by_id[task]
    members = {one.id for one in tasks}
    below = {run.holders[file] for file in files} - members - {""}
    landed = sorted(one for one in below if run.tasks[one].state == "landed")
    own = run.tasks[task].own_files or cause.files
    everything = tuple(sorted(files))
    needs = {need for one in tasks for need in _lasting_needs(run, one)} - members
    soft = {need for one in tasks for need in one.soft_depends_on} - members - needs
    return replace(
        cause,
        title=f"{title_of(own)} and what it reaches ({len(everything)} files)",
        files=everything,
        depends_on=tuple(sorted(needs | set(landed))),
        soft_depends_on=tuple(sorted(soft - set(landed))),
        layer=max(one.layer for one in tasks),
        owners=tuple(sorted({owner for one in tasks for owner in one.owners})),
        lines=sum(one.lines for one in tasks),
        occurrences=sum(one.occurrences for one in tasks),
        cost=round(sum(one.cost for one in tasks), 3),
        priority=max(one.priority for one in tasks),
        follows=cause.follows or (landed[0] if landed else None),
    )
