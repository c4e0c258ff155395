"""What a person asks a run for, in words: what will come of it, or why nothing will."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from orchestrator.application.meanings import in_a_sentence
from orchestrator.application.next_steps import more_needed
from orchestrator.application.watching.follow import Look
from orchestrator.domain.checkpoints import standing, to_approve
from orchestrator.domain.clusters import clusters, named
from orchestrator.domain.commands import ABOUT_A_PROCESS, Answer, answer
from orchestrator.domain.counting import many
from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand, Steering
from orchestrator.domain.visible import on_one_line

NOBODY = "nobody works on the run"
DESTROYING: frozenset[Steering] = frozenset({"stop", "skip"})
"""What gives work up: a person says so twice."""
Offer: TypeAlias = Literal["pause", "stop", "approve", "go_on"]
_NOTES: Mapping[Offer, str] = {"approve": "a approves", "go_on": "R goes on"}


def refusal(look: Look, command: PersonCommand) -> str:
    """Return why the run would turn a command down as it stands; empty where it would not."""
    if command.action in ABOUT_A_PROCESS and not look.alive:
        return NOBODY
    if any(_same(command, waiting) for waiting in look.waiting):
        return "that has been asked for already, and waits to be answered"
    said = answer(look.run, command)
    return _in_titles(look, command, said.reason) if isinstance(said, CommandRefused) else ""


def fit_for(look: Look, action: Steering, tasks: Sequence[str]) -> tuple[str, ...]:
    """Return those of several tasks that an act can be about; one alone is refused with a reason.

    A folder of which half has landed can so be held or left out.
    """

    def is_fit(task: str) -> bool:
        command = PersonCommand(id=0, who="", action=action, tasks=(task,), reason="-")
        return not isinstance(answer(look.run, command), CommandRefused)

    fit = tuple(task for task in tasks if is_fit(task)) if len(tasks) > 1 else ()
    return fit or tuple(tasks)


def meaning(look: Look, command: PersonCommand) -> str:
    """Return in a sentence what will come of a command that is not refused."""
    said = answer(look.run, command)
    if isinstance(said, CommandRefused):
        return ""
    return on_one_line(in_a_sentence(look.run, said))


def outcome(look: Look, command: PersonCommand, said: Answer | None) -> str:
    """Return what became of a command, when whoever works on the run had its time to answer."""
    word = command.word
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
    if look.run.ended is None or look.waiting:
        return ""
    if step := more_needed(look.run):
        return f"{look.run.ended.reason}; {step.why}: {step.command}"
    if look.left:
        return ""
    hint = "; what failed can be retried first" if look.run.counts["failed"] else ""
    return f"the run is over: nothing is left to do{hint}"


def going_on(look: Look) -> str:
    """Return in a sentence what comes of setting a process to work on the run."""
    left = many(look.left, "task")
    does = "does what was asked for and goes on" if look.waiting else f"goes on with {left}"
    return f"A process of its own {does}; it does not need this screen."


def offered(look: Look) -> frozenset[Offer]:
    """Return what stands in the line of keys because the run is as it is."""
    if look.alive:
        return frozenset({"pause", "stop"})
    goes_on = not no_going_on(look)
    waits = standing(look.run) if goes_on else to_approve(look.run)
    if waits and not look.waiting:
        return frozenset({"approve"})
    return frozenset({"go_on"}) if goes_on else frozenset()


def note(look: Look, *, read_only: bool) -> str:
    """Return what a person should know at any time: what waits, and what would go on with it."""
    said = ["read only"] if read_only else []
    if look.waiting:
        said.append(f"{len(look.waiting)} asked")
    if look.whole and not read_only:
        said += [_NOTES[one] for one in offered(look) if one in _NOTES]
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


def failing_cluster(look: Look, task: str) -> str:
    """Return the key of the cluster that a failed task is in with others; empty for none."""
    found = (one for one in clusters(look.run.tasks) if task in one.tasks and len(one.tasks) > 1)
    return next((one.key for one in found), "")


def size_of(look: Look, cluster: str) -> int:
    """Return how many tasks a failure cluster has."""
    found = named(clusters(look.run.tasks), cluster)
    return len(found.tasks) if found else 0
