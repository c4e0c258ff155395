"""Whether the bus is well: what its two ends say of it, as one word for the engine."""

from collections.abc import Callable
from threading import Lock

from orchestrator.domain.events import BusChanged


class BusState:
    """Safe to use from any thread. The bus is degraded while any end says so."""

    def __init__(self, tell: Callable[[BusChanged], None]) -> None:
        """Tell the engine by `tell`, once a change."""
        self._tell = tell
        self._lock = Lock()
        self._reasons: dict[str, str] = {}
        self._last: BusChanged | None = None

    def hear(self, end: str, said: BusChanged) -> None:
        """Take down what an end says; `end` is its name."""
        with self._lock:
            self._reasons[end] = said.reason if said.state == "degraded" else ""
            why = next(filter(None, self._reasons.values()), "")
            now = BusChanged(state="degraded", reason=why) if why else BusChanged(state="well")
            if self._last is None or self._last.state != now.state:
                self._last = now
                self._tell(now)
