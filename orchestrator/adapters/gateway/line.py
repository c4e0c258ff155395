"""One attempt's line to the gateway: its token, what it used, what went wrong."""

import asyncio
import concurrent.futures
from collections.abc import Callable
from typing import Self

from orchestrator.adapters.gateway.settings import LineSpec
from orchestrator.domain.allowance import Allowance, dearest, refusal
from orchestrator.domain.attempt import Usage
from orchestrator.domain.headroom import Headroom, newest
from orchestrator.domain.trouble import Trouble
from orchestrator.ports.agent import Desk


class Line:
    """A line that is open until its context ends; the token dies with it.

    Calls under way are cut then. Its answers may be read at any time from any thread.
    """

    def __init__(
        self,
        spec: LineSpec,
        desk: Desk,
        token: str,
        run: Allowance,
        hang_up: Callable[["Line"], None],
    ) -> None:
        self.spec = spec
        self.desk = desk
        self.token = token
        self.ended = False
        self.calls: set[asyncio.Task[None]] = set()
        self.asked: set[concurrent.futures.Future[str]] = set()
        self._allowances = (
            Allowance("attempt", spec.budget, Usage()),
            Allowance("task", spec.task_budget, spec.task_spent),
            run,
        )
        self._hang_up = hang_up
        self._under_way: set[object] = set()
        self._usage = Usage()
        self._dearest: Usage | None = None
        self._troubles: dict[str, Trouble] = {}
        self._headroom: tuple[Headroom, ...] = ()
        self._reached: frozenset[str] = frozenset()
        self._offered = False

    def __enter__(self) -> Self:
        """Hand out the line."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let the token die, cut what is under way; what it asked the desk is waited for."""
        self._hang_up(self)
        concurrent.futures.wait(set(self.asked))

    def usage(self) -> Usage:
        """Return what the calls that have ended used."""
        return self._usage

    @property
    def trouble(self) -> Trouble | None:
        """The last trouble that no later call to the same model got past."""
        return next(reversed(self._troubles.values()), None)

    @property
    def headroom(self) -> tuple[Headroom, ...]:
        """What the last answers said is left of the model's limits."""
        return self._headroom

    @property
    def reached(self) -> frozenset[str]:
        """The tools of the desk that the agent called."""
        return self._reached

    @property
    def offered(self) -> bool:
        """Whether the agent has asked which tools the desk has."""
        return self._offered

    # What follows is the server's; it calls from its one thread.

    def expect(self, by_size: Usage) -> Usage:
        """Return what the next call is expected to use; of the first one its size is all."""
        return self._dearest or by_size

    def refusal(self, expected: Usage) -> str:
        """Return why no budget covers a call, or nothing when all do."""
        return refusal(self._allowances, expected)

    def begin(self, call: object, expected: Usage) -> None:
        """Set aside what a call is expected to use."""
        self._under_way.add(call)
        for allowance in self._allowances:
            allowance.hold(call, expected)

    def end(self, call: object, used: Usage) -> None:
        """Book what it used; once."""
        if call not in self._under_way:
            return
        self._under_way.remove(call)
        for allowance in self._allowances:
            allowance.pay(call, used)
        self._usage = self._usage.plus(used)
        if used.tokens:
            self._dearest = dearest(self._dearest or used, used)

    def note(self, model: str, trouble: Trouble | None) -> None:
        """Remember how the last call to a model went."""
        troubles = {name: one for name, one in self._troubles.items() if name != model}
        self._troubles = troubles if trouble is None else {**troubles, model: trouble}

    def learn(self, said: tuple[Headroom, ...]) -> None:
        """Remember what an answer says is left of limits."""
        self._headroom = newest(self._headroom, said)

    def offer(self) -> None:
        """Remember that the desk's tools were asked for."""
        self._offered = True

    def reach(self, tool: str) -> None:
        """Remember a tool of the desk that was called."""
        self._reached |= {tool}
