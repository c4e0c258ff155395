"""How long a run has been worked on; time at a checkpoint or between processes does not count."""

from collections.abc import Sequence
from itertools import pairwise

from orchestrator.domain.events import PlaybookChanged, RunEnded, RunResumed, RunStarted
from orchestrator.ports.journal import Recorded


def worked_s(recorded: Sequence[Recorded]) -> float:
    """Return the seconds between the first and the last event of each process, added up."""
    begun = {entry.at for entry in recorded if isinstance(entry.event, RunStarted | RunResumed)}
    begun |= {entry.at for entry in recorded if isinstance(entry.event, PlaybookChanged)}
    total, open_life = 0.0, True
    for before, entry in pairwise(recorded):
        if isinstance(before.event, RunEnded):
            open_life = False
        if entry.at in begun:
            open_life = True
        elif open_life:
            total += entry.at - before.at
    return total
