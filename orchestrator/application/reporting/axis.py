"""Working time: the clock of a run without the hours in which no process worked on it."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from orchestrator.application.timeline import Timeline

Life = tuple[float, float]
"""When a process began to work on a run and when it stopped, in seconds since the epoch."""

STEPS = (1, 2, 5, 10, 15, 30)
UNITS = ((1.0, "s"), (60.0, "min"), (3600.0, "h"), (86400.0, "d"))


@dataclass(frozen=True, slots=True)
class Gap:
    """A time in which nobody worked: `at` in worked seconds, and how long it was."""

    at: float
    seconds: float


class Axis:
    """Tells how long a run had been worked on at a moment."""

    def __init__(self, lives: Sequence[Life]) -> None:
        """Take the lives in order; none of them begins before the one before it has ended."""
        self.lives = tuple(lives)
        self._begins = [begin for begin, _ in self.lives]
        self._before = list(accumulate((end - begin for begin, end in self.lives), initial=0.0))

    @property
    def total(self) -> float:
        """All worked seconds."""
        return self._before[-1]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The times between the lives, the oldest first."""
        between = pairwise(self.lives)
        return tuple(
            Gap(self._before[at], later[0] - earlier[1])
            for at, (earlier, later) in enumerate(between, start=1)
        )

    def at(self, moment: float) -> float:
        """Return the seconds worked by a moment, which is given in seconds since the epoch."""
        life = bisect_right(self._begins, moment) - 1
        if life < 0:
            return 0.0
        begin, end = self.lives[life]
        return self._before[life] + min(moment, end) - begin


def lives_of(timeline: Timeline, now: float) -> tuple[Life, ...]:
    """Return the lives of a run, the open one till `now`; a journal that knows none has one."""
    told = timeline.lives or [(timeline.began, timeline.at)]
    closed: list[Life] = []
    for begin, end in told:
        begins = max(begin, closed[-1][1]) if closed else begin
        closed.append((begins, max(begins, timeline.until(now) if end is None else end)))
    return tuple(closed)


def ticks(total: float, most: int) -> list[tuple[float, str]]:
    """Return at most about `most` round moments from 0 to `total`, in seconds, with their words."""
    if total <= 0:
        return [(0.0, "0 s")]
    step, unit, word = _step(total / most)
    count = int(total / (step * unit))
    return [(n * step * unit, f"{n * step:g} {word}") for n in range(count + 1)]


def _step(least: float) -> tuple[float, float, str]:
    """Return the smallest round step that is no less than `least` seconds."""
    if least < 1:
        fine = next(step for step in (0.001, 0.01, 0.1, 0.2, 0.5, 1.0) if step >= least)
        return fine, 1.0, "s"
    for unit, word in UNITS:
        for step in STEPS:
            if step * unit >= least:
                return float(step), unit, word
    days = -(-least // UNITS[-1][0])
    return days, *UNITS[-1]
