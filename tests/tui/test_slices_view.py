"""The view of slices: cut beside the screen, and seen from near down to a task."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import pytest

from orchestrator.application.watching.slices import SliceRow
from orchestrator.errors import UsageError
from orchestrator.tui.views.slices import SlicesView
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story

SIZES = ((80, 24), (120, 36), (200, 60))


def row(number: int, *tasks: str, **said: object) -> SliceRow:
    return SliceRow(
        **{  # type: ignore[arg-type]
            "number": number,
            "title": f"Tidy [b]up {number}",
            "branch": f"leafcut/p/{number}",
            "where": f"leafcut/p/{number}",
            "tasks": tasks,
            "added": 3,
            "removed": 1,
            "parts": (("a.py\x1b", 3, 1),),
            "state": "published",
            **said,
        }
    )


def story() -> Story:
    return Story({"a": [], "b": [], "c": []}).at(1.0).begin().do("a", "b")


def number(screen: Screen) -> str:
    (index,) = (n for n, view in enumerate(screen.app.views, 1) if isinstance(view, SlicesView))
    return str(index)


async def shown(screen: Screen) -> str:
    await screen.press(number(screen))
    return await screen.until(lambda: "Tidy" in screen.text)


@pytest.mark.parametrize("size", SIZES)
def test_a_slice_leads_to_its_tasks(tmp_path: Path, size: tuple[int, int]) -> None:
    def slices(_: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as a face calls it
        return (row(1, "a"), row(2, "b", below=1, state="open", checks="red"))

    async def scene() -> None:
        async with before(story().watched(tmp_path, slices=slices).watched, size) as screen:
            text = await shown(screen)
            assert "2 slices of 2 tasks, +6 −2" in text
            assert "○ published" in text
            assert "Tidy [b]up 1" in text
            near = await screen.press("j", "enter")
            assert "stands on slice 1" in near
            assert "checks ✗ red" in near
            assert "a.py\\x1b" in near
            await screen.press("enter")
            assert screen.opened == ["b"]

    played(scene)


def test_before_anything_has_landed_nothing_is_cut(tmp_path: Path) -> None:
    asked: list[bool] = []

    def slices(asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as a face calls it
        asked.append(asking)
        return ()

    async def scene() -> None:
        told = Story({"a": []}).at(1.0).begin()
        async with before(told.watched(tmp_path, slices=slices).watched) as screen:
            assert "nothing has landed yet" in await screen.press(number(screen))
            assert asked == []

    played(scene)


def test_the_forge_is_asked_by_a_key_and_the_screen_does_not_wait(tmp_path: Path) -> None:
    asked: list[bool] = []
    answers = Event()

    def slices(asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as a face calls it
        asked.append(asking)
        if asking:
            answers.wait(10)
        return (row(1, "a", state="merged" if asking else "published", hint="u asks"),)

    async def scene() -> None:
        async with before(story().watched(tmp_path, slices=slices).watched) as screen:
            assert "→ u asks" in await shown(screen)
            text = await screen.press("u")
            assert "◔ asking the forge" in text
            assert "○ published" in text
            answers.set()
            await screen.until(lambda: "✓ merged" in screen.text)
            assert asked == [False, True]

    played(scene)


def test_what_cannot_be_cut_says_why_and_what_was_there_stays(tmp_path: Path) -> None:
    def slices(asking: bool) -> Sequence[SliceRow]:  # noqa: FBT001 - as a face calls it
        if asking:
            raise UsageError("the target is gone", hint="bring it back")
        return (row(1, "a"),)

    async def scene() -> None:
        async with before(story().watched(tmp_path, slices=slices).watched) as screen:
            await shown(screen)
            await screen.press("u")
            text = await screen.until(lambda: "✗ the target is gone" in screen.text)
            assert "bring it back" in text
            assert "Tidy [b]up 1" in text

    played(scene)
