"""Agents that speak the Agent Client Protocol."""

from orchestrator.adapters.agents.acp.agent import AcpAgent

__all__ = ["AcpAgent"]
