"""The inbox: what arrives on the bus goes to the board, what other runs have learnt to the engine.

A letter is acknowledged when it has done its work: on the board at once, in the engine when its
journal has it. One that cannot be read is not acknowledged, and so ends with the dead letters. A
letter about what the journal does not have is somebody else's, and nothing comes of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Thread

from orchestrator.application.bus.board import Board
from orchestrator.application.bus.channels import (
    learnings_of,
    messages_of,
    pause_s,
    shared_by,
)
from orchestrator.application.bus.incoming import SharedLearnings
from orchestrator.application.bus.known import Known
from orchestrator.domain.events import BusChanged, LearningAdded
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.ports.bus import Bus, BusLostError, Delivery
from orchestrator.ports.journal import Recorded

WAIT_S = 0.3
"""How long one look waits for letters, in seconds; the inbox ends no later than that."""
LOST_AFTER = 3
"""After how many failures in a row an end of the bus says that it is lost."""
CLOSE_S = 3.0
"""How long a thread is waited for in the end, in seconds: a bus may never answer."""
BOARD = "board"
"""The group that fills the board."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How what travels is read; either raises ValueError for what is not ours."""

    standing: Callable[[str], Standing]
    message: Callable[[str], Message]


@dataclass(frozen=True, slots=True)
class _Subscription:
    """A channel, the group that reads it, and what takes letters and returns finished positions."""

    channel: str
    group: str
    take: Callable[[Sequence[Delivery]], Sequence[str]]


class Inbox:
    """Receives for one run, a thread a channel."""

    def __init__(  # noqa: PLR0913 - what it is made of
        self,
        bus: Bus,
        run: str,
        playbook: str | None,
        *,
        consumer: str,
        board: Board,
        reading: Reading,
        tell: Callable[[Learning], None],
        state: Callable[[str, BusChanged], None],
        pause: Callable[[int], float] = pause_s,
    ) -> None:
        """Read the channels of `run` as `consumer`, a name that no other process has.

        `playbook` names the one whose other runs this one learns from, None to learn from none.
        `state` hears by channel that nothing can be received, or that it can be again.
        """
        self._bus = bus
        self._run = run
        self._consumer = consumer
        self._board = board
        self._reading = reading
        self._known = Known()
        self._state = state
        self._pause = pause
        self._shared = SharedLearnings(run, reading.standing, tell)
        self._closing = Flag()
        self._threads: list[Thread] = []
        self._subscriptions = [
            _Subscription(learnings_of(run), BOARD, self._put_up),
            _Subscription(messages_of(run), BOARD, self._deliver),
        ]
        if playbook is not None:
            self._subscriptions.append(
                _Subscription(shared_by(playbook), f"run/{run}", self._shared.take)
            )

    def observe(self, run: Run, recorded: Sequence[Recorded]) -> None:
        """Note what the journal has, and begin to receive as soon as an engine can take it.

        The outbox hears of it afterwards: no letter is there before what it is about is known.
        """
        self._known.look(run)
        added = [entry.event for entry in recorded if isinstance(entry.event, LearningAdded)]
        self._shared.know(event.learning.id for event in added)
        if not self._threads and run.baseline is not None:
            self._begin(run)

    def close(self) -> None:
        """Stop."""
        self._closing.set()
        for thread in self._threads:
            thread.join(CLOSE_S)

    def _begin(self, run: Run) -> None:
        """Know what the run knows, so that only news is waited for."""
        for standing in self._known.standings:
            self._board.put_up(standing)
        for message in self._known.messages:
            self._board.deliver(message)
        self._shared.know(run.ledger.standings)
        self._threads = [
            Thread(target=self._receive, args=(one,), name="leafcut-inbox", daemon=True)
            for one in self._subscriptions
        ]
        for thread in self._threads:
            thread.start()

    def _receive(self, one: _Subscription) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                self._look(one)
            except BusLostError as error:
                failures += 1
                if failures == LOST_AFTER:  # the outbox may well get on: rights differ
                    self._state(one.channel, BusChanged(state="degraded", reason=error.message))
                self._closing.wait(self._pause(failures))
            else:
                if failures >= LOST_AFTER:
                    self._state(one.channel, BusChanged(state="well"))
                failures = 0

    def _look(self, one: _Subscription) -> None:
        found = self._bus.receive(one.channel, one.group, self._consumer, timeout_s=WAIT_S)
        if finished := one.take(found):
            self._bus.acknowledge(one.channel, one.group, finished)

    def _put_up(self, deliveries: Sequence[Delivery]) -> list[str]:
        def take(body: str) -> None:
            if standing := self._known.standing(self._reading.standing(body)):
                self._board.put_up(standing)

        return _each(deliveries, take)

    def _deliver(self, deliveries: Sequence[Delivery]) -> list[str]:
        def take(body: str) -> None:
            if message := self._known.message(self._reading.message(body)):
                self._board.deliver(message)

        return _each(deliveries, take)


def _each(deliveries: Sequence[Delivery], take: Callable[[str], None]) -> list[str]:
    """Take each letter that can be read and return the positions of those."""
    finished = []
    for one in deliveries:
        try:
            take(one.letter.body)
        except ValueError:
            continue
        finished.append(one.position)
    return finished
