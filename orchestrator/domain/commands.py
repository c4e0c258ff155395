"""What a person's command means for a run: accepted or refused, never half done."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from orchestrator.domain.checkpoints import to_approve
from orchestrator.domain.clusters import clusters, named
from orchestrator.domain.events import (
    CommandAccepted,
    CommandRefused,
    LearningAdded,
    PersonCommand,
    Steering,
)
from orchestrator.domain.learnings.admission import considered
from orchestrator.domain.lifecycle import TRANSITIONS, TaskState
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.domain.pace import MOST_ATTEMPTS
from orchestrator.domain.reviewing import at_review, reader
from orchestrator.domain.rules_first import to_be_tried
from orchestrator.domain.run import Run
from orchestrator.domain.status import NOT_BY_A_PERSON, TaskStatus
from orchestrator.domain.synthesis.rule import rule_of

ABOUT_LEARNINGS: frozenset[Steering] = frozenset(
    {"add_learning", "retire_learning", "trust_learning"}
)
"""Commands that touch no task: they are carried out also where no engine is at work."""

ABOUT_A_PROCESS: frozenset[Steering] = frozenset({"stop", "pause", "unpause", "concurrency"})
"""Commands that make no sense where no process works on the run."""

Answer: TypeAlias = CommandAccepted | CommandRefused

RETRIED: frozenset[TaskState] = frozenset({"failed", "skipped", "parked"})
"""States from which a person may send a task back to work."""

HOLDABLE: frozenset[TaskState] = frozenset(
    {"pending", "ready", "working", "checking", "parked", "queued"}
)
"""States of tasks that can be kept from being started, again if need be."""


def answer(run: Run, command: PersonCommand) -> Answer:
    """Return the event that answers `command` in the state that the run is in."""
    unknown = [task for task in command.tasks if task not in run.tasks]
    if unknown:
        return _refused(command, f"the plan has no task {unknown[0]}")
    return _ANSWERS[command.action](run, command)


def _stop(_: Run, command: PersonCommand) -> Answer:
    return _accepted(command)


def _pause(run: Run, command: PersonCommand) -> Answer:
    if run.paused:
        return _refused(command, "the run is paused already")
    return _accepted(command)


def _unpause(run: Run, command: PersonCommand) -> Answer:
    if not run.paused:
        return _refused(command, "the run is not paused")
    return _accepted(command)


def _concurrency(_: Run, command: PersonCommand) -> Answer:
    if not 1 <= command.concurrency <= MOST_ATTEMPTS:
        said = f"a run makes 1 to {MOST_ATTEMPTS} attempts at once, not {command.concurrency}"
        return _refused(command, said)
    return replace(_accepted(command), concurrency=command.concurrency)


def _retry(run: Run, command: PersonCommand) -> Answer:
    if command.cluster:
        return _retry_cluster(run, command)
    named_ones = tuple(task for task in command.tasks if _may_be_retried(run.tasks[task]))
    every = tuple(t for t, status in run.tasks.items() if status.state == "failed")
    tasks = named_ones if command.tasks else every
    if not tasks:
        said = "no failed task among those asked for" if command.tasks else "no task has failed"
        return _refused(command, said)
    return _accepted(command, tasks=tasks)


def _may_be_retried(status: TaskStatus) -> bool:
    """Say whether a task can go back to work; one that is part of another goes with that."""
    return status.state in RETRIED and status.reason_code not in NOT_BY_A_PERSON


def _retry_cluster(run: Run, command: PersonCommand) -> Answer:
    """Send the cheapest task of a cluster ahead; the others follow when it has landed."""
    found = clusters(run.tasks)
    cluster = named(found, command.cluster)
    if cluster is None:
        keys = [one.key for one in found]
        hint = suggestion(command.cluster, keys, listed(keys, "no task has failed"))
        return _refused(command, f"there is no cluster {command.cluster}; {hint}")
    canary = min(cluster.tasks, key=lambda task: (run.by_id[task].cost, task))
    rest = tuple(task for task in cluster.tasks if task != canary)
    return _accepted(command, tasks=(canary,), rest=rest)


def _approve(run: Run, command: PersonCommand) -> Answer:
    if command.tasks:
        wrong = [task for task in command.tasks if task not in run.on_hold]
        if wrong:
            return _refused(command, f"task {wrong[0]} is not on hold")
        return _accepted(command, tasks=command.tasks)
    checkpoint = to_approve(run)
    if not checkpoint:
        return _refused(command, "no checkpoint waits for a person")
    if command.checkpoint not in {"", checkpoint}:
        return _refused(command, f"the run waits at {checkpoint}, not at {command.checkpoint}")
    return _accepted(command, checkpoint=checkpoint)


def _hold(run: Run, command: PersonCommand) -> Answer:
    wrong = [task for task in command.tasks if run.tasks[task].state not in HOLDABLE]
    if wrong or not command.tasks:
        return _refused(command, _not_so(run, wrong, "held"))
    return _accepted(command, tasks=command.tasks)


def _skip(run: Run, command: PersonCommand) -> Answer:
    wrong = [t for t in command.tasks if "skipped" not in TRANSITIONS[run.tasks[t].state]]
    if wrong or not command.tasks:
        return _refused(command, _not_so(run, wrong, "skipped"))
    if not command.reason:
        return _refused(command, "skipping a task needs a reason")
    return _accepted(command, tasks=command.tasks)


def _add_learning(run: Run, command: PersonCommand) -> Answer:
    event = considered(run.ledger, command.learning) if command.learning else None
    if event is None:
        return _refused(command, "a learning says something")
    return _accepted(command, learnings=(event.same_as or event.learning.id,), added=event)


def _mark_learnings(run: Run, command: PersonCommand) -> Answer:
    wrong = [name for name in command.learnings if name not in run.ledger.standings]
    if wrong or not command.learnings:
        said = f"the run has no learning {wrong[0]}" if wrong else "no learning is named"
        return _refused(command, said)
    return _accepted(command, learnings=command.learnings)


def _apply_rule(run: Run, command: PersonCommand) -> Answer:
    rule = command.rule
    if rule is None or rule != rule_of(rule.rewrites):
        return _refused(command, "no rule is named, or it is not what its name says")
    if rule in run.rules:
        return _refused(command, f"rule {rule.id} is applied already")
    tasks = to_be_tried(run)
    if not (tasks or run.counts["failed"]):
        return _refused(command, "no task is left that a rule could do")
    return replace(_accepted(command, tasks=tasks), rule=rule)


def _address(run: Run, command: PersonCommand) -> Answer:
    wrong = [task for task in command.tasks if run.tasks[task].state != "landed"]
    if wrong or not command.tasks:
        return _refused(command, _not_so(run, wrong, "addressed"))
    busy = [task for task in command.tasks if at_review(run, task)]
    if busy:
        return _refused(command, f"{at_review(run, busy[0])} is at an earlier review of it")
    if reader(run, command.tasks[-1]) is None and not command.agent:
        return _refused(command, "no agent of its ladder can read a review; name one by --agent")
    return _accepted(command, tasks=command.tasks)


def _not_so(run: Run, wrong: list[str], wanted: str) -> str:
    if not wrong:
        return "no task is named"
    return f"task {wrong[0]} is {run.tasks[wrong[0]].state} and cannot be {wanted}"


def _accepted(
    command: PersonCommand,
    *,
    tasks: tuple[str, ...] = (),
    rest: tuple[str, ...] = (),
    checkpoint: str = "",
    learnings: tuple[str, ...] = (),
    added: LearningAdded | None = None,
) -> CommandAccepted:
    return CommandAccepted(
        command=command.id,
        who=command.who,
        action=command.action,
        tasks=tuple(dict.fromkeys(tasks)),
        rest=rest,
        checkpoint=checkpoint,
        reason=command.reason,
        agent=command.agent,
        note=command.note,
        learnings=tuple(dict.fromkeys(learnings)),
        added=added,
        remarks=command.remarks,
    )


def _refused(command: PersonCommand, reason: str) -> CommandRefused:
    return CommandRefused(command=command.id, who=command.who, reason=reason)


_ANSWERS: Mapping[Steering, Callable[[Run, PersonCommand], Answer]] = {
    "stop": _stop,
    "pause": _pause,
    "unpause": _unpause,
    "concurrency": _concurrency,
    "retry": _retry,
    "approve": _approve,
    "hold": _hold,
    "skip": _skip,
    "add_learning": _add_learning,
    "retire_learning": _mark_learnings,
    "trust_learning": _mark_learnings,
    "apply_rule": _apply_rule,
    "address": _address,
}
