"""How fast a run may go."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.pace import Pace
from orchestrator.domain.policy import Policy

LANDINGS = st.lists(st.tuples(st.integers(0, 16), st.integers(0, 4)), max_size=60)


def pace(concurrency: int = 8, max_batch: int = 8) -> Pace:
    return Pace.of(Policy(agents=("codemod",), concurrency=concurrency, max_batch=max_batch))


def test_it_starts_at_full_speed() -> None:
    assert (pace(8, 4).attempts, pace(8, 4).batch) == (8, 4)


def test_a_set_back_halves_the_window_and_shrinks_the_batch_to_what_landed() -> None:
    slower = pace(8, 8).after_landing(landed=2, set_back=1)
    assert (slower.attempts, slower.batch) == (4, 3)


def test_a_windows_worth_of_landings_brings_one_more_attempt() -> None:
    slow = pace(8).after_landing(landed=0, set_back=1)
    for _ in range(slow.attempts):
        slow = slow.after_landing(landed=1, set_back=0)
    assert 4.8 <= slow.window <= 5


@given(LANDINGS, st.integers(1, 64), st.integers(1, 64))
def test_it_stays_between_one_and_what_was_asked_for(
    landings: list[tuple[int, int]], concurrency: int, max_batch: int
) -> None:
    now = pace(concurrency, max_batch)
    for landed, set_back in landings:
        now = now.after_landing(landed=landed, set_back=set_back)
        assert 1 <= now.attempts <= concurrency
        assert 1 <= now.batch <= max_batch


def test_more_attempts_at_once_hold_at_once_whatever_slowed_the_run_down() -> None:
    slow = pace(4).after_overload().after_overload()
    assert slow.attempts == 1
    assert slow.allowing(4).attempts == 4
    assert slow.allowing(9).attempts == 9


def test_fewer_attempts_at_once_bound_the_pace_and_do_not_speed_it_up() -> None:
    assert pace(8).allowing(3).attempts == 3
    assert pace(8).allowing(3).after_landing(landed=8, set_back=0).attempts == 3
    slow = pace(8).after_overload().after_overload().after_overload()
    assert slow.allowing(3).attempts == 1
