"""When things happened in a run: its attempts and its landings as spans of time.

The fold knows no time; this is the journal's other reading, for whoever looks at a run or tells of
it afterwards. All moments are in seconds since the epoch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CheckingStarted,
    CommandAccepted,
    HeadChecked,
    HeadCheckStarted,
    LandingEnded,
    LandingLooked,
    LandingStarted,
    PlaybookChanged,
    RunEnded,
    RunResumed,
    RunStarted,
)
from orchestrator.ports.journal import Recorded

OBSERVED = 500
"""How many of the last attempts or landings say what is usual: what was long ago says little."""

BREATH_S = 1.0
"""No less is a rest: between an attempt and its landing nothing is under way, either."""

SpanOutcome: TypeAlias = AttemptOutcome | Literal["", "lost"]
"""How an attempt ended; "" while it goes on, `lost` when its process was stopped or died."""

_BETWEEN_PROCESSES = (RunStarted, RunResumed, PlaybookChanged)
"""What nobody records who worked on the run before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSpan:
    """One attempt in time.

    `slot` counts from 0 and is free of other attempts meanwhile. `checking` is when its agent had
    ended, None before that and where nothing was judged. `ended` is None while it goes on; `result`
    likewise, and where the attempt was lost.
    """

    task: str
    number: int
    agent: str
    base: str
    token: str
    trial: bool
    slot: int
    began: float
    checking: float | None = None
    ended: float | None = None
    result: AttemptResult | None = None

    @property
    def outcome(self) -> SpanOutcome:
        """How it ended."""
        if self.result is not None:
            return self.result.outcome
        return "" if self.ended is None else "lost"

    def seconds(self, now: float) -> float:
        """Return how long it took, or takes by `now`."""
        return max(0.0, (now if self.ended is None else self.ended) - self.began)


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingSpan:
    """One landing in time; `ended` is None while it goes on.

    `end` says what came of it: None while it goes on, and for good where its process died.

    `looks` are those at its commits, from the first red one on.
    """

    batch: int
    head: str
    tasks: tuple[str, ...]
    began: float
    ended: float | None = None
    end: LandingEnded | None = None
    looks: tuple[LandingLooked, ...] = ()


