"""The view of the graph: layers or folders that open and close, and the path to the end."""

from pathlib import Path

import pytest

from orchestrator.tui.bars import stacked
from orchestrator.tui.listing import Listing
from orchestrator.tui.views.graph import GraphView
from tests.support.dashboard import Screen, before, played
from tests.support.layered import layered
from tests.support.watching import Story

EDGES = {
    "shop/a": [],
    "shop/cart/b": ["shop/a"],
    "shop/cart/c": ["shop/cart/b"],
    "api/v1/d": [],
    "api/v1/e": ["api/v1/d"],
    "top": [],
}
SIZES = ((80, 24), (120, 36), (200, 60))


def story() -> Story:
    told = layered(EDGES, attempts=1).at(100.0).begin().do("top")
    return told.start("api/v1/d").at(110.0).finish("api/v1/d", "rejected", reason="types: no")


def view(screen: Screen) -> GraphView:
    return screen.app.query_one(GraphView)


def number(screen: Screen) -> str:
    return str(screen.app.views.index(view(screen)) + 1)


@pytest.mark.parametrize("size", SIZES)
def test_each_layer_tells_how_far_it_is_and_what_is_worst_in_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, size) as screen:
            await screen.press(number(screen))
            zero, one, two = (line.split() for line in screen.lines[5:8])
            assert zero[:8] == ["▸", "layer", "0", "✗", "failed", "1/3", "◆", "1"]
            assert one[:8] == ["▸", "layer", "1", "⊘", "blocked", "0/2", "◆", "1"]
            assert two[:8] == ["▸", "layer", "2", "·", "pending", "0/1", "◆", "1"]
            assert zero[8] == "████╳╳╳───"

    played(scene)


def test_a_layer_opens_to_its_tasks_and_enter_on_one_opens_it(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (80, 24)) as screen:
            text = await screen.press(number(screen), "enter")
            assert "▾ layer 0" in text
            assert "a.py in shop" in text
            assert "types: no" in text
            assert "◆ path" in text
            assert view(screen).tasks_meant == ("shop/a", "api/v1/d", "top")
            await screen.press("j", "j")
            assert view(screen).tasks_meant == ("api/v1/d",)
            text = await screen.press("h", "h")
            assert "▸ layer 0" in text
            await screen.press("l", "j", "j", "enter")
            assert screen.opened == ["api/v1/d"]

    played(scene)


def test_t_shows_folders_and_keeps_the_task_under_the_cursor(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (80, 24)) as screen:
            text = await screen.press(number(screen), "t")
            assert "▸ api/v1" in text
            assert "▸ shop" in text
            await screen.press("t", "l", "j")
            text = await screen.press("t")
            assert view(screen).tasks_meant == ("shop/a",)
            assert "▾ shop" in text
            assert "▸ cart" in text

    played(scene)


def test_n_goes_along_the_critical_path(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (80, 24)) as screen:
            await screen.press(number(screen), "t")
            met: list[str] = []
            for _ in range(4):
                await screen.press("n")
                met += view(screen).tasks_meant
            assert met == ["shop/a", "shop/cart/b", "shop/cart/c", "shop/a"]

    played(scene)


def test_the_critical_path_stands_beside_where_there_is_room(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (120, 36)) as screen:
            text = await screen.press(number(screen))
            assert "the run cannot end before 3" in text
            path = screen.app.query_one("#path-list", Listing)
            assert path.keys == ("shop/a", "shop/cart/b", "shop/cart/c")
            await screen.pilot.click("#path-list", offset=(3, 2))
            await screen.pilot.click("#path-list", offset=(3, 2))
            await screen.pilot.pause()
            assert screen.opened == ["shop/cart/b"]

    played(scene)


def test_the_critical_path_does_not_stand_beside_where_there_is_none(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (80, 24)) as screen:
            assert "cannot end before" not in await screen.press(number(screen))

    played(scene)


def test_what_lands_meanwhile_is_seen(tmp_path: Path) -> None:
    async def scene() -> None:
        told = story()
        telling = told.watched(tmp_path)
        async with before(telling.watched) as screen:
            assert "1/3" in await screen.press(number(screen))
            told.do("shop/a")
            telling.keep()
            await screen.until(lambda: "2/3" in screen.text)

    played(scene)


def test_where_nothing_is_left_it_says_so(tmp_path: Path) -> None:
    async def scene() -> None:
        told = layered({"a": []}).at(1.0).begin().do("a").end()
        async with before(told.watched(tmp_path).watched) as screen:
            text = await screen.press(number(screen))
            assert "nothing is left to do" in text
            assert "✓ landed" in text

    played(scene)


@pytest.mark.parametrize("width", [5, 12, 40])
def test_a_bar_is_as_wide_as_asked_and_hides_nothing(width: int) -> None:
    parts = stacked({"landed": 997, "failed": 1, "working": 1, "pending": 1}, width)
    assert sum(len(text) for text, _ in parts) == width
    assert {tone for _, tone in parts} == {"good", "bad", "busy", "dim"}


def test_a_bar_of_nothing_is_empty() -> None:
    assert stacked({}, 12) == []


def test_a_count_that_does_not_fit_is_left_out_whole(tmp_path: Path) -> None:
    async def scene() -> None:
        told = layered({f"{n}": [] for n in range(150)}, attempts=1).at(1.0).begin()
        told.do(*map(str, range(140)))
        told.start("140").finish("140", "rejected").start("141")
        watched = told.watched(tmp_path).watched
        async with before(watched, (80, 24)) as screen:
            await screen.press(number(screen))
            assert screen.lines[5].rstrip().endswith("✗1 …")
        async with before(watched, (200, 60)) as screen:
            await screen.press(number(screen))
            assert "✗ 1 failed  ◔ 1 working  ○ 8 ready  …" in screen.lines[5]

    played(scene)
