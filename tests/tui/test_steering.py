"""Steering from the dashboard: a person is told first, and only then the run is asked."""

import os
import signal
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.domain.commands import Answer, answer
from orchestrator.domain.events import PersonCommand, Steering
from orchestrator.errors import MissingRequirementError, UsageError
from orchestrator.tui.app import Dashboard
from orchestrator.tui.screens.confirm import Confirm
from orchestrator.tui.screens.form import Form
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story, Telling


def at_work() -> Story:
    """Return a run with `a` under way; `b` needs it, `c` can start."""
    story = Story({"a": [], "b": ["a"], "c": []}, concurrency=2)
    return story.at(1.0).begin().start("a")


def failed() -> Story:
    story = Story({"a": [], "b": [], "c": []}, attempts=1).at(1.0).begin()
    for task in "ab":
        story.start(task).finish(task, "rejected", reason="compile: exit code 1")
    return story


def stopped(story: Story) -> Story:
    story.busy = False
    return story


def answering(story: Story, folder: Path) -> Telling:
    """Return a run whose process answers at once, as long as there is one."""

    def ask(command: PersonCommand) -> Answer | None:
        telling.asked.append(command)
        return answer(story.run, command) if story.busy else None

    telling = story.watched(folder, ask=ask)
    return telling


def leaving(story: Story, folder: Path) -> Telling:
    """Return a run that commands are only left for."""

    def ask(command: PersonCommand) -> None:
        with closing(SqliteJournal(telling.path, story.clock)) as journal:
            journal.ask(command)

    telling = story.watched(folder, ask=ask)
    return telling


def said(screen: Screen, text: str) -> bool:
    """Say whether a toast has these words, whatever lines they are broken into."""
    return text in " ".join(one.message for one in screen.app._notifications)


