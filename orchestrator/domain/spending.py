"""What a run has spent of its budget, and whether one more attempt is covered.

What an attempt will cost is not known before it ends. So the dearest attempt that an agent has
made stands for its next one, attempts under way are counted at that price, and an agent whose
price nobody knows yet makes one attempt at a time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from orchestrator.domain.attempt import UNSPENT, AttemptResult, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.run import Run
from orchestrator.domain.tally import Tally

UNLIMITED = Budget()


@dataclass(frozen=True, slots=True)
class Line:
    """One limit with what is spent of it. `reserved` is what attempts under way are expected to."""

    name: str
    unit: str
    spent: float
    reserved: float
    limit: float

    def covers(self, more: float) -> bool:
        """Say whether `more` can be spent, too."""
        return self.spent + self.reserved + more <= self.limit


def lines(run: Run, elapsed_s: float) -> Iterator[Line]:
    """Return the limits that the run has; `elapsed_s` is how long it has worked."""
    budget = run.policy.budget
    reserved = _reserved(run)
    figures = (
        ("money", "USD", run.cost_usd, reserved.cost_usd, budget.usd),
        ("tokens", "tokens", run.tokens, reserved.tokens, budget.tokens),
        ("attempts", "attempts", run.attempts, 0, budget.attempts),
        ("wall time", "s", elapsed_s, 0, budget.wall_s),
    )
    for name, unit, spent, held, limit in figures:
        if limit is not None:
            yield Line(name, unit, spent, held, limit)


def paid(run: Run, agent: str, result: AttemptResult) -> None:
    """Count what an attempt has used, and learn what one of its agent costs.

    One that met a limit, or was cut short by an overload, tells no price where none is known: it
    may have ended before it began.
    """
    usage = result.usage
    run.cost_usd += usage.cost_usd
    run.tokens += usage.tokens
    run.agents[agent] = run.agents.get(agent, Tally()).ended(result)
    if result.outcome in UNSPENT and agent not in run.prices:
        return
    dearest = run.prices.get(agent, usage)
    run.prices[agent] = Usage(
        tokens=max(dearest.tokens, usage.tokens), cost_usd=max(dearest.cost_usd, usage.cost_usd)
    )


def shortage(run: Run, elapsed_s: float, agent: str, planned: Mapping[str, int]) -> str:
    """Return why `agent` may not make one more attempt, or nothing when it may.

    `planned` has the number of attempts by agent that are about to start.
    """
    if run.policy.budget == UNLIMITED:
        return ""
    for line in lines(run, elapsed_s):
        ahead = sum(_need(run, line.name, name) * count for name, count in planned.items())
        need = _need(run, line.name, agent)
        if line.name in {"money", "tokens"} and agent not in run.prices:
            if line.spent + line.reserved + ahead >= line.limit:
                return _spent(line)
            if planned.get(agent) or agent in run.agents_at_work:
                return f"the first attempt of {agent} has not shown yet what it costs"
        elif line.name == "wall time" and line.spent >= line.limit:
            return _spent(line)
        elif need and not line.covers(ahead + need):
            return _short(line, need)
    return ""


def _short(line: Line, need: float) -> str:
    left = line.limit - line.spent
    if left <= 0 or line.name == "attempts":
        return _spent(line)
    return (
        f"{left:g} of the budget of {line.limit:g} {line.unit} are left, "
        f"less than an attempt may cost ({need:g})"
    )


def _spent(line: Line) -> str:
    return f"the budget of {line.limit:g} {line.unit} is spent"


def _need(run: Run, line: str, agent: str) -> float:
    """Return what one attempt is expected to spend of a limit."""
    price = run.prices.get(agent, Usage())
    return {"money": price.cost_usd, "tokens": price.tokens, "attempts": 1}.get(line, 0)


def _reserved(run: Run) -> Usage:
    prices = [run.prices.get(agent, Usage()) for agent in run.agents_at_work]
    return Usage(
        tokens=sum(price.tokens for price in prices),
        cost_usd=sum(price.cost_usd for price in prices),
    )
