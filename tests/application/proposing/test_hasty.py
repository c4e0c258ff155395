"""A find rule that is given a time."""

from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from orchestrator.application.proposing.hasty import PORTION, HastyFind, OutOfTimeError

FILES = [f"{number}.py" for number in range(2 * PORTION + 5)]


def every(_tree: Path, files: Sequence[str], _scratch: Path) -> Mapping[str, tuple[int, ...]]:
    return dict.fromkeys(files, (1, 2))


def hasty(patience_s: float, told: list[tuple[int, int]]) -> HastyFind:
    """Return one for whose clock each look is a second."""
    ticks = count()
    return HastyFind(
        find=every,
        patience_s=patience_s,
        now=lambda: float(next(ticks)),
        progress=lambda done, files: told.append((done, files)),
    )


def test_with_time_enough_all_is_found_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    found = hasty(100, told)(Path(), FILES, Path())
    assert found == every(Path(), FILES, Path())
    assert told == [(PORTION, len(FILES)), (2 * PORTION, len(FILES)), (len(FILES), len(FILES))]


def test_out_of_time_it_says_what_was_found_so_far() -> None:
    with pytest.raises(OutOfTimeError) as caught:
        hasty(2, [])(Path(), FILES, Path())
    assert (caught.value.looked_at, caught.value.files) == (2 * PORTION, len(FILES))
    assert len(caught.value.found) == caught.value.looked_at


def test_the_first_portion_is_always_looked_at() -> None:
    with pytest.raises(OutOfTimeError) as caught:
        hasty(0, [])(Path(), FILES, Path())
    assert caught.value.looked_at == PORTION
