"""A task seen from near: it opens where the answer is, and keys lead through what there is."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.watched import Said
from orchestrator.domain.events import LandingEnded, SentBack
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from orchestrator.errors import InvalidInputError
from orchestrator.tui.screens.task import TaskScreen
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story

SIZES = [(80, 24), (120, 36), (200, 60)]
GREEN = CheckResult(
    check="compile", outcome="passed", command="py", exit_code=0, duration_s=0.1, output="all well"
)
PATCH = """\
diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,2 +1,2 @@ def save():
-old = 1
+new = 1
 same
"""


def red(*failures: Failure, **said: Any) -> CheckResult:
    return replace(
        CheckResult(
            check="types", outcome="failed", command="mypy a.py", exit_code=1, duration_s=1.0,
            failures=failures, output="a.py:3: error: no",
        ),
        **said,
    )  # fmt: skip


NO = Failure("types", "a.py", "arg-type", "Argument 1 is wrong", 3)
STILL = Failure("types", "b.py", "return", "Nothing comes back", 9)


def failing() -> Story:
    """Tell of a task that failed twice, one under way, and one that waits."""
    story = Story({"a": [], "b": [], "c": ["a"]}, attempts=2, concurrency=2).at(100.0).begin()
    for at, failures in ((100.0, (NO,)), (200.0, (NO, STILL))):
        verdict = Verdict(checks=(GREEN, red(*failures, known=4)))
        story.at(at).start("a").at(at + 30).check("a").at(at + 35)
        story.finish(
            "a", "rejected", verdict=verdict, reason="types: a.py:3 no", commit="d" * 40,
            changed_lines=7,
        )  # fmt: skip
    return story.at(300.0).start("b").at(310.0)


def seen(
    tmp_path: Path,
    scene: Callable[[Screen], Any],
    story: Story | None = None,
    size: tuple[int, int] = (120, 36),
    **parts: Any,
) -> None:
    async def play() -> None:
        telling = (story or failing()).watched(tmp_path, **parts)
        async with before(telling.watched, size) as screen:
            await scene(screen)

    played(play)


def near(screen: Screen) -> TaskScreen:
    found = screen.app.screen
    assert isinstance(found, TaskScreen)
    return found


@pytest.mark.parametrize("size", SIZES)
def test_a_failing_task_is_understood_after_one_key(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scene(screen: Screen) -> None:
        text = await screen.press("enter")
        told = " ".join(text.split())
        assert "✗ failed a" in told
        assert "2 attempts, none landed; attempt 2, by codemod, was rejected" in told
        assert "nobody tries again unless a person retries it." in told
        assert "✗ failed types exit 1 2 new 1s" in told
        assert "a.py:3 arg-type Argument 1 is wrong" in told
        assert "b.py:9 return Nothing comes back" in told
        assert "4 failures of the base did not count" in told
        assert "│ a.py:3: error: no" in told
        assert told.index("✗ failed types") < told.index("✓ passed compile")

    seen(tmp_path, scene, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_every_pane_is_a_key_away(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        for key, words in (
            ("2", "it left no transcript"),
            ("3", "+ new = 1"),
            ("4", "do a"),
            ("5", "first failure"),
            ("6", "history"),
            ("1", "arg-type"),
        ):
            await screen.press(key)
            await screen.until(lambda words=words: words in screen.text)  # type: ignore[misc]
            assert all(len(line) <= size[0] for line in screen.lines)

    seen(tmp_path, scene, size=size, changed=lambda _: PATCH)


def test_green_checks_show_their_output_when_asked(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        assert "all well" not in await screen.press("enter")
        assert "all well" in await screen.press("o")
        assert "all well" not in await screen.press("o")

    seen(tmp_path, scene)


def test_brackets_choose_the_attempt_that_the_panes_show(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        assert "Nothing comes back" in await screen.press("enter")
        first = await screen.press("left_square_bracket")
        assert "attempt 1 of 2" in first
        assert "Nothing comes back" not in first
        assert "attempt 1 of 2" in await screen.press("left")
        assert "attempt 2 of 2" in await screen.press("right_square_bracket")
        assert "attempt 2 of 2" in await screen.press("right")

    seen(tmp_path, scene)


def test_attempts_stand_side_by_side_where_there_is_room(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        text = await screen.press("5")
        assert "attempt 1, codemod" in text
        assert "attempt 2, codemod" in text
        assert "+ new  b.py:9 return Nothing comes back" in text
        assert text.count("= both a.py:3 arg-type") == 2
        chosen = await screen.press("k")
        assert "attempt 1 of 2" in chosen
        assert "arg-type" in await screen.press("enter")
        assert near(screen).pane.id == "checks"

    seen(tmp_path, scene)


def test_a_narrow_screen_compares_in_one_column(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        text = await screen.press("5")
        assert "2 failures, against attempt 1" in text
        assert text.count("= both") == 1
        assert "attempt 1, codemod" not in text

    seen(tmp_path, scene, size=(80, 24))


def test_going_back_leads_to_the_task_that_was_seen_last(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        listing = screen.app.view.query_one("Listing")
        assert near_after(await screen.press("enter"), "✗ failed  a")
        assert near_after(await screen.press("n"), "◔ working  b")
        assert near_after(await screen.press("n"), "⊘ blocked  c")
        assert near_after(await screen.press("n"), "⊘ blocked  c")
        assert near_after(await screen.press("N"), "◔ working  b")
        await screen.press("escape")
        assert not isinstance(screen.app.screen, TaskScreen)
        assert listing.current == "b"  # type: ignore[attr-defined]
        await screen.press("enter", "q")
        assert screen.app.is_running
        assert not isinstance(screen.app.screen, TaskScreen)

    seen(tmp_path, scene)


def near_after(text: str, title: str) -> bool:
    return text.split("\n", maxsplit=1)[0].strip().startswith(title)


def test_a_task_without_an_attempt_says_what_it_waits_for(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        text = await screen.press("G", "enter")
        assert "It needs a (failed) (types: a.py:3 no)" in text
        assert near(screen).pane.id == "about"
        assert "depends on" in text
        assert "✗ failed    a" in text
        for key, words in (
            ("1", "no attempt has been judged yet"),
            ("2", "no attempt has begun"),
            ("3", "nothing has been changed yet"),
            ("4", "no agent has been told anything yet"),
            ("5", "no attempt has begun"),
        ):
            assert words in await screen.press(key)
            await screen.press("left_square_bracket", "right_square_bracket")

    seen(tmp_path, scene)


def test_what_happens_is_seen_while_a_task_is_open(tmp_path: Path) -> None:
    story = failing()
    telling = story.watched(tmp_path)

    async def play() -> None:
        async with before(telling.watched) as screen:
            assert "◔ working  b" in await screen.press("j", "enter")
            story.at(330.0).finish("b", "rejected", reason="types: b.py:1 bad")
            telling.keep()
            await screen.until(lambda: "○ ready  b" in screen.text)
            story.at(340.0).start("b")
            telling.keep()
            await screen.until(lambda: "attempt 2 of 2" in screen.text)

    played(play)


def test_landing_that_sent_a_task_back_speaks_first(tmp_path: Path) -> None:
    story = failing().finish("b", verdict=Verdict(checks=(GREEN,))).batch("b")
    back = SentBack(
        task="b", reason_code="red_landing", reason="tests: red", checks=(red(NO, check="tests"),)
    )
    story.tell(LandingEnded(batch=1, head=story.run.head, sent_back=(back,)))

    async def scene(screen: Screen) -> None:
        told = " ".join((await screen.press("j", "enter")).split())
        assert "Landing sent it back: tests: red" in told
        assert told.index("landing, batch 1: sent back") < told.index("attempt 1, codemod: acc")

    seen(tmp_path, scene, story)


def test_what_cannot_be_read_is_said_in_place(tmp_path: Path) -> None:
    def gone(_: object) -> Any:
        raise InvalidInputError("the run's repository is gone", hint="was it removed?")

    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        for key in "234":
            await screen.press(key)
            await screen.until(lambda: "✗ the run's repository is gone" in screen.text)
            assert "was it removed?" in screen.text

    seen(tmp_path, scene, changed=gone, said=gone, told=gone)


def test_hostile_text_moves_no_cursor_and_is_no_markup(tmp_path: Path) -> None:
    evil = "[red]x[/red]\x1b[2J\x1b]0;title\x07 \udcff"
    story = Story({evil: []}, attempts=1).begin().start(evil)
    failure = Failure("types", evil, evil, evil, 1)
    check = red(failure, output=evil, check=evil, command=evil)
    verdict = Verdict(failures=(failure,), checks=(check,))
    story.finish(evil, "rejected", reason=evil, verdict=verdict, commit="d" * 40)
    patch = PATCH.replace("old = 1", evil)

    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        for key in "123456":
            text = await screen.press(key)
            await screen.until(lambda: "…" not in screen.lines[5])
            assert "\x1b" not in text
            assert "[red]x[/red]" in text
            text.encode("utf-8")

    seen(tmp_path, scene, story, said=lambda _: Said(evil), told=lambda _: evil,
         changed=lambda _: patch)  # fmt: skip


class Talker:
    """An agent whose words come when the test says so."""

    def __init__(self) -> None:
        self.lines = [f"step {n}" for n in range(60)]
        self.live = True
        self.reads = 0
        self.threads: set[int] = set()

    def said(self, span: AttemptSpan) -> Said:
        assert span.task == "b"
        self.reads += 1
        self.threads.add(threading.get_ident())
        return Said("".join(f"{line}\n" for line in self.lines), live=self.live)


def test_a_transcript_that_cannot_be_read_for_a_while_is_read_on(tmp_path: Path) -> None:
    talker = Talker()
    sound = threading.Event()

    def said(span: AttemptSpan) -> Said:
        if not sound.is_set():
            raise InvalidInputError("the journal is locked", hint="who else reads it?")
        return talker.said(span)

    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "✗ cannot be read; tries again" in screen.text)
        assert "who else reads it?" in screen.text
        assert "this is all" not in screen.text
        sound.set()
        await screen.until(lambda: "step 59" in screen.text)
        assert "▼ live, following" in screen.text
        sound.clear()
        await screen.until(lambda: "tries again: the journal is locked" in screen.text)
        assert "step 59" in screen.text
        talker.lines += ["the last word"]
        talker.live = False
        sound.set()
        await screen.until(lambda: "■ the agent has ended; this is all" in screen.text)
        assert "the last word" in screen.text

    seen(tmp_path, scene, said=said)


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_live_transcript_is_followed(tmp_path: Path, size: tuple[int, int]) -> None:
    talker = Talker()

    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "step 59" in screen.text)
        assert "▼ live, following" in screen.text
        talker.lines += [f"more {n}" for n in range(100)]
        await screen.until(lambda: "more 99" in screen.text)
        assert "step 59" not in screen.text
        assert "‖ live, but not following" in await screen.press("g")
        assert "step 0" in screen.text
        talker.lines += ["the last word"]
        await screen.until(lambda: "the last word" in near(screen).pane.query_one("Paper").text)  # type: ignore[attr-defined]
        assert "step 0" in screen.text
        assert "▼ live, following" in await screen.press("f")
        assert "the last word" in screen.text
        assert "‖ live, but not following" in await screen.press("k")
        assert "▼ live, following" in await screen.press("G")
        talker.live = False
        await screen.until(lambda: "■ the agent has ended; this is all" in screen.text)
        assert threading.get_ident() not in talker.threads

    seen(tmp_path, scene, size=size, said=talker.said)


def test_a_transcript_that_nobody_sees_is_not_read(tmp_path: Path) -> None:
    talker = Talker()

    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "step 59" in screen.text)
        await screen.press("6")
        await screen.pilot.pause(0.3)
        reads = talker.reads
        await screen.pilot.pause(1.2)
        assert talker.reads == reads
        talker.lines += ["meanwhile"]
        await screen.press("2")
        await screen.until(lambda: "meanwhile" in screen.text)

    seen(tmp_path, scene, said=talker.said)


def test_of_a_huge_transcript_the_end_is_shown(tmp_path: Path) -> None:
    text = "".join(f"line {n} of a long story\n" for n in range(300_000))

    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "line 299999" in screen.text)
        assert "296,000 earlier lines; leafcut logs p-123456 --task b" in await screen.press("g")

    seen(tmp_path, scene, said=lambda span: Said(text, live=span.ended is None))


def test_of_a_transcript_that_is_not_read_from_its_beginning_that_is_said(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "all that was read" in screen.text)
        assert "0 earlier lines and 5,000,000 bytes before them" in screen.text

    said = Said("all that was read\n", live=True, before=5_000_000)
    seen(tmp_path, scene, said=lambda _: said)


def test_of_a_huge_prompt_the_end_is_shown(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter", "4")
        await screen.until(lambda: "26,000 earlier lines" in screen.text)
        assert "leafcut logs p-123456 --task a --prompt" in screen.text
        assert "line 29999" in await screen.press("G")

    text = "".join(f"line {n}\n" for n in range(30_000))
    seen(tmp_path, scene, told=lambda _: text)


def test_of_a_prompt_of_one_huge_line_the_end_is_shown_and_that_is_said(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter", "4")
        await screen.until(lambda: "600,000 characters of the line below" in screen.text)
        assert "leafcut logs p-123456 --task a --prompt" in " ".join(screen.text.split())

    seen(tmp_path, scene, told=lambda _: "x" * 1_000_000)


def test_what_comes_at_once_and_is_too_much_is_said_to_be_left_out(tmp_path: Path) -> None:
    talker = Talker()

    async def scene(screen: Screen) -> None:
        await screen.press("j", "enter")
        await screen.until(lambda: "step 59" in screen.text)
        talker.lines += [f"more {n}" for n in range(9_000)]
        await screen.until(lambda: "more 8999" in screen.text)
        assert "… 5,000 earlier lines; leafcut logs" in near(screen).pane.query_one("Paper").text  # type: ignore[attr-defined]

    seen(tmp_path, scene, said=talker.said)


def test_of_a_huge_diff_the_beginning_is_shown(tmp_path: Path) -> None:
    patch = "diff --git a/a b/a\n@@ -0,0 +1,9000 @@\n" + "+x\n" * 9000

    async def scene(screen: Screen) -> None:
        await screen.press("enter", "3")
        await screen.until(lambda: "5,001 lines are left out here" in screen.text)
        assert "git show" in screen.text

    seen(tmp_path, scene, changed=lambda _: patch)


def test_the_mouse_opens_panes(tmp_path: Path) -> None:
    async def scene(screen: Screen) -> None:
        await screen.press("enter")
        await screen.pilot.click("TaskScreen Tabs", offset=(50, 0))
        assert near(screen).pane.id == "attempts"
        await screen.pilot.click("#tries", offset=(3, 1))
        assert "attempt 1 of 2" in screen.text

    seen(tmp_path, scene)
