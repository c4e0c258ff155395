"""Durations as people read them: short on a screen, in two units on a page."""

from orchestrator.domain.durations import in_two_units, lasting


def test_a_screen_has_room_for_a_short_word() -> None:
    assert [lasting(one) for one in (None, 0.4, 119, 120, 11100, 180000)] == [
        "", "0s", "119s", "2m", "3h05", "2d",
    ]  # fmt: skip


def test_a_page_has_room_for_two_units() -> None:
    assert [in_two_units(one) for one in (0, 9.94, 59.2, 61, 3661, 90000)] == [
        "0.0 s", "9.9 s", "59 s", "1 min 1 s", "1 h 1 min", "1 d 1 h",
    ]  # fmt: skip
