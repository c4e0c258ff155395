"""The outbox: what is recorded goes to the bus, from a thread of its own.

The journal is the truth, and what travels is a copy of the state that it leads to. So nothing is
lost with the bus: when it is back, or has forgotten, everything is published once more.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from threading import Thread
from typing import Literal

from orchestrator.application.bus.channels import (
    EVENTS_KEPT,
    LETTERS_KEPT,
    events_of,
    learnings_of,
    messages_of,
    pause_s,
    shared_by,
    shared_key,
    standing_key,
)
from orchestrator.application.bus.outgoing import Batch, Outgoing
from orchestrator.domain.events import BusChanged
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.ports.bus import Bus, BusLostError, Letter
from orchestrator.ports.journal import Recorded

LOOK_S = 1.0
"""How often the bus is asked what it remembers while nothing happens, in seconds."""
FLUSH_TRIES = 6
"""How often an outbox that is closed tries to get rid of what is left."""
CLOSE_S = 30.0
"""How long a run waits for that at most, in seconds: the journal has all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """How what travels is written as JSON; called on the outbox's thread."""

    standing: Callable[[Standing], str]
    message: Callable[[Message], str]
    event: Callable[[Recorded], str]


class Outbox:
    """Publishes for one run; `observe` is called by the run's own thread and never waits."""

    def __init__(  # noqa: PLR0913 - what it is made of
        self,
        bus: Bus,
        run: str,
        playbook: str,
        *,
        writing: Writing,
        history: Callable[[int], Sequence[Recorded]],
        tell: Callable[[BusChanged], None],
        pause: Callable[[int], float] = pause_s,
    ) -> None:
        """Publish on the channels of `run` and, for other runs to learn, on those of `playbook`.

        `history` returns the recorded events behind a sequence; it is called on the outbox's
        thread. `tell` hears that the bus is lost, or back. `pause` says how many seconds to wait
        after so many failures.
        """
        self._bus = bus
        self._run = run
        self._playbook = playbook
        self._writing = writing
        self._history = history
        self._tell = tell
        self._pause = pause
        self._outgoing = Outgoing()
        self._state: Literal["well", "degraded", ""] = ""
        self._epoch = ""
        self._shared: set[str] = set()
        self._news = Flag()
        self._closing = Flag()
        self._thread = Thread(target=self._work, name="leafcut-outbox", daemon=True)

    def observe(self, run: Run, recorded: Sequence[Recorded]) -> None:
        """Take over what is new, and begin to publish with the first of it."""
        self._outgoing.take_in(run, recorded)
        if not self._state:
            self._state = "degraded" if run.degraded else "well"
            self._thread.start()
        self._news.set()

    def close(self) -> None:
        """Publish what is left, if that is possible within a few tries, and stop."""
        self._closing.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join(CLOSE_S)

    def _work(self) -> None:
        try:
            failures = 0
            while not self._closing.is_set():
                failures = 0 if self._tried() else failures + 1
                if failures:
                    self._closing.wait(self._pause(failures))
                else:
                    self._news.wait(LOOK_S)
                    self._news.clear()
            self._flush()
        except Exception as error:
            self._change("degraded", f"the outbox has ended: {error}")
            raise

    def _flush(self) -> None:
        for failures in range(FLUSH_TRIES):
            if failures:
                time.sleep(self._pause(failures))
            if self._tried() and self._tried(self._see_that_all_is_there):
                return

    def _tried(self, act: Callable[[], None] | None = None) -> bool:
        try:
            (act or self._deliver)()
        except BusLostError as error:
            self._change("degraded", error.message)
            return False
        self._change("well")
        return True

    def _change(self, state: Literal["well", "degraded"], reason: str = "") -> None:
        if state != self._state:
            self._state = state
            self._tell(BusChanged(state=state, reason=reason))

    def _deliver(self) -> None:
        """Publish what waits; a bus that has forgotten gets everything once more."""
        epoch = self._bus.epoch()
        if epoch != self._epoch:
            after = max(0, self._outgoing.seen - EVENTS_KEPT)
            self._outgoing.start_anew(self._history(after))
        while batch := self._outgoing.next():
            self._publish(batch)
            self._outgoing.done(batch)
        self._epoch = epoch

    def _publish(self, batch: Batch) -> None:
        for channel, letters, keep in (
            (learnings_of(self._run), self._standings(batch.standings), LETTERS_KEPT),
            (shared_by(self._playbook), self._to_share(batch.standings), LETTERS_KEPT),
            (messages_of(self._run), self._messages(batch.messages), LETTERS_KEPT),
            (events_of(self._run), self._events(batch.events), EVENTS_KEPT),
        ):
            if letters:
                self._bus.publish(channel, letters, keep=keep)

    def _standings(self, standings: Sequence[Standing]) -> list[Letter]:
        return [Letter(standing_key(one), self._writing.standing(one)) for one in standings]

    def _to_share(self, standings: Sequence[Standing]) -> list[Letter]:
        """Return what other runs may learn: what is trusted, and that it is so no more."""
        reaching = [one for one in standings if one.learning.reach == "playbook"]
        self._shared |= {one.learning.id for one in reaching if one.status == "trusted"}
        return [
            Letter(shared_key(self._run, one), self._writing.standing(one))
            for one in reaching
            if one.learning.id in self._shared
        ]

    def _messages(self, messages: Sequence[Message]) -> list[Letter]:
        return [Letter(one.id, self._writing.message(one)) for one in messages]

    def _events(self, entries: Sequence[Recorded]) -> list[Letter]:
        return [
            Letter(f"{self._run}/{entry.sequence}", self._writing.event(entry)) for entry in entries
        ]

    def _see_that_all_is_there(self) -> None:
        """Look at what the bus has in the end.

        Raises:
            BusLostError: something is missing; the next try publishes everything once more.
        """
        everything = self._outgoing.all
        wanted = {
            learnings_of(self._run): {standing_key(one) for one in everything.standings},
            messages_of(self._run): {one.id for one in everything.messages},
        }
        for channel, keys in wanted.items():
            if keys and not keys <= set(self._keys(channel)):
                self._epoch = ""
                raise BusLostError(f"the bus has lost letters of {channel}")

    def _keys(self, channel: str) -> Iterator[str]:
        position = ""
        while found := self._bus.read(channel, position):
            yield from (one.letter.key for one in found)
            position = found[-1].position
