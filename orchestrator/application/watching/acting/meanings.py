"""What comes of each command that the run accepts, in a sentence."""

from collections.abc import Callable, Mapping, Sequence

from orchestrator.application.watching.follow import Look
from orchestrator.domain.counting import many
from orchestrator.domain.events import CommandAccepted, Steering
from orchestrator.domain.lifecycle import BUSY

NAMED = 2
"""How many tasks a sentence names; of more it says how many there are."""


def _stop(look: Look, _: CommandAccepted) -> str:
    busy = look.run.busy
    if not busy:
        return "The run stops where it is; it can be gone on with at any time."
    return (
        f"{many(busy, 'attempt')} under way {_is(busy)} given back and done again later; "
        "the run can be gone on with at any time."
    )


def _pause(look: Look, _: CommandAccepted) -> str:
    busy = look.run.busy
    under_way = f"; {many(busy, 'attempt')} under way end and land" if busy else ""
    return f"No attempt starts until a person lets the run go on{under_way}."


def _unpause(look: Look, _: CommandAccepted) -> str:
    ready = look.run.counts["ready"]
    return f"Attempts start again: {many(ready, 'task')} {_is(ready)} ready."


def _concurrency(look: Look, said: CommandAccepted) -> str:
    now, most = look.run.busy, said.concurrency
    over = f"; the {now} under way go on" if now > most else ""
    before = look.run.pace.most_at_once
    return f"{many(most, 'attempt')} at once from now on, instead of {before}{over}."


def _retry(look: Look, said: CommandAccepted) -> str:
    run = look.run
    how = f" by {said.agent}" if said.agent else ""
    told = ", told your note" if said.note else ""
    if said.rest:
        follow = "follows" if len(said.rest) == 1 else "follow"
        return (
            f"{_those(look, said.tasks)} goes first{how}{told}; "
            f"{len(said.rest)} more {follow} when it has landed."
        )
    parked = all(run.tasks[task].state == "parked" for task in said.tasks)
    new = "is tried at once, whatever limit was met" if parked else "starts over"
    several = "are tried at once, whatever limit was met" if parked else "start over"
    return f"{_those(look, said.tasks)} {new if len(said.tasks) == 1 else several}{how}{told}."


def _approve(look: Look, said: CommandAccepted) -> str:
    if said.checkpoint == "before_publish":
        return "The run's slices may be published."
    if said.checkpoint:
        return f"The run goes on beyond checkpoint {said.checkpoint}."
    return f"{_those(look, said.tasks)} may start."


def _hold(look: Look, said: CommandAccepted) -> str:
    busy = [task for task in said.tasks if look.run.tasks[task].state in BUSY]
    still = "; the attempt under way goes on" if busy else ""
    several = len(said.tasks) > 1
    return (
        f"{_those(look, said.tasks)} {'do' if several else 'does'} not start "
        f"until {'they are' if several else 'it is'} approved{still}."
    )


def _skip(look: Look, said: CommandAccepted) -> str:
    waiting = {need for task in said.tasks for need in look.run.waiting_for(task)}
    others = many(len(waiting), "task")
    needing = "needs" if len(waiting) == 1 else "need"
    goes = f"; {others} that {needing} it go on as if it were done" if waiting else ""
    return f"{_those(look, said.tasks)} {_is(len(said.tasks))} left out{goes}."


def _add_learning(_: Look, said: CommandAccepted) -> str:
    if said.added and said.added.suspicion:
        return f"No attempt is told before a person trusts it, for it {said.added.suspicion}."
    if said.added and said.added.same_as:
        return f"The run knows it already: {said.added.same_as}."
    return "Attempts that this is of use to are told it from now on."


def _retire_learning(_: Look, said: CommandAccepted) -> str:
    return f"No attempt is told learning {', '.join(said.learnings)} any more."


def _trust_learning(_: Look, said: CommandAccepted) -> str:
    return f"Attempts are told learning {', '.join(said.learnings)} from now on."


def _apply_rule(_: Look, said: CommandAccepted) -> str:
    return f"A rule goes before all agents, for {many(len(said.tasks), 'task')}."


def _address(_: Look, said: CommandAccepted) -> str:
    return f"A task that follows {many(len(said.tasks), 'task')} answers the review."


def _those(look: Look, tasks: Sequence[str]) -> str:
    if len(tasks) > NAMED:
        return many(len(tasks), "task")
    return " and ".join(look.run.by_id[task].title for task in tasks)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


MEANINGS: Mapping[Steering, Callable[[Look, CommandAccepted], str]] = {
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
"""A sentence for each."""
