"""What comes of each command that a run accepts: in a sentence beforehand, and in short."""

from collections.abc import Callable, Mapping, Sequence

from orchestrator.domain.counting import many
from orchestrator.domain.events import CommandAccepted, Steering
from orchestrator.domain.lifecycle import BUSY
from orchestrator.domain.run import Run

NAMED = 2
"""How many tasks a sentence names; of more it says how many there are."""


def in_a_sentence(run: Run, said: CommandAccepted) -> str:
    """Return what comes of a command, for somebody who may still think better of it."""
    return _SENTENCES[said.action](run, said)


def in_short(said: CommandAccepted) -> str:
    """Return what a command has come to, for somebody who gave it: tasks go by their ids."""
    if words := _IN_SHORT.get(said.action):
        return words
    if said.concurrency:
        return f"{many(said.concurrency, 'attempt')} at once from now on"
    if said.rule:
        return f"{said.rule.id} goes before all agents, for {many(len(said.tasks), 'task')}"
    if said.checkpoint:
        return f"checkpoint {said.checkpoint}"
    tasks = ", ".join(said.tasks)
    if said.rest:
        return f"{tasks} goes first; {len(said.rest)} more follow when it has landed"
    return tasks


def _stop(run: Run, _: CommandAccepted) -> str:
    busy = run.busy
    if not busy:
        return "The run stops where it is; it can be gone on with at any time."
    return (
        f"{many(busy, 'attempt')} under way {_is(busy)} given back and done again later; "
        "the run can be gone on with at any time."
    )


def _pause(run: Run, _: CommandAccepted) -> str:
    busy = run.busy
    under_way = f"; {many(busy, 'attempt')} under way end and land" if busy else ""
    return f"No attempt starts until a person lets the run go on{under_way}."


def _unpause(run: Run, _: CommandAccepted) -> str:
    ready = run.counts["ready"]
    return f"Attempts start again: {many(ready, 'task')} {_is(ready)} ready."


def _concurrency(run: Run, said: CommandAccepted) -> str:
    now, most = run.busy, said.concurrency
    over = f"; the {now} under way go on" if now > most else ""
    before = run.pace.most_at_once
    return f"{many(most, 'attempt')} at once from now on, instead of {before}{over}."


def _retry(run: Run, said: CommandAccepted) -> str:
    how = f" by {said.agent}" if said.agent else ""
    told = ", told your note" if said.note else ""
    if said.rest:
        follow = "follows" if len(said.rest) == 1 else "follow"
        return (
            f"{_those(run, said.tasks)} goes first{how}{told}; "
            f"{len(said.rest)} more {follow} when it has landed."
        )
    parked = all(run.tasks[task].state == "parked" for task in said.tasks)
    new = "is tried at once, whatever limit was met" if parked else "starts over"
    several = "are tried at once, whatever limit was met" if parked else "start over"
    return f"{_those(run, said.tasks)} {new if len(said.tasks) == 1 else several}{how}{told}."


def _approve(run: Run, said: CommandAccepted) -> str:
    if said.checkpoint == "before_publish":
        return "The run's slices may be published."
    if said.checkpoint:
        return f"The run goes on beyond checkpoint {said.checkpoint}."
    return f"{_those(run, said.tasks)} may start."


def _hold(run: Run, said: CommandAccepted) -> str:
    busy = [task for task in said.tasks if run.tasks[task].state in BUSY]
    still = "; the attempt under way goes on" if busy else ""
    several = len(said.tasks) > 1
    return (
        f"{_those(run, said.tasks)} {'do' if several else 'does'} not start "
        f"until {'they are' if several else 'it is'} approved{still}."
    )


def _skip(run: Run, said: CommandAccepted) -> str:
    waiting = {need for task in said.tasks for need in run.waiting_for(task)}
    others = many(len(waiting), "task")
    needing = "needs" if len(waiting) == 1 else "need"
    goes = f"; {others} that {needing} it go on as if it were done" if waiting else ""
    return f"{_those(run, said.tasks)} {_is(len(said.tasks))} left out{goes}."


def _add_learning(_: Run, said: CommandAccepted) -> str:
    if said.added and said.added.suspicion:
        return f"No attempt is told before a person trusts it, for it {said.added.suspicion}."
    if said.added and said.added.same_as:
        return f"The run knows it already: {said.added.same_as}."
    return "Attempts that this is of use to are told it from now on."


def _retire_learning(_: Run, said: CommandAccepted) -> str:
    return f"No attempt is told learning {', '.join(said.learnings)} any more."


def _trust_learning(_: Run, said: CommandAccepted) -> str:
    return f"Attempts are told learning {', '.join(said.learnings)} from now on."


def _apply_rule(_: Run, said: CommandAccepted) -> str:
    return f"A rule goes before all agents, for {many(len(said.tasks), 'task')}."


def _address(_: Run, said: CommandAccepted) -> str:
    return f"A task that follows {many(len(said.tasks), 'task')} answers the review."


def _those(run: Run, tasks: Sequence[str]) -> str:
    if len(tasks) > NAMED:
        return many(len(tasks), "task")
    return " and ".join(run.by_id[task].title for task in tasks)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


_SENTENCES: Mapping[Steering, Callable[[Run, CommandAccepted], str]] = {
    "stop": _stop,
    "pause": _pause,
    "unpause": _unpause,
    "concurrency": _concurrency,
    "retry": _retry,
    "approve": _approve,
    "hold": _hold,
    "skip": _skip,
    "add_learning": _add_learning,
    "retire_learning": _retire_learning,
    "trust_learning": _trust_learning,
    "apply_rule": _apply_rule,
    "address": _address,
}
_IN_SHORT: Mapping[Steering, str] = {
    "stop": "asked",
    "pause": "no attempt starts until leafcut resume",
    "unpause": "the run goes on",
}
"""Commands that are about nothing but the run."""
