"""The critical path: the chain of attempts and landings that decided when a run ended.

Walk back from what ended last. Of all that an attempt or a landing had to wait for, that which
came last let it begin; the walk goes on there. This is the backward pass of critical path analysis
over a program's activities (Yang and Miller, "Critical Path Analysis for the Execution of Parallel
and Distributed Programs", ICDCS 1988) with its last-arriving edges (Fields, Rubin and Bodík,
"Focusing Processor Policies via Critical-Path Prediction", ISCA 2001).

An attempt waits for the landings of what its task depends on, for its task's attempt before or the
landing that sent it back, and else for an agent's slot: the last attempt that ended. A landing
waits for the attempts that made its candidates, and for the landing before it.

This looks back; what will hold up the end of a run is in `application.watching.critical`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from orchestrator.application.reporting.axis import Axis, Life
from orchestrator.application.timeline import AttemptSpan, LandingSpan

Because: TypeAlias = Literal[
    "start", "dependency", "retry", "sent_back", "slot", "accepted", "queue", "resumed"
]
"""What let a step begin: the run's start, a dependency's landing, the attempt before, a landing
that sent it back, a slot that got free, an accepted change set, the landing before, a new process.
"""

NEAR = 0.05
"""Seconds within which a task's own reason to begin counts before a slot that got free."""

Key: TypeAlias = tuple[Literal["attempt", "landing"], int]
"""A span: what it is and its place among those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One attempt or landing on the path.

    `at` is its place among all attempts or all landings. `began` and `ended` are in seconds since
    the epoch. `waited_s` is the worked time between the step before and this one.
    """

    kind: Literal["attempt", "landing"]
    at: int
    began: float
    ended: float
    because: Because
    waited_s: float


@dataclass(slots=True)
class _Spans:
    attempts: Sequence[AttemptSpan]
    landings: Sequence[LandingSpan]
    needs: Mapping[str, Sequence[str]]
    now: float
    of: dict[str, list[int]] = field(default_factory=dict)
    landed: dict[str, list[int]] = field(default_factory=dict)
    sent_back: dict[str, list[int]] = field(default_factory=dict)
    ends: list[tuple[float, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for at, span in enumerate(self.attempts):
            self.of.setdefault(span.task, []).append(at)
            if span.ended is not None:
                self.ends.append((span.ended, at))
        self.ends.sort()
        for at, landing in enumerate(self.landings):
            for one in landing.end.landed if landing.end else ():
                self.landed.setdefault(one.task, []).append(at)
            for back in landing.end.sent_back if landing.end else ():
                self.sent_back.setdefault(back.task, []).append(at)

    def span(self, key: Key) -> tuple[float, float]:
        kind, at = key
        one = self.attempts[at] if kind == "attempt" else self.landings[at]
        return one.began, max(one.began, self.now if one.ended is None else one.ended)

    def last(self) -> Key | None:
        """Return what ended last; a landing where an attempt ended at the same moment."""
        keys: list[Key] = [("attempt", at) for at in range(len(self.attempts))]
        keys += [("landing", at) for at in range(len(self.landings))]
        return max(keys, key=lambda key: self.span(key)[1], default=None)

    def causes(self, key: Key) -> Iterator[tuple[float, Because, Key]]:
        """Yield what a span waited for and when that was there."""
        kind, at = key
        found = self._of_attempt(at) if kind == "attempt" else self._of_landing(at)
        began = self.span(key)[0]
        for because, cause in found:
            end = self.span(cause)[1]
            if end <= began and cause != key:
                own = 0.0 if because == "slot" else NEAR
                yield end + own, because, cause

    def _of_attempt(self, at: int) -> Iterator[tuple[Because, Key]]:
        span = self.attempts[at]
        for need in self.needs.get(span.task, ()):
            yield from (("dependency", ("landing", one)) for one in self.landed.get(need, ()))
        own = self.of[span.task]
        yield from (("retry", ("attempt", one)) for one in own[: bisect_left(own, at)])
        back = self.sent_back.get(span.task, ())
        yield from (("sent_back", ("landing", one)) for one in back)
        free = bisect_right(self.ends, (span.began, at)) - 1
        if free >= 0:
            yield "slot", ("attempt", self.ends[free][1])

    def _of_landing(self, at: int) -> Iterator[tuple[Because, Key]]:
        began = self.landings[at].began
        for task in self.landings[at].tasks:
            ended = [
                one
                for one in self.of.get(task, ())
                if (end := self.attempts[one].ended) is not None and end <= began
            ]
            if ended:
                yield "accepted", ("attempt", ended[-1])
        if at:
            yield "queue", ("landing", at - 1)


def critical_path(
    attempts: Sequence[AttemptSpan],
    landings: Sequence[LandingSpan],
    needs: Mapping[str, Sequence[str]],
    lives: Sequence[Life],
) -> tuple[Step, ...]:
    """Return the steps of the critical path, the oldest first.

    `needs` has for each task what it depends on; `lives` when processes worked on the run: what
    began after a gap waited for the process.
    """
    axis = Axis(lives)
    spans = _Spans(attempts, landings, needs, lives[-1][1])
    key = spans.last()
    path: list[Step] = []
    seen: set[Key] = set()
    while key is not None:
        seen.add(key)
        later = [one for one in spans.causes(key) if one[2] not in seen]
        found = max(later, default=None, key=lambda one: one[0])
        path.append(_step(spans, key, found, axis))
        key = found[2] if found else None
    return tuple(reversed(path))


def _step(spans: _Spans, key: Key, found: tuple[float, Because, Key] | None, axis: Axis) -> Step:
    began, ended = spans.span(key)
    free = spans.span(found[2])[1] if found else axis.lives[0][0]
    because: Because = found[1] if found else "start"
    if any(free < begin <= began for begin, _ in axis.lives[1:]):
        because = "resumed"
    return Step(
        kind=key[0],
        at=key[1],
        began=began,
        ended=ended,
        because=because,
        waited_s=round(max(0.0, axis.at(began) - axis.at(free)), 6),
    )
