"""A gateway that remembers what was said on its last line."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.adapters.library.agents import LoadedAgent
from orchestrator.application.dry_call import Heard
from orchestrator.domain.attempt import AttemptSpec, Usage
from orchestrator.ports.agent import AgentReport, Desk
from orchestrator.ports.sandbox import GatewayAddress
from orchestrator.wiring.gateway import AgentsGateway

if TYPE_CHECKING:
    from orchestrator.adapters.gateway import Line


@dataclass(slots=True)
class Overheard:
    """A gateway whose last line is remembered: it knows what an agent does not say."""

    gateway: AgentsGateway
    line: "Line | None" = None

    @property
    def address(self) -> GatewayAddress:
        """Where it listens."""
        return self.gateway.address

    def open(self, spec: AttemptSpec, desk: Desk) -> "Line":
        """Open a line and remember it."""
        self.line = self.gateway.open(spec, desk)
        return self.line

    def of(self, report: AgentReport, agent: LoadedAgent) -> Heard:
        """Return what was heard on the line, with the agent's own report."""
        line = self.line
        trouble = line.trouble if line else None
        retry_at = trouble.retry_at if trouble else None
        return Heard(
            ending=report.ending,
            message=report.message,
            usage=line.usage() if line else Usage(),
            trouble=trouble.kind if trouble else None,
            retry_s=None if retry_at is None else retry_at - time.time(),
            expected="mcp" in agent.spec.reports,
            offered=line.offered if line else False,
            reached=bool(line and line.reached),
        )
