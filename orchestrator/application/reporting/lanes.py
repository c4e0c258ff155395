"""Attempts and landings as bars in lanes, few enough to be drawn."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.facts import Report, WholeCheckFacts

BARS = 4000
"""About how many bars are drawn at most, and twice as many in the worst case."""

FINEST = 1 / 4000
"""The share of the whole time below which a bar is never drawn alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Something that took from `began` to `ended`, in worked seconds.

    `at` is its place among all of its kind. `outcomes` counts what is in it: where several are
    merged, `at` is that of the first, and `outcome` is `mixed` unless all ended alike.
    """

    began: float
    ended: float
    outcome: str
    at: int
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many are in it."""
        return sum(self.outcomes.values()) or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The bars of one agent slot, or of the landings, in order; `key` is `0`, `1`, … or a word."""

    key: str
    bars: tuple[Bar, ...]


def lanes(report: Report, axis: Axis) -> tuple[Lane, ...]:
    """Return the lanes of the slots, then that of landings and that of looks at whole trees."""
    rows = {str(slot): bars for slot, bars in sorted(_slots(report, axis).items())}
    rows["landing"] = [
        Bar(
            began=axis.at(one.began),
            ended=_end(axis, one.ended),
            outcome=_landed(one.landed, one.sent_back, over=one.ended is not None),
            at=at,
        )
        for at, one in enumerate(report.landings)
    ]
    rows["whole"] = [
        Bar(
            began=axis.at(one.began),
            ended=axis.at(one.ended),
            outcome="baseline" if one.kind == "baseline" else _seen(one),
            at=at,
        )
        for at, one in enumerate(report.whole_checks)
    ]
    shown = {key: bars for key, bars in rows.items() if bars}
    least = axis.total * max(FINEST, len(shown) / BARS)
    return tuple(Lane(key=key, bars=merged(bars, least)) for key, bars in shown.items())


def _slots(report: Report, axis: Axis) -> dict[int, list[Bar]]:
    slots: dict[int, list[Bar]] = {}
    for at, one in enumerate(report.attempts):
        outcome = one.outcome or "running"
        bar = Bar(began=axis.at(one.began), ended=_end(axis, one.ended), outcome=outcome, at=at)
        slots.setdefault(one.slot, []).append(bar)
    return slots


def _end(axis: Axis, ended: float | None) -> float:
    return axis.total if ended is None else axis.at(ended)


def _seen(look: WholeCheckFacts) -> str:
    return "red" if look.reverted or look.fault else "accepted"


def _landed(landed: Sequence[str], back: Sequence[str], *, over: bool) -> str:
    """Return what became of a landing: all, some or none of its tasks landed."""
    if not over:
        return "running"
    if landed:
        return "some" if back else "accepted"
    return "red" if back else "lost"


def merged(bars: Iterable[Bar], least: float) -> tuple[Bar, ...]:
    """Return bars with those made one that lie within `least` worked seconds together.

    The bars are those of one lane, in order: none begins before the one before it has ended.
    """
    return tuple(_one(group) for group in _groups(bars, least))


def _groups(bars: Iterable[Bar], least: float) -> Iterator[list[Bar]]:
    group: list[Bar] = []
    for bar in bars:
        if group and bar.ended - group[0].began > least:
            yield group
            group = []
        group.append(bar)
    if group:
        yield group


def _one(group: Sequence[Bar]) -> Bar:
    if len(group) == 1:
        return group[0]
    outcomes = Counter(bar.outcome for bar in group)
    outcome = group[0].outcome if len(outcomes) == 1 else "mixed"
    return replace(group[0], ended=group[-1].ended, outcome=outcome, outcomes=outcomes)
