"""The gateway: the one thing outside that an agent in its sandbox can reach.

See docs/decisions/0012-one-gateway-for-models-and-the-desk.md.
"""

from orchestrator.adapters.gateway.gateway import Gateway
from orchestrator.adapters.gateway.line import Line
from orchestrator.adapters.gateway.prices import read_prices
from orchestrator.adapters.gateway.settings import (
    Bounds,
    GatewaySettings,
    LineSpec,
    Upstream,
    upstreams_of,
)
from orchestrator.domain.trouble import Trouble

__all__ = [
    "Bounds",
    "Gateway",
    "GatewaySettings",
    "Line",
    "LineSpec",
    "Trouble",
    "Upstream",
    "read_prices",
    "upstreams_of",
]
