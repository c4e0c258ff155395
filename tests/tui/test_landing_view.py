"""The view of the merge queue: in the order in which it lands, down to a task."""

from pathlib import Path

import pytest

from orchestrator.domain.events import LandingEnded, LandingLooked, SentBack
from orchestrator.tui.views.landing import LandingView
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story

SIZES = ((80, 24), (120, 36), (200, 60))


def story() -> Story:
    """Return a run with `a` landed, `b` and `c` under check and `d` behind them."""
    told = Story({task: [] for task in "abcd"}, fill_batches=True).at(1.0).begin()
    for task in "abcd":
        told.start(task).finish(task, changed_lines=7)
    return told.at(20.0).batch("a").at(23.0).land("a").at(30.0).batch("b", "c").at(32.0)


def number(screen: Screen) -> str:
    (index,) = (n for n, view in enumerate(screen.app.views, 1) if isinstance(view, LandingView))
    return str(index)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_under_check_stands_above_what_waits_above_what_landed(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, size) as screen:
            text = await screen.press(number(screen))
            seen = [
                text.index(words)
                for words in ("batch 2: 2 tasks", "◑ checking", "◕ queued", "✓ landed")
            ]
            assert seen == sorted(seen)
            assert f"{number(screen)} Landing 3 " in screen.lines[3]

    played(scene)


def test_enter_opens_a_task_and_a_landing_of_several(tmp_path: Path) -> None:
    async def scene() -> None:
        told = story().land("b", "c")
        async with before(told.watched(tmp_path).watched) as screen:
            await screen.press(number(screen), "j", "enter")
            assert screen.opened == ["d"]
            text = await screen.press("escape", "j", "j", "enter")
            assert screen.opened == ["d"]
            assert "batch 2: 2 landed" in text
            await screen.press("j", "enter")
            assert screen.opened == ["d", "b"]
            view = screen.app.query_one(LandingView)
            assert view.tasks_meant == ("b",)

    played(scene)


def test_a_bisection_is_followed_as_it_goes_on(tmp_path: Path) -> None:
    async def scene() -> None:
        told = story()
        telling = told.watched(tmp_path)
        async with before(telling.watched) as screen:
            await screen.press(number(screen))
            told.tell(LandingLooked(batch=2, at=2, of=2, task="c", commit="c", green=False))
            telling.keep()
            text = await screen.until(lambda: "✗ red" in screen.text)
            assert "searching for the culprit" in text
            assert "? suspect" in text
            back = SentBack(task="c", reason_code="red_landing", reason="red: tests \x1b[2J")
            told.tell(LandingEnded(batch=2, head="h", sent_back=(back,)))
            telling.keep()
            text = await screen.until(lambda: "↩ sent back" in screen.text)
            assert "c: red: tests \\x1b[2J" in text

    played(scene)
