"""A run as a face is given it: what there is to read, and how to ask for something."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a face is to be seen before anything is known of the run
    from orchestrator.application.timeline import AttemptSpan
    from orchestrator.application.watching.slices import SliceRow
    from orchestrator.domain.commands import Answer
    from orchestrator.domain.events import PersonCommand
    from orchestrator.domain.plan import Plan
    from orchestrator.domain.policy import Policy
    from orchestrator.ports.journal import Recorded


class Reading(Protocol):
    """A run's journal, open on the thread that reads it."""

    @property
    def plan(self) -> "Plan":
        """The plan as it was at the run's beginning."""
        ...

    @property
    def policy(self) -> "Policy":
        """How the run behaved then."""
        ...

    def news(self, after: int, most: int) -> "Sequence[Recorded]":
        """Return the first `most` events with a sequence above `after`, in order."""
        ...

    def last(self) -> int:
        """Return the sequence of the newest event, 0 when there is none."""
        ...

    def waiting(self) -> "Sequence[PersonCommand]":
        """Return the commands of people that no event has answered yet."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What an attempt's agent said, as people read it; `live` while it may say more.

    `before` counts the bytes of its output that stand before, where it was too much to be read.
    """

    text: str
    live: bool = False
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One run, for a face; every part may be called on any thread, and may take a while.

    `busy` says whether a process works on the run, `ask` leaves a person's command and returns what
    was answered, None where nobody has yet. `go_on` starts a process that takes the run further,
    and returns, once it has begun, the file that holds what it says. `said` and `told` are an
    attempt's transcript and prompt, `changed` what a commit changes as a unified diff, `slices`
    those of what has landed, with True as the forge has them, too. `who` is the person who looks.

    Raises, all of them:
        LeafcutError: with what a person can do about it.
    """

    name: str
    target: str
    playbook: str
    who: str
    reading: Callable[[], AbstractContextManager[Reading]]
    busy: Callable[[], bool]
    ask: "Callable[[PersonCommand], Answer | None]"
    go_on: Callable[[], str]
    said: "Callable[[AttemptSpan], Said]"
    told: "Callable[[AttemptSpan], str]"
    changed: Callable[[str], str]
    slices: "Callable[[bool], Sequence[SliceRow]]"
    now: Callable[[], float]
