"""Bars in lanes: what is too short to be seen is drawn as one."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.reporting.axis import Axis
from orchestrator.application.reporting.lanes import Bar, lanes, merged
from tests.support.reported import Story, chain

SPANS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from("ab")), max_size=60
)


def bars(spans: list[tuple[int, int, str]]) -> list[Bar]:
    made, now = [], 0.0
    for at, (idle, took, outcome) in enumerate(spans):
        made.append(Bar(began=now + idle, ended=now + idle + took, outcome=outcome, at=at))
        now += idle + took
    return made


@given(SPANS, st.integers(0, 20))
def test_merging_loses_no_bar_keeps_the_order_and_makes_nothing_long(
    spans: list[tuple[int, int, str]], least: int
) -> None:
    before = bars(spans)
    after = merged(before, least)
    assert sum(bar.count for bar in after) == len(before)
    assert all(one.ended <= other.began for one, other in pairwise(after))
    assert all(bar.ended - bar.began <= least for bar in after if bar.count > 1)
    assert all(other.ended - one.began > least for one, other in pairwise(after))


def test_bars_that_ended_alike_stay_so_and_others_are_mixed() -> None:
    spans = [(0, 1, "a"), (0, 1, "a"), (9, 1, "a"), (0, 1, "b")]
    assert [(bar.outcome, bar.count) for bar in merged(bars(spans), 3)] == [("a", 2), ("mixed", 2)]


def test_each_slot_has_a_lane_and_the_landings_have_one() -> None:
    report = chain().report()
    found = lanes(report, Axis(report.lives))
    assert [lane.key for lane in found] == ["0", "1", "landing", "whole"]
    assert [bar.outcome for bar in found[1].bars] == ["rejected", "accepted"]
    assert [(bar.began, bar.ended) for bar in found[2].bars] == [(4, 5), (8, 9), (15, 19)]


def test_landings_say_whether_all_some_or_none_landed() -> None:
    story = Story.of({"a": [], "b": []}).attempt("a", 0, 1).attempt("b", 0, 1)
    story.landing(1, 2, sent_back=["a"]).landing(3, 4, "b")
    report = story.ended(9).report()
    assert [bar.outcome for bar in lanes(report, Axis(report.lives))[-2].bars] == [
        "red",
        "accepted",
    ]
