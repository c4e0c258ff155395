"""What a sample says of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.forecast import Observation, Rest, forecast, wilson


def seen(weight: float, cost: float, seconds: float, *, landed: bool = True) -> Observation:
    return Observation(weight=weight, cost_usd=cost, seconds=seconds, landed=landed)


def test_nothing_is_foreseen_from_nothing() -> None:
    assert forecast([], Rest(tasks=1, weight=1, longest=1), concurrency=1, landing_s=0) is None


def test_the_score_interval_is_that_of_the_textbook() -> None:
    # Wilson's interval for 8 of 10 at 90 %: 0.541 to 0.931.
    spread = wilson(8, 10)
    assert spread.low == pytest.approx(0.541, abs=1e-3)
    assert spread.high == pytest.approx(0.931, abs=1e-3)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share_and_narrows(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    few, many = wilson(successes, trials), wilson(successes * 10, trials * 10)
    for spread in (few, many):
        assert spread.low is not None
        assert spread.high is not None
        assert 0 <= spread.low <= spread.middle + 1e-9
        assert spread.middle - 1e-9 <= spread.high <= 1
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert many.high - many.low < few.high - few.low


def test_cost_and_work_grow_with_the_plans_weights() -> None:
    found = forecast(
        [seen(1, 0.5, 10), seen(3, 1.5, 30)],
        Rest(tasks=10, weight=20, longest=2),
        concurrency=4,
        landing_s=0,
    )
    assert found is not None
    assert found.cost_usd.middle == pytest.approx(10)
    assert found.seconds.middle == pytest.approx(20 * 10 / 4)
    assert found.cost_usd.low == pytest.approx(10)
    assert found.cost_usd.high == pytest.approx(10)


@pytest.mark.parametrize(
    ("rest", "concurrency", "landing_s", "seconds"),
    [
        (Rest(tasks=10, weight=10, longest=1), 1, 0.0, 100),
        (Rest(tasks=10, weight=10, longest=1), 5, 0.0, 20),
        (Rest(tasks=10, weight=10, longest=8), 5, 0.0, 80),
        (Rest(tasks=10, weight=10, longest=1), 5, 30.0, 300),
        (Rest(tasks=2, weight=10, longest=1), 64, 0.0, 50),
    ],
)
def test_the_time_is_that_of_what_binds(
    rest: Rest, concurrency: int, landing_s: float, seconds: float
) -> None:
    found = forecast([seen(1, 0, 10)], rest, concurrency=concurrency, landing_s=landing_s)
    assert found is not None
    assert found.seconds.middle == pytest.approx(seconds)


def test_uneven_tasks_have_a_spread_and_a_single_one_has_none() -> None:
    rest = Rest(tasks=10, weight=10, longest=1)
    uneven = forecast([seen(1, 1, 1), seen(1, 3, 9)], rest, concurrency=1, landing_s=0)
    assert uneven is not None
    assert uneven.cost_usd.low is not None
    assert uneven.cost_usd.high is not None
    assert uneven.cost_usd.low < 20 < uneven.cost_usd.high
    single = forecast([seen(1, 1, 1)], rest, concurrency=1, landing_s=0)
    assert single is not None
    assert single.cost_usd.low is None
