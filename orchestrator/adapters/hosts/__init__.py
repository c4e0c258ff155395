"""A forward proxy that leads to the hosts that a playbook's setup may reach, and nowhere else.

See docs/decisions/0016-named-hosts-for-setup.md.
"""

from orchestrator.adapters.hosts.proxy import HostProxy
from orchestrator.adapters.hosts.way import Bounds, addresses_of

__all__ = ["Bounds", "HostProxy", "addresses_of"]
