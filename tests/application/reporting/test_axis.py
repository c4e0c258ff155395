"""Working time: the hours in which nobody worked are cut out."""

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.reporting.axis import Axis, lives_of, ticks
from orchestrator.application.timeline import Timeline

LIVES = st.lists(st.floats(0, 1e6), min_size=2, max_size=12).map(
    lambda moments: list(zip(*[iter(sorted(moments))] * 2, strict=False))
)


def test_time_between_lives_does_not_pass() -> None:
    axis = Axis([(100.0, 110.0), (500.0, 530.0)])
    assert [axis.at(moment) for moment in (0, 100, 105, 300, 500, 510, 999)] == [
        0, 0, 5, 10, 10, 20, 40,
    ]  # fmt: skip
    assert axis.total == 40
    assert [(gap.at, gap.seconds) for gap in axis.gaps] == [(10, 390)]


@given(LIVES, st.floats(0, 1e6), st.floats(0, 1e6))
def test_working_time_never_runs_back_and_never_faster_than_the_clock(
    lives: list[tuple[float, float]], one: float, other: float
) -> None:
    axis, (early, late) = Axis(lives), sorted((one, other))
    passed = axis.at(late) - axis.at(early)
    assert -1e-6 <= passed <= late - early + 1e-6
    assert -1e-6 <= axis.at(late) <= axis.total + 1e-6


def test_the_open_life_lasts_till_now_and_none_begins_before_the_last_has_ended() -> None:
    timeline = Timeline(began=1, at=9, lives=[(1, 5), (4, None)])
    assert lives_of(timeline, 20) == ((1, 5), (5, 20))
    assert lives_of(Timeline(began=3, at=9), 20) == ((3, 9),)


@given(st.floats(0.01, 1e7))
def test_marks_are_round_begin_with_nothing_and_are_no_more_than_asked_for(total: float) -> None:
    found = ticks(total, 8)
    assert found[0][0] == 0
    assert 1 <= len(found) <= 9
    assert found[-1][0] <= total * (1 + 1e-9)
    assert [at for at, _ in found] == sorted({at for at, _ in found})


def test_marks_are_told_in_the_unit_that_fits() -> None:
    assert [text for _, text in ticks(7200, 4)] == [
        "0 min",
        "30 min",
        "60 min",
        "90 min",
        "120 min",
    ]
    assert [text for _, text in ticks(0, 8)] == ["0 s"]
    assert ticks(86400 * 400, 8)[1][1].endswith(" d")
