"""The journal read again for its learnings: which event changed how one stands.

The fold alone knows what counts for or against a learning, so it is watched, not repeated.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.life import Vote, voted
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded


@dataclass(frozen=True, slots=True)
class Change:
    """An event that changed how a learning stands; `before` is None where the learning is new."""

    entry: Recorded
    before: Standing | None
    now: Standing

    @property
    def vote(self) -> Vote:
        """What an attempt said of the learning, `none` for any other event."""
        return voted(self.before, self.now) if self.before else "none"


def changes(run: Run, recorded: Iterable[Recorded]) -> Iterator[Change]:
    """Yield the changes of all learnings, in order; `run` is one that no event has reached yet."""
    before: dict[str, Standing] = {}
    for entry in recorded:
        apply(run, entry.event)
        for name in sorted(run.ledger.changed):
            now = run.ledger.standings[name]
            yield Change(entry, before.get(name), now)
            before[name] = now
        run.ledger.changed.clear()
