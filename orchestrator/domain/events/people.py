"""What people ask for, and what is answered."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from orchestrator.domain.events.learnings import LearningAdded
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.synthesis.rule import Rule

Steering: TypeAlias = Literal[
    "retry",
    "stop",
    "pause",
    "unpause",
    "concurrency",
    "approve",
    "hold",
    "skip",
    "add_learning",
    "retire_learning",
    "trust_learning",
    "apply_rule",
    "address",
]
"""What a person can ask a run for."""


def called(action: Steering) -> str:
    """Return what people call an action: keys and commands have the same words."""
    return {"concurrency": "jobs", "unpause": "go on"}.get(action, action.replace("_", " "))


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted:
    """A person's command has been carried out.

    `tasks` are those it is about at once; `rest` waits until the first of them, the canary, has
    landed. `checkpoint` is what was approved. `reason`, `agent` and `note` are the person's.
    `learnings` are the ids of those that it is about, `added` says how one comes into the ledger.
    `rule` goes before all agents from now on.
    `remarks` are the keys of what a review asks for, on the slice that has these tasks.
    `concurrency` is how many attempts may go on at once from now on, 0 where nothing is said of it.
    """

    command: int
    who: str
    action: Steering
    tasks: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    checkpoint: str = ""
    reason: str = ""
    agent: str = ""
    note: str = ""
    learnings: tuple[str, ...] = ()
    added: LearningAdded | None = None
    rule: Rule | None = None
    remarks: tuple[str, ...] = ()
    concurrency: int = 0
    event: Literal["command_accepted"] = "command_accepted"

    @property
    def word(self) -> str:
        """What people call the action."""
        return called(self.action)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    """A person's command does not apply to the state that it met."""

    command: int
    who: str
    reason: str
    event: Literal["command_refused"] = "command_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCommand:
    """What a person asked for from another process. `id` is the row in the journal's table.

    `cluster` is a failure cluster's key, `checkpoint` the one that the person saw the run wait at.
    `learning` is one to add, `learnings` the ids of those to retire or to trust, `rule` what is to
    be tried before all agents. `concurrency` is how many attempts may go on at once, 0 for nothing
    said of it.
    """

    id: int
    who: str
    action: Steering
    tasks: tuple[str, ...] = ()
    cluster: str = ""
    checkpoint: str = ""
    reason: str = ""
    agent: str = ""
    note: str = ""
    learning: Learning | None = None
    learnings: tuple[str, ...] = ()
    rule: Rule | None = None
    remarks: tuple[str, ...] = ()
    concurrency: int = 0

    @property
    def word(self) -> str:
        """What people call the action."""
        return called(self.action)
