"""What this machine has of what Leafcut needs."""

from orchestrator.adapters.doctor import probes
from orchestrator.application.doctor import Finding, examine
from orchestrator.wiring.places import agent_shelves, places


def examined() -> tuple[Finding, ...]:
    """Look at it."""
    return examine(probes(places().state, agent_shelves()))
