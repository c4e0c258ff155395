"""The gateway of a run: it starts when the first agent with a language model is built."""

import os
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from orchestrator.adapters.bus.address import PASSWORD
from orchestrator.adapters.library.agents import agent_names
from orchestrator.adapters.secrets import take_secrets
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.limiter import Rate
from orchestrator.domain.playbook import Limits
from orchestrator.domain.wires import Wire
from orchestrator.ports.agent import Desk
from orchestrator.ports.sandbox import GatewayAddress
from orchestrator.wiring.agents import secrets_of
from orchestrator.wiring.places import agent_shelves

if TYPE_CHECKING:
    from orchestrator.adapters.gateway import Gateway, Line


def taken_secrets(agents: Iterable[str], given: Iterable[str]) -> Mapping[str, str]:
    """Take what any known agent's model needs out of the environment, and what a person named.

    So goes the password of the bus.

    `agents` are those of the run; `given` is `NAME` or `NAME=@FILE`.

    Raises:
        UsageError: what was given is not there.
    """
    known = secrets_of({*agents, *agent_names(agent_shelves())})
    return take_secrets([*known, PASSWORD], given)


@dataclass(slots=True, kw_only=True)
class RunGateway:
    """One run's gateway, made when it is first asked for and ended by `stack`.

    `budget` is the run's, of which `spent` is gone when this process begins.
    """

    stack: ExitStack
    secrets: Mapping[str, str] = field(repr=False)
    limits: Limits
    budget: Budget
    spent: Usage
    _gateway: "Gateway | None" = None
    _lock: Lock = field(default_factory=Lock)

    def seen_by(self, agent: str, wire: Wire) -> "AgentsGateway":
        """Return the gateway as an agent sees it that speaks `wire`."""
        return AgentsGateway(self._started(), agent, wire, self.limits)

    def _started(self) -> "Gateway":
        from orchestrator.adapters.gateway import Gateway, GatewaySettings, upstreams_of

        with self._lock:
            if self._gateway is None:
                settings = GatewaySettings(
                    upstreams=upstreams_of(self.secrets, os.environ),
                    budget=self.budget,
                    spent=self.spent,
                    rate=Rate(
                        requests=self.limits.requests_per_minute,
                        tokens=self.limits.tokens_per_minute,
                    ),
                    secrets=self.secrets,
                )
                self._gateway = self.stack.enter_context(Gateway(settings))
            return self._gateway


@dataclass(frozen=True, slots=True)
class AgentsGateway:
    """The adapter behind `ports.gateway.Gateway`: it knows whose lines it opens."""

    gateway: "Gateway"
    agent: str
    wire: Wire
    limits: Limits

    @property
    def address(self) -> GatewayAddress:
        """Where the gateway listens."""
        return self.gateway.address

    def open(self, spec: AttemptSpec, desk: Desk) -> "Line":
        """Open a line for one attempt."""
        from orchestrator.adapters.gateway import LineSpec

        return self.gateway.open(
            LineSpec(
                run=spec.run,
                task=spec.task.id,
                attempt=spec.number,
                agent=self.agent,
                wire=self.wire,
                budget=Budget(usd=self.limits.attempt_budget_usd),
                task_budget=Budget(usd=self.limits.task_budget_usd),
                task_spent=spec.spent,
            ),
            desk,
        )
