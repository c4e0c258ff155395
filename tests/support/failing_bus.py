"""A bus that is lost, and forgets, on command."""

from collections.abc import Sequence

from orchestrator.adapters.bus.memory import MemoryBus
from orchestrator.ports.bus import Bus, BusLostError, Delivery, Letter


class FailingBus:
    """A bus in memory; `lost` and `refuses` make calls fail, `calls` counts those that did not."""

    def __init__(self, claim_after_s: float = 60.0) -> None:
        """Begin well."""
        self.lost = False
        self.refuses: set[str] = set()
        self.calls: dict[str, int] = {}
        self._claim_after_s = claim_after_s
        self._inner: Bus = MemoryBus(claim_after_s)

    def forget(self) -> None:
        """Lose everything, as a server does that is started again."""
        self._inner = MemoryBus(self._claim_after_s)

    def epoch(self) -> str:
        return self._asked("epoch").epoch()

    def publish(self, channel: str, letters: Sequence[Letter], *, keep: int) -> None:
        self._asked("publish", channel).publish(channel, letters, keep=keep)

    def receive(
        self, channel: str, group: str, consumer: str, *, timeout_s: float, most: int = 100
    ) -> list[Delivery]:
        bus = self._asked("receive", channel)
        return bus.receive(channel, group, consumer, timeout_s=min(timeout_s, 0.02), most=most)

    def acknowledge(self, channel: str, group: str, positions: Sequence[str]) -> None:
        self._asked("acknowledge", channel).acknowledge(channel, group, positions)

    def read(self, channel: str, after: str = "", *, most: int = 1000) -> list[Delivery]:
        return self._asked("read", channel).read(channel, after, most=most)

    def dead(self, channel: str) -> list[Letter]:
        return self._asked("dead", channel).dead(channel)

    def close(self) -> None:
        self._inner.close()

    def _asked(self, call: str, channel: str = "") -> Bus:
        if self.lost or channel in self.refuses:
            raise BusLostError("the bus is lost on command")
        self.calls[call] = self.calls.get(call, 0) + 1
        return self._inner
