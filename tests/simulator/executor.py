"""An executor that runs one effect at a time, in an order that the dice choose."""

from collections.abc import Callable
from random import Random

from orchestrator.application.engine import Received

PATIENCE = 20
"""How often the engine may wait for nothing before it counts as stranded."""


class Killed(BaseException):
    """The process is dead; nothing of it runs any more."""


class StrandedError(AssertionError):
    """The engine waits although nothing will ever happen."""


class DiceExecutor:
    """Nothing runs before the engine waits; then one effect does."""

    def __init__(
        self, dice: Random, alive: Callable[[], None], pass_time: Callable[[], None]
    ) -> None:
        """Ask `alive` before anything; it raises `Killed` when the process is dead.

        `pass_time` is called when the engine waits for nothing but time.
        """
        self._dice = dice
        self._alive = alive
        self._pass_time = pass_time
        self._pending: list[Callable[[], None]] = []
        self._inbox: list[Received] = []
        self._idle = 0

    def submit(self, effect: Callable[[], None]) -> None:
        """Keep an effect for later."""
        self._alive()
        self._pending.append(effect)

    def post(self, message: Received) -> None:
        """Leave a message."""
        self._inbox.append(message)

    def receive(self, timeout_s: float) -> list[Received]:  # noqa: ARG002 - much more passes
        """Let one effect run, unless something was posted already."""
        self._alive()
        if not self._inbox and self._pending:
            self._pending.pop(self._dice.randrange(len(self._pending)))()
            self._alive()
        elif not self._inbox:
            self._pass_time()
        self._idle = 0 if self._inbox else self._idle + 1
        if self._idle > PATIENCE:
            raise StrandedError
        return self._taken()

    def finish(self) -> list[Received]:
        """Let everything run to its end."""
        while self._pending:
            self._pending.pop(self._dice.randrange(len(self._pending)))()
        self._alive()
        return self._taken()

    def _taken(self) -> list[Received]:
        taken, self._inbox = self._inbox, []
        return taken
