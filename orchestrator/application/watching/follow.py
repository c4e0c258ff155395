"""The state of a run, taken from its journal step by step, so that a face stays quick meanwhile."""

from collections.abc import Sequence

from orchestrator.application.timeline import Timeline
from orchestrator.application.watching.signs import Signs
from orchestrator.domain.commands import Answer
from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand
from orchestrator.domain.fold import apply
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.plan import Plan
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded


class Look:
    """What is known of a run now; it belongs to one thread.

    `sequence` is that of the last event taken in, `of` that of the newest known to be there: the
    look is whole when they are one. `alive` says whether a process works on the run, `now` is in
    seconds since the epoch, `waiting` are the commands that nobody has answered. `answers` has what
    was said to each command, by its id.
    """

    def __init__(self, plan: Plan, policy: Policy) -> None:
        """Begin before the first event."""
        self.run = Run(plan, policy)
        self.timeline = Timeline()
        self.signs = Signs()
        self.sequence = 0
        self.of = 0
        self.alive = False
        self.now = 0.0
        self.waiting: Sequence[PersonCommand] = ()
        self.answers: dict[int, Answer] = {}

    @classmethod
    def at(cls, run: Run, recorded: Sequence[Recorded], *, alive: bool) -> "Look":
        """Return what is known of a run that is folded already, from all that was recorded."""
        look = cls(run.plan, run.policy)
        look.run, look.alive = run, alive
        look._note(recorded)
        return look

    @property
    def whole(self) -> bool:
        """Whether all that was recorded is taken in."""
        return self.sequence >= self.of

    @property
    def abandoned(self) -> bool:
        """Whether nobody works on the run; not said while the journal is still read."""
        return self.whole and not self.alive

    @property
    def measuring(self) -> bool:
        """Whether the checks look at the base; no task begins before they have."""
        return self.whole and self.alive and self.run.baseline is None and self.run.ended is None

    @property
    def left(self) -> int:
        """How many tasks are not over."""
        return len(self.run.by_id) - sum(self.run.counts[state] for state in ENDED)

    def take_in(self, recorded: Sequence[Recorded]) -> None:
        """Go on with what was recorded next."""
        for entry in recorded:
            apply(self.run, entry.event)
        self._note(recorded)

    def _note(self, recorded: Sequence[Recorded]) -> None:
        """Keep of what was recorded what the run itself does not keep."""
        for entry in recorded:
            if isinstance(entry.event, CommandAccepted | CommandRefused):
                self.answers[entry.event.command] = entry.event
        self.timeline.take_in(recorded)
        self.signs.take_in(recorded)
        if recorded:
            self.sequence = recorded[-1].sequence
            self.of = max(self.of, self.sequence)
