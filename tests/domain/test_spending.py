"""Budgets: checked before anything is spent."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.attempt import AttemptResult, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.events import AttemptEnded, BudgetChanged
from orchestrator.domain.fold import apply
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, End, StartAttempt, decide
from tests.support.plans import make_run, start

MANY = {f"t{n:02}": list[str]() for n in range(12)}


def pay(run: Run, task: str, usage: Usage) -> None:
    """End an attempt that cost something and came to nothing."""
    result = AttemptResult(
        task=task, number=run.tasks[task].attempts, token="t", outcome="rejected", usage=usage
    )
    apply(run, AttemptEnded(result=replace(result, change_hash=f"{task}{result.number}")))


@given(
    st.floats(0.01, 3),
    st.integers(1, 900),
    st.floats(0.01, 1),
    st.integers(0, 100),
    st.integers(1, 8),
    st.data(),
)
def test_a_budget_is_never_exceeded(
    usd: float, tokens: int, price: float, used: int, slots: int, data: st.DataObject
) -> None:
    budget = Budget(usd=usd, tokens=tokens, attempts=15)
    run = make_run(MANY, agents=("llm",), attempts=2, concurrency=8, budget=budget)
    first = True
    for _ in range(100):
        actions = decide(run, Capacity(slots))
        starting = [one.task for one in actions if isinstance(one, StartAttempt)]
        assert len(starting) <= 1 or not first
        for task in starting:
            start(run, task)
        under_way = sorted(run.under_way)
        if not under_way:
            break
        # The price of the first attempt is learned by making it; after that no limit is broken.
        assert first or run.cost_usd + price * len(under_way) <= usd + 1e-9
        assert first or run.tokens + used * len(under_way) <= tokens
        assert run.attempts <= 15
        pay(run, data.draw(st.sampled_from(under_way)), Usage(tokens=used, cost_usd=price))
        first = False
    assert not run.under_way


def test_a_codemod_costs_nothing_and_does_not_wait_to_know_it() -> None:
    run = make_run(MANY, concurrency=8, budget=Budget(usd=0, tokens=0))
    assert len(decide(run, Capacity(8))) == 8


def test_an_agent_of_unknown_price_goes_alone_first() -> None:
    run = make_run(MANY, agents=("llm",), concurrency=8, budget=Budget(usd=5))
    assert len(decide(run, Capacity(8))) == 1
    start(run, "t00")
    assert decide(run, Capacity(8)) == []
    pay(run, "t00", Usage(cost_usd=1.0))
    assert len(decide(run, Capacity(8))) == 4


@pytest.mark.parametrize(
    ("budget", "elapsed", "reason"),
    [
        (Budget(attempts=0), 0.0, "the budget of 0 attempts is spent"),
        (Budget(wall_s=60), 60.0, "the budget of 60 s is spent"),
        (Budget(usd=0), 0.0, "the budget of 0 USD is spent"),
        (Budget(tokens=0), 0.0, "the budget of 0 tokens is spent"),
    ],
)
def test_a_spent_budget_ends_the_run_and_says_which(
    budget: Budget, elapsed: float, reason: str
) -> None:
    run = make_run(MANY, agents=("llm",), budget=budget)
    assert decide(run, Capacity(4, elapsed_s=elapsed)) == [End("incomplete", reason)]


def test_what_is_left_but_too_little_is_said() -> None:
    run = make_run(MANY, agents=("llm",), budget=Budget(usd=1.5))
    start(run, "t00")
    pay(run, "t00", Usage(cost_usd=1.0))
    (end,) = decide(run, Capacity(4))
    assert isinstance(end, End)
    assert end.reason == "0.5 of the budget of 1.5 USD are left, less than an attempt may cost (1)"


def test_a_free_agent_goes_on_where_a_dear_one_cannot() -> None:
    run = make_run(MANY, agents=("llm", "codemod"), attempts=1, budget=Budget(usd=1))
    start(run, "t00")
    pay(run, "t00", Usage(cost_usd=1.0))
    assert run.agent_of("t00") == "codemod"
    assert decide(run, Capacity(4)) == [StartAttempt("t00", 2, "codemod")]


def test_more_money_lets_a_run_go_on() -> None:
    run = make_run(MANY, agents=("llm",), budget=Budget(usd=1, attempts=9))
    start(run, "t00")
    pay(run, "t00", Usage(cost_usd=1.0))
    assert isinstance(decide(run, Capacity(1))[0], End)
    apply(run, BudgetChanged(usd=2.0))
    assert isinstance(decide(run, Capacity(1))[0], StartAttempt)
    assert run.policy.budget == Budget(usd=2.0, attempts=9)