@dataclass(slots=True)
class Timeline:
    """What was when; take in the journal's events in their order.

    `attempts` and `landings` are in the order of their beginnings. `began` is the run's first
    moment, `at` the last that is known of. `lives` are the spans in which a process worked on the
    run: the last has no end while one may. A paused run rests once all has ended that was under
    way. `head_check` is when a look at the whole head began, None while there is none.
    """

    began: float = 0.0
    at: float = 0.0
    attempts: list[AttemptSpan] = field(default_factory=list)
    landings: list[LandingSpan] = field(default_factory=list)
    lives: list[tuple[float, float | None]] = field(default_factory=list)
    head_check: float | None = None
    _paused: bool = False
    _based: bool = False
    _of: dict[str, list[int]] = field(default_factory=dict)
    _open: dict[str, int] = field(default_factory=dict)
    _slots: set[int] = field(default_factory=set)

    def take_in(self, recorded: Iterable[Recorded]) -> None:
        """Go on with what was recorded next."""
        for entry in recorded:
            self.began = self.began or entry.at
            if self._rests and not isinstance(entry.event, _BETWEEN_PROCESSES):
                self._rest_until(entry.at)
            self._take(entry)
            self.at = entry.at

    def of(self, task: str) -> list[AttemptSpan]:
        """Return a task's attempts, the oldest first."""
        return [self.attempts[index] for index in self._of.get(task, ())]

    def latest(self, task: str) -> AttemptSpan | None:
        """Return a task's last attempt, None where none has begun."""
        indices = self._of.get(task)
        return self.attempts[indices[-1]] if indices else None

    def worked_s(self, now: float) -> float:
        """Return how many seconds processes have worked on the run, by `now` if one still does.

        Time at a checkpoint, between processes or at rest does not count.
        """
        until = self.until(now)
        return sum((until if ended is None else ended) - began for began, ended in self.lives)

    def until(self, now: float) -> float:
        """Return when the life that has no end was last worked in, as seen at `now`."""
        return self.at if self._rests else now

    @property
    def landing(self) -> LandingSpan | None:
        """The landing that is under way."""
        last = self.landings[-1] if self.landings else None
        return last if last is not None and last.ended is None else None

    def _take(self, entry: Recorded) -> None:
        event, at = entry.event, entry.at
        match event:
            case AttemptStarted():
                self._begin(event, at)
            case CheckingStarted():
                self._change(event.token, checking=at)
            case AttemptEnded():
                self._end(event.result, at)
            case LandingStarted() | LandingLooked() | LandingEnded():
                self._take_landing(event, at)
            case HeadCheckStarted():
                self.head_check = at
            case HeadChecked():
                self.head_check = None
            case BaselineTaken():
                self._based = True
            case CommandAccepted(action="pause" | "unpause" as action):
                self._paused = action == "pause"
            case RunStarted() | RunResumed() | PlaybookChanged() | RunEnded():
                self._take_life(event, at)
            case _:
                pass

    def _take_life(
        self, event: RunStarted | RunResumed | PlaybookChanged | RunEnded, at: float
    ) -> None:
        """End the life that was, at its last word where it died, and begin the next."""
        self._close(at if isinstance(event, RunEnded) else self.at)
        self._paused = False
        if isinstance(event, RunStarted | RunResumed):  # else a person, or nobody, goes on
            self.lives.append((at, None))

    def _take_landing(
        self, event: LandingStarted | LandingLooked | LandingEnded, at: float
    ) -> None:
        if isinstance(event, LandingStarted):
            self.landings.append(
                LandingSpan(batch=event.batch, head=event.head, tasks=event.tasks, began=at)
            )
        elif self.landings and self.landings[-1].batch == event.batch:
            self.landings[-1] = _went_on(self.landings[-1], event, at)

    def _begin(self, event: AttemptStarted, at: float) -> None:
        slot = next(slot for slot in range(len(self._slots) + 1) if slot not in self._slots)
        self._slots.add(slot)
        self._open[event.token] = len(self.attempts)
        self._of.setdefault(event.task, []).append(len(self.attempts))
        self.attempts.append(
            AttemptSpan(
                task=event.task,
                number=event.number,
                agent=event.agent,
                base=event.base,
                token=event.token,
                trial=event.trial,
                slot=slot,
                began=at,
            )
        )

    def _end(self, result: AttemptResult, at: float) -> None:
        self._change(result.token, ended=at, result=result)
        if (index := self._open.pop(result.token, None)) is not None:
            self._slots.discard(self.attempts[index].slot)

    def _change(self, token: str, **changes: Any) -> None:
        if (index := self._open.get(token)) is not None:
            self.attempts[index] = replace(self.attempts[index], **changes)

    @property
    def _rests(self) -> bool:
        alive = self.lives and self.lives[-1][1] is None
        busy = self._open or self.landing or self.head_check is not None
        return bool(alive and self._paused and self._based and not busy)

    def _rest_until(self, at: float) -> None:
        """Leave out the time since something was last recorded."""
        if at - self.at < BREATH_S:
            return
        began, _ = self.lives.pop()
        if began < self.at:  # else it is a rest that somebody only spoke in
            self.lives.append((began, self.at))
        self.lives.append((at, None))

    def _close(self, at: float) -> None:
        """End what a process had under way when it stopped or died."""
        if self.lives and self.lives[-1][1] is None:
            self.lives[-1] = (self.lives[-1][0], at)
        for index in self._open.values():
            self.attempts[index] = replace(self.attempts[index], ended=at)
        self._open.clear()
        self._slots.clear()
        if (landing := self.landing) is not None:
            self.landings[-1] = replace(landing, ended=at)
        self.head_check = None


def timeline_of(recorded: Iterable[Recorded]) -> Timeline:
    """Return what was when in a run of which all of this was recorded."""
    timeline = Timeline()
    timeline.take_in(recorded)
    return timeline


def landing_s(landings: Iterable[LandingSpan]) -> float:
    """Return the seconds of landing for each task that landed; 0 where none has."""
    took, landed = 0.0, 0
    for span in landings:
        if span.end is not None and span.ended is not None:
            took += span.ended - span.began
            landed += len(span.end.landed)
    return took / landed if landed else 0.0


def _went_on(span: LandingSpan, event: LandingLooked | LandingEnded, at: float) -> LandingSpan:
    if isinstance(event, LandingLooked):
        return replace(span, looks=(*span.looks, event))
    return replace(span, ended=at, end=event)
