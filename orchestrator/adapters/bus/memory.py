"""The bus within one process, where there is no server: nothing of it outlives the process."""

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from threading import Condition

from orchestrator.adapters.bus import CLAIM_AFTER_S, DEAD_KEPT
from orchestrator.ports.bus import MAX_TRIES, Delivery, Letter


@dataclass(slots=True)
class _Pending:
    """A letter that a consumer has had since `since` and not finished."""

    letter: Letter
    since: float
    tries: int = 1


@dataclass(slots=True)
class _Group:
    """What a group of consumers has had: all up to number `last`, but for what is pending."""

    last: int = 0
    pending: dict[int, _Pending] = field(default_factory=dict)


@dataclass(slots=True)
class _Channel:
    """Letters by number, oldest first."""

    letters: dict[int, Letter] = field(default_factory=dict)
    last: int = 0
    groups: defaultdict[str, _Group] = field(default_factory=lambda: defaultdict(_Group))
    dead: list[Letter] = field(default_factory=list)


class MemoryBus:
    """Safe to use from many threads; never lost."""

    def __init__(self, claim_after_s: float = CLAIM_AFTER_S) -> None:
        """Begin empty."""
        self._claim_after_s = claim_after_s
        self._epoch = token_hex(8)
        self._channels: defaultdict[str, _Channel] = defaultdict(_Channel)
        self._changed = Condition()
        self._closed = False

    def epoch(self) -> str:
        """Return the same name always: it forgets nothing while the process lives."""
        return self._epoch

    def publish(self, channel: str, letters: Sequence[Letter], *, keep: int) -> None:
        """Append letters; the last `keep` of the channel are kept."""
        with self._changed:
            there = self._channels[channel]
            for letter in letters:
                there.last += 1
                there.letters[there.last] = letter
            for number in list(there.letters)[: max(0, len(there.letters) - keep)]:
                del there.letters[number]
            self._changed.notify_all()

    def receive(
        self,
        channel: str,
        group: str,
        consumer: str,  # noqa: ARG002 - who has a letter matters to nobody but its group
        *,
        timeout_s: float,
        most: int = 100,
    ) -> list[Delivery]:
        """Return letters that no consumer of the group has had, or not finished in time."""
        with self._changed:
            there = self._channels[channel]
            found = self._claimed(there, there.groups[group], most)
            if found:
                return found
            self._changed.wait_for(
                lambda: self._closed or there.last > there.groups[group].last, timeout_s
            )
            return self._new(there, there.groups[group], most)

    def acknowledge(self, channel: str, group: str, positions: Sequence[str]) -> None:
        """Finish letters for the group."""
        with self._changed:
            pending = self._channels[channel].groups[group].pending
            for position in positions:
                pending.pop(int(position), None)

    def read(self, channel: str, after: str = "", *, most: int = 1000) -> list[Delivery]:
        """Return letters behind a position, oldest first."""
        with self._changed:
            there = self._channels[channel].letters.items()
            behind = int(after or 0)
            found = [Delivery(str(number), one) for number, one in there if number > behind]
        return found[:most]

    def dead(self, channel: str) -> list[Letter]:
        """Return the letters that nobody could finish, oldest first."""
        with self._changed:
            return list(self._channels[channel].dead)

    def close(self) -> None:
        """Let those who wait go on."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _claimed(self, there: _Channel, group: _Group, most: int) -> list[Delivery]:
        """Hand out again what was not finished in time; what was tried too often is dead."""
        now = time.monotonic()
        late = [n for n, p in group.pending.items() if now - p.since >= self._claim_after_s]
        found: list[Delivery] = []
        for number in late:
            one = group.pending[number]
            if one.tries >= MAX_TRIES:
                del group.pending[number]
                there.dead = [*there.dead, one.letter][-DEAD_KEPT:]
            elif number not in there.letters:
                del group.pending[number]
            elif len(found) < most:
                one.since, one.tries = now, one.tries + 1
                found.append(Delivery(str(number), one.letter, one.tries))
        return found

    def _new(self, there: _Channel, group: _Group, most: int) -> list[Delivery]:
        numbers = [number for number in there.letters if number > group.last][:most]
        for number in numbers:
            group.pending[number] = _Pending(there.letters[number], time.monotonic())
            group.last = number
        return [Delivery(str(number), there.letters[number]) for number in numbers]
