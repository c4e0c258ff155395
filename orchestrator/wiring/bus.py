"""What a run's attempts share while they are under way: the bus, its outbox, its inbox, the board.

The bus is the Redis server that a person named, else a server of Leafcut's own, else this process.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import TYPE_CHECKING

from orchestrator.adapters.bus.address import PASSWORD, address_of
from orchestrator.adapters.secrets import take_secrets
from orchestrator.application.bus.board import Board
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.run import Run
from orchestrator.domain.settings import RunSettings
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.bus import Bus
from orchestrator.ports.journal import Recorded
from orchestrator.wiring.ground import Ground
from orchestrator.wiring.sandboxes import thinking

if TYPE_CHECKING:
    from orchestrator.application.bus.inbox import Inbox
    from orchestrator.application.bus.outbox import Outbox
    from orchestrator.application.bus.state import BusState
    from orchestrator.application.engine import Received


@dataclass(frozen=True, slots=True)
class BusEnds:
    """The outbox and the inbox of a run, as one observer of what is recorded."""

    outbox: "Outbox"
    inbox: "Inbox"

    def observe(self, run: Run, recorded: Sequence[Recorded]) -> None:
        """Let both know; the inbox first, which believes no letter before."""
        self.inbox.observe(run, recorded)
        self.outbox.observe(run, recorded)

    def close(self) -> None:
        """Publish what is left and stop."""
        self.outbox.close()
        self.inbox.close()


def require_bus(url: str, given: Iterable[str]) -> None:
    """See that the server that a person named can be used; `given` are secrets as in `--secret`.

    The password stays where it is: a run takes it when it begins.

    Raises:
        MissingRequirementError: it does not answer, or does not let us in.
        UsageError: the URL is none, or holds a password.
    """
    if not url:
        return
    from orchestrator.adapters.bus.connect import require

    address_of(url)
    ours = [text for text in given if text.partition("=")[0] == PASSWORD]
    secrets = take_secrets([PASSWORD], ours, dict(os.environ))
    require(url, secrets.get(PASSWORD, ""))


def is_needed(settings: RunSettings, playbook: Playbook) -> bool:
    """Say whether a run has anything to share and anybody to share it with."""
    shares = playbook.learnings.strategy != "none" and thinking(playbook)
    return bool(settings.redis) or shares


def open_sharing(
    stack: ExitStack, ground: Ground, board: Board, tell: "Callable[[Received], None]"
) -> BusEnds | None:
    """Open the bus of a run and put both ends to it, None where nobody needs one.

    `tell` leaves a message for the engine; `stack` ends everything.
    """
    if not is_needed(ground.settings, ground.playbook):
        return None
    from orchestrator.application.bus.state import BusState

    bus = _open_bus(stack, ground)
    state = BusState(tell)
    ends = BusEnds(_outbox(bus, ground, state), _inbox(bus, ground, board, state, tell))
    stack.callback(ends.close)
    return ends


def _open_bus(stack: ExitStack, ground: Ground) -> Bus:
    from orchestrator.adapters.bus.connect import connected

    if url := ground.settings.redis:
        return stack.enter_context(closing(connected(url, ground.secrets.get(PASSWORD, ""))))
    return stack.enter_context(closing(_own_bus(stack, ground)))


def _own_bus(stack: ExitStack, ground: Ground) -> Bus:
    """Return the bus of a server of Leafcut's own; where there is none this process serves, too."""
    from orchestrator.adapters.bus.memory import MemoryBus
    from orchestrator.adapters.bus.server import PrivateServer, find

    if program := find():
        with suppress(MissingRequirementError):
            server = stack.enter_context(PrivateServer(program, ground.folder.bus))
            return server.bus()
    return MemoryBus()


def _outbox(bus: Bus, ground: Ground, state: "BusState") -> "Outbox":
    from orchestrator.adapters.bus.codec import encode_event, messages, standings
    from orchestrator.adapters.journal.sqlite import SqliteJournal
    from orchestrator.application.bus.outbox import Outbox, Writing

    def history(after: int) -> Sequence[Recorded]:
        with closing(SqliteJournal(ground.folder.journal, ground.clock)) as journal:
            return journal.read(after)

    return Outbox(
        bus,
        ground.settings.run,
        ground.playbook.name,
        writing=Writing(standing=standings.encode, message=messages.encode, event=encode_event),
        history=history,
        tell=partial(state.hear, "outbox"),
    )


def _inbox(
    bus: Bus,
    ground: Ground,
    board: Board,
    state: "BusState",
    tell: "Callable[[Received], None]",
) -> "Inbox":
    from orchestrator.adapters.bus.codec import messages, standings
    from orchestrator.application.bus.inbox import Inbox, Reading

    learns = ground.playbook.learnings.scope == "playbook"
    return Inbox(
        bus,
        ground.settings.run,
        ground.playbook.name if learns else None,
        consumer=token_hex(8),
        board=board,
        reading=Reading(standing=standings.decode, message=messages.decode),
        tell=tell,
        state=state.hear,
    )
