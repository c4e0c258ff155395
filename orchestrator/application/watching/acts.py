"""What a person asks a run for, in words: what will come of it, or why nothing will."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from orchestrator.application.watching.follow import Look
from orchestrator.domain.checkpoints import standing
from orchestrator.domain.clusters import clusters, named
from orchestrator.domain.commands import ABOUT_A_PROCESS, Answer, answer
from orchestrator.domain.counting import many
from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand, Steering
from orchestrator.domain.lifecycle import BUSY, ENDED
from orchestrator.domain.visible import on_one_line

NOBODY = "nobody works on the run"
NAMED = 2
"""How many tasks a sentence names; of more it says how many there are."""

DESTROYING: frozenset[Steering] = frozenset({"stop", "skip"})
"""What gives work up: a person says so twice."""


def refusal(look: Look, command: PersonCommand) -> str:
    """Return why the run would turn a command down as it stands; empty where it would not."""
    if command.action in ABOUT_A_PROCESS and not look.alive:
        return NOBODY
    if any(_same(command, waiting) for waiting in look.waiting):
        return "that has been asked for already, and waits to be answered"
    said = answer(look.run, command)
    return _in_titles(look, command, said.reason) if isinstance(said, CommandRefused) else ""


def meaning(look: Look, command: PersonCommand) -> str:
    """Return in a sentence what will come of a command that is not refused."""
    said = answer(look.run, command)
    if isinstance(said, CommandRefused):
        return ""
    return on_one_line(_MEANINGS[command.action](look, said))


def outcome(look: Look, command: PersonCommand, said: Answer | None) -> str:
    """Return what became of a command, when whoever works on the run had its time to answer."""
    word = command.action.replace("_", " ")
    if isinstance(said, CommandAccepted):
        return f"{word}: accepted"
    if isinstance(said, CommandRefused):
        return on_one_line(f"{word}: refused by the run: {said.reason}")
    if look.alive:
        return f"{word}: asked; the run has not answered yet"
    return f"{word}: {NOBODY}, it applies when somebody goes on with it"


def no_going_on(look: Look) -> str:
    """Return why nobody can be set to work on the run; empty where that makes sense."""
    if look.alive:
        return "a process works on the run already"
    if look.run.ended is None or look.waiting or _left(look):
        return ""
    hint = "; what failed can be retried first" if look.run.counts["failed"] else ""
    return f"the run is over: nothing is left to do{hint}"


def going_on(look: Look) -> str:
    """Return in a sentence what comes of setting a process to work on the run."""
    left = many(_left(look), "task")
    does = "does what was asked for and goes on" if look.waiting else f"goes on with {left}"
    return f"A process of its own {does}; it does not need this screen."


def _left(look: Look) -> int:
    return sum(count for state, count in look.run.counts.items() if state not in ENDED)


def note(look: Look, *, read_only: bool) -> str:
    """Return what a person should know at any time: what waits, and what would go on with it."""
    said = ["read only"] if read_only else []
    if look.waiting:
        said.append(f"{len(look.waiting)} asked")
    if not look.alive and not read_only and look.whole and not no_going_on(look):
        waits = standing(look.run) and not look.waiting
        said.append("a approves" if waits else "R goes on")
    return ", ".join(said)


def ending(look: Look) -> str:
    """Return what to tell a person when nobody works on the run any more."""
    if look.run.ended is None:
        return "the process that worked on the run is gone; R goes on with it"
    return f"the run is {look.run.ended.state}; q leaves"


def _in_titles(look: Look, command: PersonCommand, reason: str) -> str:
    """Return a reason with tasks called as people see them."""
    for task in command.tasks:
        if task in look.run.by_id:
            reason = reason.replace(f"task {task} ", f"task {look.run.by_id[task].title} ")
    return reason


def _same(one: PersonCommand, other: PersonCommand) -> bool:
    return replace(one, id=0, who="") == replace(other, id=0, who="")


# -- what each command means ------------------------------------------------------------------


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
    return f"Attempts start again: {many(look.run.counts['ready'], 'task')} {_is(0)} ready."


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
        return (
            f"{_those(look, said.tasks)} goes first{how}{told}; "
            f"{len(said.rest)} more follow when it has landed."
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


def failing_cluster(look: Look, task: str) -> str:
    """Return the key of the cluster that a failed task is in with others; empty for none."""
    found = (one for one in clusters(look.run.tasks) if task in one.tasks and len(one.tasks) > 1)
    return next((one.key for one in found), "")


def size_of(look: Look, cluster: str) -> int:
    """Return how many tasks a failure cluster has."""
    found = named(clusters(look.run.tasks), cluster)
    return len(found.tasks) if found else 0


_MEANINGS: Mapping[Steering, Callable[[Look, CommandAccepted], str]] = {
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
