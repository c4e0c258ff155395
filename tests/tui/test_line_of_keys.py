"""The line of keys: what applies stands there, and all of it has room."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.dashboard import Screen, before, played
from tests.support.scenes import SCENES, TASK
from tests.support.watching import Story

ACTS = ("Pause", "Retry", "Skip", "Approve", "Stop", "Go on")


def at_work() -> Story:
    return Story({"a": [], "b": ["a"], "c": []}, concurrency=2).at(1.0).begin().start("a")


def stopped() -> Story:
    return at_work().finish("a", "rejected", reason="red").end(state="stopped")


def died() -> Story:
    story = at_work()
    story.busy = False
    return story


def done() -> Story:
    return Story({"a": []}).at(1.0).begin().do("a").end()


def waiting() -> Story:
    story = Story({"a": [], "b": []}, checkpoints=("before_publish",)).at(1.0).begin()
    return story.do("a", "b").end(state="waiting", checkpoint="before_publish")


def offered(screen: Screen) -> list[str]:
    return [word for word in ACTS if word in screen.lines[-1]]


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (at_work, ["Pause", "Retry", "Skip", "Stop"]),
        (stopped, ["Retry", "Skip", "Go on"]),
        (died, ["Retry", "Skip", "Go on"]),
        (waiting, ["Retry", "Skip", "Approve"]),
        (done, ["Retry", "Skip"]),
    ],
)
def test_what_applies_to_a_run_stands_in_the_line_of_keys(
    tmp_path: Path, story: Callable[[], Story], words: list[str]
) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, (80, 24)) as screen:
            await screen.until(lambda: offered(screen) == words)

    played(scene)


def test_the_line_changes_when_the_run_ends_and_from_near_too(tmp_path: Path) -> None:
    story = at_work()
    telling = story.watched(tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            screen.app.open_task("c")
            await screen.until(lambda: screen.app.near is not None)
            await screen.until(lambda: offered(screen) == ["Pause", "Retry", "Skip"])
            story.at(9.0).finish("a").land("a").end(state="stopped")
            telling.keep()
            await screen.until(lambda: offered(screen) == ["Retry", "Skip", "Go on"])
            await screen.press("escape")
            await screen.until(lambda: offered(screen) == ["Retry", "Skip", "Go on"])

    played(scene)


def test_help_tells_all_acts_whether_or_not_they_apply_now(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(stopped().watched(tmp_path).watched, (200, 60)) as screen:
            shown = await screen.press("question_mark")
            for does in ("Pause: no attempt", "Stop: it can be", "Go on: set a process"):
                assert shown.count(does) == 1

    played(scene)


@pytest.mark.parametrize("name", [*SCENES, "stopped"])
def test_all_keys_have_room_where_it_is_narrow(tmp_path: Path, name: str) -> None:
    story = SCENES[name]() if name in SCENES else SCENES["failing"]().end(state="stopped")

    async def scene() -> None:
        async with before(story.watched(tmp_path).watched, (80, 24)) as screen:
            for number in range(len(screen.app.views)):
                await screen.press(str(number + 1))
                await screen.until(lambda: screen.lines[-1].rstrip().endswith("q Quit"))
            screen.app.open_task(TASK)
            await screen.until(lambda: screen.app.near is not None)
            for number in range(6):
                await screen.press(str(number + 1))
                await screen.until(lambda: screen.lines[-1].rstrip().endswith("? Keys"))

    played(scene)
