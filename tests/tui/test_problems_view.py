"""The view of what is wrong: few keys from a number in the tab to the task that fails."""

from pathlib import Path

import pytest

from orchestrator.domain.events import CommandAccepted, HeadChecked
from orchestrator.domain.verdict import Failure, Verdict
from orchestrator.tui.views.problems import ProblemsView
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story

SIZES = ((80, 24), (120, 36), (200, 60))


def story(*failing: str) -> Story:
    told = Story({"a": [], "b": [], "c": ["a"], "d": []}, attempts=1).at(100.0).begin()
    for task in failing:
        said = Failure("types", f"{task}.py", "arg-type", "'int' is no 'str' \x1b[31m[bold]")
        told.start(task).at(told.clock.time + 5)
        told.finish(task, "rejected", verdict=Verdict(failures=(said,)))
    return told.start("d")


def number(screen: Screen) -> str:
    """Return the key of the view."""
    (index,) = (n for n, view in enumerate(screen.app.views, 1) if isinstance(view, ProblemsView))
    return str(index)


def view(screen: Screen) -> ProblemsView:
    return screen.app.query_one(ProblemsView)


@pytest.mark.parametrize("size", SIZES)
def test_two_keys_lead_to_the_only_task_that_fails(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with before(story("b").watched(tmp_path).watched, size) as screen:
            text = await screen.press(number(screen))
            assert "✗ fails" in text
            assert "b failed: types" in text
            await screen.press("enter")
            assert screen.opened == ["b"]

    played(scene)


@pytest.mark.parametrize("size", SIZES)
def test_three_keys_lead_to_one_of_many_that_fail_alike(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with before(story("a", "b").watched(tmp_path).watched, size) as screen:
            await screen.press(number(screen))
            text = await screen.press("enter")
            assert screen.opened == []
            assert "'int' is no 'str' \\x1b[31m[bold]" in " ".join(text.split())
            assert "⊘ blocked" in text
            assert view(screen).tasks_meant == ("a",)
            await screen.press("escape")
            assert view(screen).listing.has_focus
            assert view(screen).tasks_meant == ("a", "b")
            await screen.press("enter", "j", "enter")
            assert screen.opened == ["b"]

    played(scene)


def test_a_problem_of_the_whole_run_is_seen_from_near_where_it_is_narrow(tmp_path: Path) -> None:
    async def scene() -> None:
        told = story()
        told.busy = False
        async with before(told.watched(tmp_path).watched, (80, 24)) as screen:
            await screen.press(number(screen))
            text = await screen.press("enter")
            assert "its process was stopped or died; 4 tasks left" in text
            assert "R goes on with it" in text
            assert "how bad" not in text
            assert "how bad" in await screen.press("escape")
            assert view(screen).listing.has_focus

    played(scene)


def test_who_only_looks_is_not_told_of_keys_that_do_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        watched = story("b").watched(tmp_path).watched
        async with before(watched, read_only=True) as screen:
            text = await screen.press(number(screen))
            assert "enter opens it" in text
            assert "tries again" not in text

    played(scene)


def test_the_tab_counts_what_does_not_go_on_by_itself(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story("a", "b").watched(tmp_path).watched) as screen:
            assert f"{number(screen)} Problems 1 " in screen.lines[3]

    played(scene)


def test_nothing_wrong_is_said_so(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched) as screen:
            text = await screen.press(number(screen))
            assert "✓ nothing is wrong" in text
            assert f"{number(screen)} Problems  " in f"{screen.lines[3]}  "

    played(scene)


def test_what_goes_wrong_meanwhile_is_seen(tmp_path: Path) -> None:
    async def scene() -> None:
        told = story()
        telling = told.watched(tmp_path)
        async with before(telling.watched) as screen:
            await screen.press(number(screen))
            told.at(200.0).finish("d", "rejected")
            telling.keep()
            await screen.until(lambda: "d failed" in screen.text)

    played(scene)


def test_what_a_person_looks_at_from_near_stays_till_it_is_no_problem_any_more(
    tmp_path: Path,
) -> None:
    async def scene() -> None:
        told = story("a", "b")
        telling = told.watched(tmp_path)
        async with before(telling.watched) as screen:
            await screen.press(number(screen), "enter")
            told.tell(HeadChecked(head="h", fault="tests are red at h"))
            telling.keep()
            await screen.until(lambda: "the integration head is red" in screen.text)
            assert view(screen).tasks_meant == ("a",)
            told.tell(CommandAccepted(command=1, who="ada", action="retry", tasks=("a", "b")))
            telling.keep()
            await screen.until(lambda: view(screen).listing.has_focus)
            assert view(screen).tasks_meant == ()

    played(scene)
