"""What lands of a batch: pure decisions over a chain of combined commits.

A batch is combined into a chain, each commit on top of the one before. Green must hold for every
commit of the chain (`commit`) or for its last one (`head`); a red chain is cut before its first
red commit, whose task is the culprit. The search in `head` is a bisection, as in bors and Zuul.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.domain.playbook import Verify


@dataclass(frozen=True, slots=True)
class Settled:
    """How a chain of `length` commits ends: the first `landed` land, then comes the culprit."""

    landed: int
    culprit: int | None


def next_checks(verify: Verify, length: int, greens: Mapping[int, bool]) -> tuple[int, ...]:
    """Return the positions of the chain to check now, empty once `settle` can answer.

    `greens` maps the positions that were checked to whether they were green. All positions of
    one answer may be checked at the same time.
    """
    if verify == "commit":
        return tuple(at for at in range(length) if at not in greens) if not _red(greens) else ()
    low, high = _bounds(length, greens)
    if not greens:
        return (length - 1,) if length else ()
    return ((low + high) // 2,) if high - low > 1 else ()


def settle(verify: Verify, length: int, greens: Mapping[int, bool]) -> Settled:
    """Say what lands once `next_checks` has nothing more to ask for."""
    if verify == "commit":
        red = _red(greens)
        first = min(red) if red else None
        return Settled(length if first is None else first, first)
    low, high = _bounds(length, greens)
    return Settled(low + 1, high if high < length else None)


def _red(greens: Mapping[int, bool]) -> list[int]:
    return [at for at, green in greens.items() if not green]


def _bounds(length: int, greens: Mapping[int, bool]) -> tuple[int, int]:
    """Return the last position known green (-1: none) and the first known red (`length`: none)."""
    high = min(_red(greens), default=length)
    low = max((at for at, green in greens.items() if green and at < high), default=-1)
    return low, high
