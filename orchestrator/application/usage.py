"""What agents have used, and which of them may not work now."""

from dataclasses import asdict

from orchestrator.domain import parking
from orchestrator.domain.counting import dollars
from orchestrator.domain.run import Run


def usage_document(run: Run, now: float) -> dict[str, object]:
    """Return the part of `leafcut status --json` about agents; `now` is since the epoch."""
    return {
        "parked": _parked(run, now),
        "agents": [_agent(run, name) for name in sorted(run.agents)],
        "learning_tokens": sum(one.learning_tokens for one in run.agents.values()),
        "tokens": run.tokens,
        "cost_usd": run.cost_usd,
    }


def _agent(run: Run, name: str) -> dict[str, object]:
    """Return what an agent has done, and what its model's maker last said is left of limits.

    `reset_at` is in seconds since the epoch.
    """
    left = [asdict(one) for one in run.headroom.get(name, ())]
    return {"agent": name, **asdict(run.agents[name]), "headroom": left}


def _parked(run: Run, now: float) -> list[dict[str, object]]:
    """Return each agent that may not be started, and how long not: `now` is since the epoch.

    `parked_until` is in seconds since the epoch, `left_s` in seconds from now, `tasks` counts the
    parked ones.
    """
    return [
        {
            "agent": agent,
            "parked_until": until,
            "left_s": round(max(0.0, until - now), 3),
            "tasks": parking.parked_of(run, agent),
        }
        for agent, until in sorted(run.parked_until.items())
    ]


def tools_reached(run: Run) -> str:
    """Return in words how many attempts reached Leafcut's tools, nothing where none was offered."""
    return ", ".join(
        f"{name} {one.reached} of {one.offered}"
        for name, one in sorted(run.agents.items())
        if one.offered
    )


def used(run: Run) -> str:
    """Return what a run's agents have used, in words; nothing when they cost nothing."""
    return in_words(run.tokens, run.cost_usd)


def in_words(tokens: int, cost_usd: float) -> str:
    """Return tokens and dollars in words, only those that are not zero."""
    words = [f"{tokens:,} tokens"] if tokens else []
    return ", ".join([*words, dollars(cost_usd)] if cost_usd else words)
