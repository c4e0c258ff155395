"""Signs of trouble that the fold forgets: since when something is so, and which checks waver."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from orchestrator.domain.events import BusChanged, HeadChecked, LandingEnded, RunResumed
from orchestrator.domain.flakiness import flaky_passes
from orchestrator.ports.journal import Recorded


@dataclass(slots=True)
class Signs:
    """Take in the journal's events in their order. Moments are in seconds since the epoch.

    `flaky` counts by check how often it passed only when run again on the same tree, `wavered` has
    when it last did. `sent_back` has when each task last came back from landing, and why.
    `degraded` and `red` are since when the bus is lost and the head is red, None while they are
    not.
    """

    flaky: Counter[str] = field(default_factory=Counter)
    wavered: dict[str, float] = field(default_factory=dict)
    sent_back: dict[str, tuple[float, str]] = field(default_factory=dict)
    degraded: float | None = None
    red: float | None = None

    def take_in(self, recorded: Iterable[Recorded]) -> None:
        """Go on with what was recorded next."""
        for entry in recorded:
            if found := flaky_passes((entry.event,)):
                self.flaky += found
                self.wavered.update(dict.fromkeys(found, entry.at))
            self._take(entry)

    def _take(self, entry: Recorded) -> None:
        match entry.event:
            case BusChanged(state=state):
                self.degraded = entry.at if state == "degraded" else None
            case HeadChecked(fault=fault):
                self.red = entry.at if fault else None
            case RunResumed():
                self.red = None
            case LandingEnded(sent_back=sent_back):
                self.sent_back |= {back.task: (entry.at, back.reason) for back in sent_back}
            case _:
                pass
