"""Whether the budgets of an attempt, its task and its run cover one more call to its model.

As in `spending.py` the dearest call so far stands for the next one. Of the first one only its size
is known. So a budget is overdrawn at most by what calls under way cost beyond that.
"""

from collections.abc import Iterable

from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import Budget


class Allowance:
    """One budget, what is spent of it, and what the calls under way are expected to use.

    Of the budget only money and tokens count here; the rest is the engine's.
    """

    def __init__(self, name: str, budget: Budget, spent: Usage) -> None:
        self._name = name
        self._budget = budget
        self._spent = spent
        self._reserved: dict[object, Usage] = {}

    def lacks(self, expected: Usage) -> str:
        """Return what is missing for a call that is expected to use so much, or nothing."""
        for unit, limit, field in (
            ("USD", self._budget.usd, "cost_usd"),
            ("tokens", self._budget.tokens, "tokens"),
        ):
            if limit is None:
                continue
            spent, more = getattr(self._spent, field), getattr(expected, field)
            reserved = sum(getattr(one, field) for one in self._reserved.values())
            if spent >= limit or spent + reserved + more > limit:
                return (
                    f"the {self._name}'s budget of {limit:g} {unit} does not cover this call: "
                    f"{spent:g} are spent, {reserved:g} held for calls under way, "
                    f"and it may take {more:g}"
                )
        return ""

    def hold(self, call: object, expected: Usage) -> None:
        """Set aside what a call is expected to use."""
        self._reserved[call] = expected

    def pay(self, call: object, used: Usage) -> None:
        """Book what it used."""
        self._reserved.pop(call, None)
        self._spent = self._spent.plus(used)


def refusal(allowances: Iterable[Allowance], expected: Usage) -> str:
    """Return why a call may not be made, or nothing when it may."""
    return next((lacking for one in allowances if (lacking := one.lacks(expected))), "")


def dearest(one: Usage, other: Usage) -> Usage:
    """Return the larger of each figure."""
    return Usage(tokens=max(one.tokens, other.tokens), cost_usd=max(one.cost_usd, other.cost_usd))