def test_what_is_told_takes_the_place_of_what_was_told_before(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(answering(at_work(), tmp_path).watched, (80, 24)) as screen:
            await screen.press("a", "r", "R")
            await screen.until(lambda: said(screen, "a process works on the run already"))
            assert len(screen.app._notifications) == 1

    played(scene)


@pytest.mark.parametrize(
    ("keys", "action", "told", "answered"),
    [
        (("p", "enter"), "pause", "No attempt starts", "pause: accepted"),
        (("S", "tab", "enter"), "stop", "given back and done again", "stop: accepted"),
        (("c", "up", "up", "enter"), "concurrency", "2 attempts at once", "jobs: accepted"),
        (("h", "w", "h", "y", "enter"), "hold", "does not start until", "hold: accepted"),
    ],
)
def test_an_act_is_told_then_asked_then_answered(
    tmp_path: Path, keys: tuple[str, ...], action: Steering, told: str, answered: str
) -> None:
    telling = answering(at_work(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            shown = await screen.press(keys[0])
            assert told in " ".join(shown.split())
            assert telling.asked == []
            await screen.press(*keys[1:])
            await screen.until(lambda: said(screen, answered))
            (command,) = telling.asked
            assert (command.action, command.who) == (action, "someone")

    played(scene)


def test_what_is_filled_in_is_what_is_asked(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("r", *"look", "tab", *"codemod", "enter")
            await screen.until(lambda: said(screen, "retry: accepted"))
            await screen.press("c", "up", "up", "enter")
            await screen.until(lambda: said(screen, "jobs: accepted"))
            retry, jobs = telling.asked
            assert (retry.tasks, retry.note, retry.agent) == (("a",), "look", "codemod")
            assert jobs.concurrency == telling.story.run.pace.most_at_once + 2

    played(scene)


def test_a_cluster_is_retried_as_a_whole_where_that_is_ticked(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert "[ ] the whole cluster" in await screen.press("r")
            shown = await screen.press("tab", "tab", "space")
            assert "[x] the whole cluster" in shown
            assert "goes first; 1 more follow" in shown
            await screen.press("enter")
            await screen.until(lambda: bool(telling.asked))
            assert telling.asked[0].cluster
            assert telling.asked[0].tasks == ()

    played(scene)


def test_on_a_failing_cluster_the_whole_of_it_is_meant(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("3")
            await screen.until(lambda: len(screen.app.tasks_meant) == 2)
            shown = await screen.press("r")
            assert "[x] the whole cluster" in shown
            assert "goes first; 1 more follow" in shown

    played(scene)


def test_a_skip_without_a_reason_cannot_be_asked_for(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert "✗ skipping a task needs a reason" in await screen.press("s")
            await screen.press("enter")
            assert isinstance(screen.app.screen, Form)
            assert "is left out" in await screen.press(*"generated")
            await screen.press("enter")
            await screen.until(lambda: bool(telling.asked))
            assert telling.asked[0].reason == "generated"

    played(scene)


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("q",)])
def test_stopping_is_not_what_enter_does_at_first(tmp_path: Path, keys: tuple[str, ...]) -> None:
    telling = answering(at_work(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert "Stop the run" in await screen.press("S")
            assert "Stop the run" not in await screen.press(*keys)
            assert telling.asked == []

    played(scene)


@pytest.mark.parametrize(
    ("story", "key", "why"),
    [
        (at_work, "a", "no checkpoint waits"),
        (at_work, "r", "no failed task"),
        (lambda: at_work().finish("a").land("a"), "a", "no checkpoint"),
        (lambda: stopped(at_work()), "S", "nobody works on the run: R goes on"),
        (lambda: stopped(at_work()), "p", "nobody works on the run: R goes on"),
        (lambda: stopped(at_work()), "c", "nobody works on the run: R goes on"),
        (at_work, "R", "a process works on the run already"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    tmp_path: Path, story: Any, key: str, why: str
) -> None:
    telling = answering(story(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press(key)
            assert said(screen, why)
            assert not isinstance(screen.app.screen, Confirm | Form)
            assert telling.asked == []

    played(scene)


def test_what_came_to_be_refused_while_a_person_thought_is_not_asked(tmp_path: Path) -> None:
    story = at_work()
    telling = answering(story, tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("S", "tab")
            story.at(9.0).finish("a").end(state="stopped")
            telling.keep()
            await screen.until(lambda: screen.app.look is not None and not screen.app.look.alive)
            await screen.press("enter")
            assert said(screen, "stop: refused: nobody works on the run")
            assert telling.asked == []

    played(scene)


def test_a_held_task_may_start_again(tmp_path: Path) -> None:
    story = at_work()
    story.run.on_hold["c"] = "held by someone"
    telling = answering(story, tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert screen.app.look is not None
            screen.app.look.run.on_hold["c"] = "held by someone"
            await screen.press("j")
            assert "c may start" in await screen.press("h")
            await screen.press("enter")
            await screen.until(lambda: said(screen, "approve: accepted"))
            assert telling.asked[0].tasks == ("c",)

    played(scene)


def test_with_nobody_at_work_a_command_waits_and_the_header_says_so(tmp_path: Path) -> None:
    telling = leaving(stopped(failed()), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("r", "enter")
            await screen.until(lambda: "1 asked, R goes on" in screen.lines[0])
            assert said(screen, "it applies when somebody goes on")
            assert "asked for already" in " ".join((await screen.press("r")).split())

    played(scene)


def test_going_on_is_said_and_its_failure_shown(tmp_path: Path) -> None:
    went: list[str] = []

    def go_on() -> str:
        went.append("on")
        if len(went) > 1:
            raise MissingRequirementError("there is no docker", hint="start it")
        return "engine.log"

    telling = stopped(at_work()).watched(tmp_path, go_on=go_on)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert "goes on with 3 tasks" in await screen.press("R")
            await screen.press("enter")
            await screen.until(lambda: said(screen, "a process works on the run"))
            await screen.press("R", "enter")
            shown = await screen.until(lambda: isinstance(screen.app.screen, Confirm))
            assert "there is no docker" in shown
            assert "start it" in shown

    played(scene)


def test_an_agent_that_nobody_knows_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    def ask(_: PersonCommand) -> None:
        raise UsageError("there is no agent nobody")

    telling = failed().watched(tmp_path, ask=ask)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("r", "tab", *"nobody", "enter")
            shown = await screen.until(lambda: isinstance(screen.app.screen, Confirm))
            assert "there is no agent nobody" in shown
            assert "✗ failed" in await screen.press("escape")

    played(scene)


def test_a_checkpoint_is_approved_and_gone_on_from_at_once(tmp_path: Path) -> None:
    story = Story({"a": [], "b": []}, checkpoints=("sample",)).at(1.0).begin()
    done: list[str] = []

    def ask(command: PersonCommand) -> None:
        done.append(command.action)

    def go_on() -> str:
        done.append("go on")
        return "engine.log"

    telling = stopped(story).watched(tmp_path, ask=ask, go_on=go_on)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            assert screen.app.look is not None
            screen.app.look.run.sample = frozenset({"a"})
            screen.app.look.run.tasks["a"] = screen.app.look.run.tasks["a"].having(state="landed")
            shown = await screen.press("a")
            assert "goes on beyond checkpoint sample" in shown
            assert "Approve and go on" in shown
            await screen.press("enter")
            await screen.until(lambda: done == ["approve", "go on"])

    played(scene)


def test_read_only_there_is_no_act_not_by_key_nor_by_name(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched, read_only=True) as screen:
            assert "read only" in screen.lines[0]
            for key in "prshacSR":
                await screen.press(key)
                assert not isinstance(screen.app.screen, Confirm | Form), key
            footer = screen.lines[-1]
            assert "Quit" in footer
            assert not any(word in footer for word in ("Pause", "Retry", "Skip", "Stop"))
            assert "to steer" not in await screen.press("question_mark")
            await screen.press("escape", "ctrl+p")
            shown = await screen.until(lambda: "View Tasks" in screen.text)
            assert "Stop the run" not in shown
            assert telling.asked == []

    played(scene)


def test_the_palette_finds_acts_views_and_tasks(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(answering(failed(), tmp_path).watched) as screen:
            await screen.press("ctrl+p", *"skip the")
            await screen.until(lambda: "Skip the task" in screen.text)
            await screen.press("down", "enter")
            await screen.until(lambda: isinstance(screen.app.screen, Form))
            await screen.press("escape", "ctrl+p", *"b.py")
            await screen.until(lambda: "✗ failed" in screen.text)
            await screen.press("down", "enter")
            await screen.until(lambda: screen.app.tasks_meant == ("b",))

    played(scene)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
def test_help_tells_the_keys_and_all_signs(tmp_path: Path, size: tuple[int, int]) -> None:
    async def scene() -> None:
        async with before(at_work().watched(tmp_path).watched, size) as screen:
            shown = await screen.press("question_mark")
            assert "here" in shown
            seen = shown
            for _ in range(60):
                seen += await screen.press("j")
            for word in ("Retry", "Stop", "✗ failed", "⊘ blocked", "◐ incomplete", "Quit"):
                assert word in seen
            assert "◔ working" in await screen.press("escape")

    played(scene)


@pytest.mark.parametrize("size", [(39, 24), (80, 9), (5, 3)])
def test_a_terminal_that_is_too_small_says_so_and_grows_again(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with before(failed().watched(tmp_path).watched) as screen:
            await screen.pilot.resize_terminal(*size)
            await screen.until(lambda: "too" in screen.text and "✗ failed" not in screen.text)
            await screen.pilot.resize_terminal(80, 24)
            await screen.until(lambda: "✗ failed" in screen.text)
            await screen.press("j")
            assert screen.app.tasks_meant == ("b",)

    played(scene)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_dashboard_and_nothing_else(
    tmp_path: Path, number: signal.Signals
) -> None:
    telling = answering(at_work(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            os.kill(os.getpid(), number)
            await screen.until(lambda: screen.app._exit)
            assert telling.asked == []

    played(scene)


def test_leaving_ones_own_run_asks_what_is_to_become_of_it(tmp_path: Path) -> None:
    story = at_work()
    telling = answering(story, tmp_path)

    async def scene() -> None:
        async with before(telling.watched, own=True) as screen:
            shown = await screen.press("q")
            for word in ("Leave it going", "Stop it", "Stay"):
                assert word in shown
            await screen.press("tab", "tab", "enter")
            assert not screen.app._exit
            await screen.press("q", "tab", "enter")
            await screen.until(lambda: bool(telling.asked))
            assert telling.asked[0].action == "stop"
            assert not screen.app._exit
            story.at(9.0).end(state="stopped")
            telling.keep()
            await screen.until(lambda: screen.app._exit)

    played(scene)


def test_a_run_that_ends_while_it_is_watched_is_told_and_stays_on_the_screen(
    tmp_path: Path,
) -> None:
    story = at_work()
    telling = answering(story, tmp_path)

    async def scene() -> None:
        async with before(telling.watched, own=True) as screen:
            story.at(9.0).finish("a").land("a").end(state="incomplete")
            telling.keep()
            await screen.until(lambda: said(screen, "the run is incomplete; q leaves"))
            await screen.until(lambda: "◐ incomplete" in screen.lines[0])
            await screen.press("q")
            await screen.until(lambda: screen.app._exit)

    played(scene)


def test_leaving_a_run_that_was_there_before_asks_nothing(tmp_path: Path) -> None:
    async def scene() -> None:
        app: Dashboard
        async with before(answering(at_work(), tmp_path).watched) as screen:
            app = screen.app
            await screen.press("q")
            await screen.until(lambda: app._exit)

    played(scene)


def test_tab_turns_the_views_over_and_moves_within_a_dialog(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(answering(at_work(), tmp_path).watched) as screen:
            first = screen.app.view
            await screen.press("tab")
            second = screen.app.view
            assert second is not first
            await screen.press("shift+tab")
            assert screen.app.view is first
            await screen.press("c", "tab")
            assert isinstance(screen.app.screen, Form)
            assert screen.app.view is first

    played(scene)


def test_an_act_on_a_task_seen_from_near_is_about_that_task(tmp_path: Path) -> None:
    telling = answering(failed(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("j", "enter")
            await screen.until(lambda: screen.app.screen is not screen.app.default_screen)
            assert "b starts over" in await screen.press("r")
            await screen.press("enter")
            await screen.until(lambda: bool(telling.asked))
            assert telling.asked[0].tasks == ("b",)

    played(scene)
