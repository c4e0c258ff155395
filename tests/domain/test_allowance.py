from orchestrator.domain.allowance import Allowance, dearest, refusal
from orchestrator.domain.attempt import Usage
from orchestrator.domain.budget import Budget


def test_no_budget_covers_everything() -> None:
    assert not Allowance("run", Budget(), Usage(tokens=10**9)).lacks(Usage(tokens=10**9))


def test_a_call_that_may_cost_more_than_is_left_is_refused() -> None:
    run = Allowance("run", Budget(usd=1.0), Usage(cost_usd=0.75))
    assert not run.lacks(Usage(cost_usd=0.25))
    assert run.lacks(Usage(cost_usd=0.5)) == (
        "the run's budget of 1 USD does not cover this call: "
        "0.75 are spent, 0 held for calls under way, and it may take 0.5"
    )


def test_a_spent_budget_covers_nothing_not_even_what_seems_free() -> None:
    assert Allowance("task", Budget(tokens=100), Usage(tokens=100)).lacks(Usage())


def test_calls_under_way_are_counted_until_they_are_paid() -> None:
    run = Allowance("run", Budget(tokens=100), Usage())
    run.hold("a", Usage(tokens=60))
    assert "60 held" in run.lacks(Usage(tokens=50))
    run.pay("a", Usage(tokens=20))
    assert not run.lacks(Usage(tokens=80))
    assert run.lacks(Usage(tokens=81))


def test_the_first_budget_that_lacks_is_named() -> None:
    attempt = Allowance("attempt", Budget(), Usage())
    task = Allowance("task", Budget(usd=0.1), Usage(cost_usd=0.1))
    assert refusal((attempt, task), Usage()).startswith("the task's budget of 0.1 USD")
    assert not refusal((attempt,), Usage(tokens=5))


def test_the_dearest_call_has_the_larger_of_each() -> None:
    one, other = Usage(tokens=5, cost_usd=0.1), Usage(tokens=3, cost_usd=0.2)
    assert dearest(one, other) == Usage(tokens=5, cost_usd=0.2)
