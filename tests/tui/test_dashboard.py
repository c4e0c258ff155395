"""The dashboard as a whole: it follows a run, and keeps a person's place while it does."""

from pathlib import Path

import pytest
from textual import events
from textual.message import Message

from orchestrator.domain.events import CommandAccepted
from orchestrator.errors import InvalidInputError
from orchestrator.tui.app import Dashboard
from orchestrator.tui.listing import Listing
from tests.support.dashboard import before, played
from tests.support.watching import Story


def chain() -> Story:
    story = Story({"a": [], "b": [], "c": ["a"], "d": ["c"]}, concurrency=2)
    return story.at(100.0).begin(residue=4)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_a_run_is_told_in_its_header_and_its_tasks(tmp_path: Path, size: tuple[int, int]) -> None:
    story = chain().start("a", "b").at(130.0).finish("a").land("a")
    story.at(150.0).finish("b", "rejected", reason="types: b.py:3 no").at(160.0)

    async def scene() -> None:
        async with before(story.watched(tmp_path).watched, size) as screen:
            assert "▶ running  p-123456" in screen.lines[0]
            assert "1/4 tasks" in screen.lines[1]
            assert "residue 4 → 3" in screen.lines[1]
            assert "agents 0/2" in screen.lines[2]
            assert "1 Tasks" in screen.lines[3]
            assert "✓ landed" in screen.text
            assert "○ ready" in screen.text
            assert "needs c (ready)" in screen.text or "needs c" in screen.text

    played(scene)


def test_more_agents_than_are_allowed_by_now_are_told_in_words(tmp_path: Path) -> None:
    fewer = CommandAccepted(command=1, who="ann", action="concurrency", concurrency=1)
    story = chain().start("a", "b").tell(fewer)

    async def scene() -> None:
        async with before(story.watched(tmp_path).watched, (80, 24)) as screen:
            assert "agents 2, 1 allowed  " in screen.lines[2]

    played(scene)


def test_who_leaves_before_the_views_are_there_just_leaves(tmp_path: Path) -> None:
    app = Dashboard(chain().watched(tmp_path).watched)

    def leave_at_once(message: Message) -> None:
        if isinstance(message, events.Mount) and not app.views:
            app.exit()

    async def scene() -> None:
        async with app.run_test(message_hook=leave_at_once):
            pass
        assert app.return_code == 0
        assert app.views == ()

    played(scene)


@pytest.mark.parametrize("colour", [True, False])
def test_where_there_is_no_colour_the_row_of_the_cursor_is_reversed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, colour: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    if not colour:
        monkeypatch.setenv("NO_COLOR", "1")

    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched) as screen:
            await screen.press("j")
            listing = screen.app.view.query_one(Listing)
            rows = [listing.render_line(y) for y in (1, 2)]
            reversed_ = [{bool(one.style and one.style.reverse) for one in row} for row in rows]
            assert reversed_ == [{False}, {not colour}]

    played(scene)


def test_what_happens_is_seen_and_the_cursor_stays_on_its_task(tmp_path: Path) -> None:
    story = chain().start("a")
    telling = story.watched(tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("j")
            listing = screen.app.view.query_one("Listing")
            task = listing.current  # type: ignore[attr-defined]
            story.at(140.0).finish("a").land("a").start("b")
            telling.keep()
            await screen.until(lambda: "✓ landed" in screen.text and "◔ working" in screen.text)
            assert listing.current == task  # type: ignore[attr-defined]

    played(scene)


def test_keys_move_the_cursor_within_the_rows(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched) as screen:
            listing = screen.app.view.query_one("Listing")
            for key, row in (("G", 3), ("j", 3), ("k", 2), ("g", 0), ("up", 0), ("pagedown", 3)):
                await screen.press(key)
                assert listing.cursor == row, key  # type: ignore[attr-defined]

    played(scene)


def test_words_find_tasks_and_escape_shows_all_again(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched) as screen:
            found = await screen.press("slash", *"state:pending", "enter")
            assert found.count("· pending") == 2
            assert "○ ready" not in found
            nothing = await screen.press("slash", *"zz")
            assert "no task is so; escape shows all" in nothing
            assert (await screen.press("escape")).count("○ ready") == 2

    played(scene)


def test_tasks_are_sorted_by_the_column_that_is_asked_for(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched) as screen:
            listing = screen.app.view.query_one("Listing")
            await screen.press("o", "o")
            assert "task ▾" in screen.text
            assert list(listing.keys) == ["a", "b", "c", "d"]  # type: ignore[attr-defined]
            await screen.pilot.click("#tasks Listing", offset=(16, 0))
            assert list(listing.keys) == ["d", "c", "b", "a"]  # type: ignore[attr-defined]

    played(scene)


def test_a_narrow_screen_leaves_out_what_matters_least(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched, (80, 24)) as screen:
            head = screen.lines[4]
            assert "state" in head
            assert "waits for, or why" in head
            assert "layer" not in head

    played(scene)


def test_names_from_a_repository_are_no_markup_and_move_no_cursor(tmp_path: Path) -> None:
    story = Story({"[red]a[/red]\x1b[2J": []}).at(1.0).begin()

    async def scene() -> None:
        async with before(story.watched(tmp_path).watched) as screen:
            assert r"[red]a[/red]\x1b[2J" in screen.text

    played(scene)


def test_a_journal_that_cannot_be_read_ends_the_dashboard_with_its_reason(tmp_path: Path) -> None:
    telling = chain().watched(tmp_path)
    telling.path.write_bytes(b"no journal at all, whatever its name says")

    async def scene() -> None:
        app = Dashboard(telling.watched)
        async with app.run_test() as pilot:
            for _ in range(200):
                await pilot.pause(0.02)
                if app.failed is not None:
                    break
        assert isinstance(app.failed, InvalidInputError)

    played(scene)


def test_a_screen_that_is_too_small_says_so_until_there_is_room(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(chain().watched(tmp_path).watched, (30, 8)) as screen:
            assert "too small: needs 40×10" in screen.text
            await screen.pilot.resize_terminal(100, 30)
            await screen.until(lambda: "○ ready" in screen.text)
            assert "too small" not in screen.text

    played(scene)
