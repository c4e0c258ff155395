import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.limiter import Limiter, Rate


def test_without_limits_all_may_begin() -> None:
    limiter = Limiter.of(Rate(), 0.0)
    for _ in range(256):
        assert limiter.wait_s(0.0, 10_000) == 0
        limiter = limiter.begun(0.0, 10_000)
    assert limiter.wait_s(0.0, 1) == math.inf, "until one of those under way ends"
    assert limiter.ended(expected=10_000, used=0, well=True).wait_s(0.0, 1) == 0


def test_requests_a_minute_are_spread() -> None:
    limiter = Limiter.of(Rate(requests=2), 0.0).begun(0.0, 1).begun(0.0, 1)
    assert limiter.wait_s(0.0, 1) == pytest.approx(30)
    assert limiter.wait_s(15.0, 1) == pytest.approx(15)
    assert limiter.wait_s(30.0, 1) == 0


def test_tokens_are_set_right_once_they_are_known() -> None:
    limiter = Limiter.of(Rate(tokens=600), 0.0).begun(0.0, 100)
    assert limiter.ended(expected=100, used=100, well=True).wait_s(0.0, 500) == 0
    overdrawn = limiter.ended(expected=100, used=700, well=True)
    assert overdrawn.wait_s(0.0, 1) == pytest.approx(10.1)
    assert limiter.ended(expected=100, used=0, well=False).wait_s(0.0, 600) == 0


def test_a_call_that_is_larger_than_a_minute_waits_for_a_full_one_and_not_for_ever() -> None:
    limiter = Limiter.of(Rate(tokens=600), 0.0).begun(0.0, 600)
    assert limiter.wait_s(0.0, 10_000) == pytest.approx(60)


def test_nothing_begins_before_the_time_that_was_named() -> None:
    limiter = Limiter.of(Rate(), 0.0).begun(0.0, 1).held_off(0.0, 42.0)
    limiter = limiter.ended(expected=1, used=1, well=False)
    assert limiter.wait_s(0.0, 1) == 42
    assert limiter.held_off(1.0, 10.0).wait_s(1.0, 1) == 41, "the later one holds"
    assert limiter.held_off(1.0, None).wait_s(1.0, 1) == 41


def test_too_much_halves_the_calls_at_once_and_calm_brings_them_back() -> None:
    limiter = Limiter.of(Rate(at_once=64), 0.0)
    for _ in range(16):
        limiter = limiter.begun(0.0, 1)
    for _ in range(16):
        limiter = limiter.held_off(0.1, None).ended(expected=1, used=1, well=False)
    assert limiter.window == 8, "they were under way together, so it is one word"
    for _ in range(8):
        limiter = limiter.begun(9.0, 1)
    assert limiter.wait_s(9.0, 1) == math.inf
    for _ in range(8):
        limiter = limiter.ended(expected=1, used=1, well=True)
    assert 8.9 < limiter.window < 9.1
    for _ in range(4000):
        limiter = limiter.begun(9.0, 1).ended(expected=1, used=1, well=True)
    assert limiter.window == 64


@given(
    st.lists(
        st.tuples(st.floats(0, 30), st.integers(1, 900), st.integers(0, 900)),
        min_size=1,
        max_size=60,
    )
)
def test_no_minute_sees_more_than_twice_its_tokens(calls: list[tuple[float, int, int]]) -> None:
    limit = 1000
    limiter = Limiter.of(Rate(tokens=limit), 0.0)
    now, begun = 0.0, []
    for pause, expected, used in calls:
        now += pause
        now += limiter.wait_s(now, expected) + 1e-9
        limiter = limiter.begun(now, expected)
        limiter = limiter.ended(expected=expected, used=min(used, expected), well=True)
        begun.append((now, min(used, expected)))
    for start, _ in begun:
        assert sum(tokens for at, tokens in begun if start <= at < start + 60) <= 2 * limit + 1
