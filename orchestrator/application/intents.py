"""What a decided action begins with, as an event, and what is to be done then."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.application.land import Batch
from orchestrator.application.telling import Tell
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    Event,
    HeadChecked,
    HeadCheckStarted,
    LandingEnded,
    LandingStarted,
)
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Action, CheckHead, StartAttempt, StartLanding
from orchestrator.domain.starting import spec_of


class Effects(Protocol):
    """What the engine can have done, on other threads where it may take long."""

    def attempt(self, spec: AttemptSpec, tell: Tell) -> AttemptResult:
        """Do an attempt; `tell` is called from its thread with what happens meanwhile."""
        ...

    def batch(self, run: Run, intent: LandingStarted) -> Batch:
        """Gather what is to land; called on the engine's own thread."""
        ...

    def land(self, batch: Batch, tell: Tell) -> LandingEnded:
        """Land a batch; `tell` is called from its thread with what red checks lead to."""
        ...

    def check_head(self, verified: str, head: str) -> HeadChecked:
        """Run all checks on the head and take back what made it red."""
        ...

    def interrupt(self) -> None:
        """End whatever is under way as fast as possible: attempts, landings, checks."""
        ...


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be durable before `effect` begins; that returns what came of it."""

    event: Event
    effect: Callable[[], Event]


@dataclass(frozen=True, slots=True)
class Intents:
    """Turns actions into intents; `tell` is given to effects for what happens meanwhile.

    `now` says how many seconds since the epoch it is. Each attempt asks anew: gathering a batch
    takes a while, and what an attempt is told must not have expired by then.
    """

    run: Run
    effects: Effects
    tell: Tell
    now: Callable[[], float]

    def of(self, actions: Sequence[Action]) -> Iterator[Intent]:
        """Yield the intents of those actions that have an effect."""
        giving: Counter[str] = Counter()
        for action in actions:
            if isinstance(action, StartAttempt):
                yield self._attempt(spec_of(self.run, action, self.now(), giving), giving)
            elif isinstance(action, StartLanding):
                yield self._landing(action)
            elif isinstance(action, CheckHead):
                yield self._head_check(action)

    def _attempt(self, spec: AttemptSpec, giving: Counter[str]) -> Intent:
        """Return an attempt; `giving` counts what those that start with it are given."""
        giving.update(one.id for one in spec.learnings)
        started = AttemptStarted(
            task=spec.task.id,
            number=spec.number,
            agent=spec.agent,
            base=spec.base,
            token=spec.token,
            trial=spec.trial,
            learnings=tuple(one.id for one in spec.learnings),
        )
        return Intent(started, lambda: AttemptEnded(result=self.effects.attempt(spec, self.tell)))

    def _landing(self, action: StartLanding) -> Intent:
        started = LandingStarted(batch=action.batch, head=self.run.head, tasks=action.tasks)
        batch = self.effects.batch(self.run, started)
        return Intent(started, lambda: self.effects.land(batch, self.tell))

    def _head_check(self, action: CheckHead) -> Intent:
        verified = self.run.verified
        return Intent(
            HeadCheckStarted(head=action.head),
            lambda: self.effects.check_head(verified, action.head),
        )
