"""The engine: asks the domain what to do, lets the edge do it, records what happened.

One thread owns the journal and the state; attempts and landings run on an executor and post their
events to it. Intent is durable before an effect begins, and a result before anything is
decided on it. Only the baseline has no intent: it changes nothing, and a process that does not find
it takes it anew. Events that arrive together are recorded in one transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from orchestrator.application.intents import Effects, Intents
from orchestrator.application.reread import ImportsRead, Reread, UnreadLandings
from orchestrator.application.telling import Told
from orchestrator.domain.commands import answer
from orchestrator.domain.events import (
    AttemptEnded,
    BaselineTaken,
    CommandAccepted,
    Event,
    LandingEnded,
    MessageSent,
    RunEnded,
    Unparked,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.following import follow_imports
from orchestrator.domain.learnings.admission import admitted
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.parking import dated, next_over
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import (
    BY_A_PERSON,
    Action,
    Capacity,
    ChangePlan,
    End,
    Unpark,
    decide,
)
from orchestrator.ports.executor import Executor
from orchestrator.ports.journal import Journal, Recorded

POLL_S = 0.5
"""How often the engine looks for people's commands while nothing happens, in seconds."""


@dataclass(frozen=True, slots=True)
class _Crashed:
    """An effect raised: a bug, or an environment that cannot go on."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class _Stop:
    """A person wants the run to stop."""


Received: TypeAlias = Event | Told | _Crashed | _Stop | ImportsRead
"""What the engine receives."""


def no_time() -> float:
    """Say that no time has passed, for runs without a limit on it."""
    return 0.0


def _only_recorded(actions: Sequence[Action]) -> list[Event]:
    """Return the events of decisions that need no effect."""
    changes: list[Event] = [one.change for one in actions if isinstance(one, ChangePlan)]
    return changes + [Unparked(agent=one.agent) for one in actions if isinstance(one, Unpark)]


class Engine:
    """Takes a run from where it stands to its end."""

    def __init__(  # noqa: PLR0913 - the parts of an engine
        self,
        run: Run,
        journal: Journal,
        effects: Effects,
        executor: Executor[Received],
        *,
        observe: Callable[[Run, Sequence[Recorded]], None],
        baseline: Callable[[], BaselineTaken] | None = None,
        reread: Reread | None = None,
        elapsed: Callable[[], float] = no_time,
        now: Callable[[], float] = no_time,
    ) -> None:
        """Go on with `run`, whose journal stands where it stands; `observe` sees every event.

        `baseline` takes the one that the run may lack; without it, work begins without one.
        `reread` gives the order that changed imports ask for; None where order does not matter.
        `elapsed` says how many seconds the run has been worked on, `now` the seconds since the
        epoch, by which what is parked goes on.
        """
        self._run = run
        self._journal = journal
        self._effects = effects
        self._elapsed = elapsed
        self._now = now
        self._observe = observe
        self._executor = executor
        self._baseline = baseline
        self._intents = Intents(run, effects, executor.post, now)
        self._unread = UnreadLandings(reread, run.base)
        self._stopping = False
        self._crash: BaseException | None = None

    def stop(self) -> None:
        """Ask the engine to stop; may be called from any thread or signal handler."""
        self._executor.post(_Stop())

    def go(self) -> End:
        """Run until nothing is left to do, and say how it ended.

        Raises:
            LeafcutError: the environment made an effect impossible; the run can be resumed.
        """
        try:
            self._take_baseline()
            end = self._loop()
        except BaseException:
            self._effects.interrupt()
            self._executor.finish()
            raise
        self._take_in(self._executor.finish())
        if self._crash is not None:
            self._record([RunEnded(state="stopped", reason=str(self._crash))])
            raise self._crash
        return end

    def _take_baseline(self) -> None:
        """See how the base stands before anything is tried on it, and answer people meanwhile."""
        if self._baseline is None or self._stands():
            return
        self._executor.submit(partial(self._perform, self._baseline))
        while not (self._stands() or self._stopping):
            self._obey()
            self._take_in(self._executor.receive(POLL_S))

    def _stands(self) -> bool:
        return self._run.baseline is not None

    def _loop(self) -> End:
        while True:
            self._obey()
            actions = decide(self._run, self._capacity())
            for action in actions:
                if isinstance(action, End):
                    return action
            if changes := _only_recorded(actions):
                self._record(changes)
                continue
            self._start(actions)
            self._read_imports()
            if self._stopping:
                return End("stopped", BY_A_PERSON)
            self._take_in(self._executor.receive(self._patience()))

    def _capacity(self) -> Capacity:
        return Capacity(
            self._run.policy.concurrency,
            self._stopping,
            self._unread.tasks,
            self._elapsed(),
            self._now(),
        )

    def _patience(self) -> float:
        """Return how many seconds to wait for what happens: not beyond the end of a limit.

        One that is over and not recorded waits for something else: it is no reason to hurry.
        """
        until = next_over(self._run)
        left = 0.0 if until is None else until - self._now()
        return min(POLL_S, left) if left > 0 else POLL_S

    def _start(self, actions: Sequence[Action]) -> None:
        intents = list(self._intents.of(actions))
        self._record([one.event for one in intents])
        for one in intents:
            self._executor.submit(partial(self._perform, one.effect))

    def _perform(self, effect: Callable[[], Received]) -> None:
        try:
            self._executor.post(effect())
        except BaseException as error:  # noqa: BLE001 - handed to the engine's own thread
            self._executor.post(_Crashed(error))

    def _take_in(self, received: Sequence[Received]) -> None:
        events: list[Event] = []
        offered: list[Learning] = []
        for message in received:
            if isinstance(message, _Stop):
                self._halt()
            elif isinstance(message, BaselineTaken) and self._stopping:
                pass  # its checks were interrupted, so what it says of the base is not so
            elif isinstance(message, _Crashed):
                if not self._stopping:
                    self._crash = message.error
                    self._halt()
            elif isinstance(message, ImportsRead):
                self._follow(message)
            elif isinstance(message, AttemptEnded):
                events.append(AttemptEnded(result=dated(self._run, message.result, self._now())))
                offered += message.result.proposed
            elif isinstance(message, Learning):
                offered.append(message)
            elif isinstance(message, Message):
                events.append(MessageSent(message=message))
            else:
                events.append(message)
        self._record(events)
        self._admit(offered)

    def _admit(self, offered: Sequence[Learning]) -> None:
        """Record the lessons one by one: what one comes to may be that it says what another did."""
        for learning in offered:
            if event := admitted(self._run.ledger, learning):
                self._record([event])

    def _read_imports(self) -> None:
        if look := self._unread.look(self._run.head):
            self._executor.submit(partial(self._perform, look))

    def _follow(self, read: ImportsRead) -> None:
        self._unread.looked_at(read)
        if read.graph is None or self._stopping:
            return
        if change := follow_imports(self._run, read.graph):
            self._record([change])

    def _obey(self) -> None:
        for command in self._journal.commands():
            event = answer(self._run, command)
            self._record([event])
            if isinstance(event, CommandAccepted) and event.action == "stop":
                self._halt()

    def _halt(self) -> None:
        if not self._stopping:
            self._stopping = True
            self._effects.interrupt()

    def _record(self, events: Sequence[Event]) -> None:
        if not events:
            return
        for event in events:
            if isinstance(event, LandingEnded):
                self._unread.add(event)
            apply(self._run, event)  # first, so that what the fold refuses is never recorded
        self._observe(self._run, self._journal.append(events))
