"""What is costly is done again only when time enough has gone by."""

from orchestrator.tui.sparing import Sparing


def test_what_has_not_been_done_may_be_done_at_once() -> None:
    assert Sparing(5.0, 0.1).allows(0.0)


def test_what_is_quick_is_done_as_often_as_may_be() -> None:
    sparing = Sparing(5.0, 0.1)
    sparing.done(100.0, took=0.01)
    assert not sparing.allows(104.9)
    assert sparing.allows(105.0)


def test_what_takes_long_takes_no_more_than_its_part_of_the_time() -> None:
    sparing = Sparing(5.0, 0.1)
    sparing.done(100.0, took=2.0)
    assert not sparing.allows(119.0)
    assert sparing.allows(120.0)
    sparing.done(121.0, took=0.1)
    assert sparing.allows(126.0)
