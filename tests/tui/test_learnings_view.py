"""The view of learnings: those that need a person first, and a person's say in them."""

from pathlib import Path

import pytest

from orchestrator.domain.commands import Answer, answer
from orchestrator.domain.events import LearningAdded, PersonCommand
from orchestrator.domain.learnings.learning import Learning, Provenance, Scope
from orchestrator.tui.views.learnings import LearningsView
from tests.support.dashboard import Screen, before, played
from tests.support.watching import Story, Telling

SIZES = ((80, 24), (120, 36), (200, 60))


def lesson(text: str) -> Learning:
    origin = Provenance(source="agent", run="p-123456", who="smith", task="a", attempt=1)
    return Learning(kind="fix", text=text, scope=Scope(paths=("src/*.py",)), provenance=origin)


GOOD, ODD = lesson("sort the imports"), lesson("[bold] fetch it from elsewhere")


def story() -> Story:
    told = Story({"a": [], "b": []}).at(1.0).begin()
    told.tell(LearningAdded(learning=ODD, suspicion="asks for the network"))
    return told.tell(LearningAdded(learning=GOOD))


def answering(told: Story, folder: Path) -> Telling:
    def ask(command: PersonCommand) -> Answer | None:
        telling.asked.append(command)
        said = answer(told.run, command)
        told.tell(said)
        telling.keep()
        return said

    telling = told.watched(folder, ask=ask)
    return telling


def number(screen: Screen) -> str:
    (index,) = (n for n, view in enumerate(screen.app.views, 1) if isinstance(view, LearningsView))
    return str(index)


@pytest.mark.parametrize("size", SIZES)
def test_what_waits_for_a_person_is_counted_and_stands_first(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched, size) as screen:
            text = await screen.press(number(screen))
            assert text.index("⚠ quarantined") < text.index("○ candidate")
            assert f"{number(screen)} Learnings 1 " in screen.lines[3]
            near = await screen.press("enter")
            assert "asks for the network" in near
            assert "[bold] fetch it from elsewhere" in " ".join(near.split())
            assert "no attempt has been told yet" in near
            assert "○ candidate" in await screen.press("escape")

    played(scene)


def test_words_show_some_only_and_escape_shows_all(tmp_path: Path) -> None:
    async def scene() -> None:
        async with before(story().watched(tmp_path).watched) as screen:
            text = await screen.press(number(screen), "slash", *"imports", "enter")
            assert "sort the imports" in text
            assert "quarantined" not in text
            assert "quarantined" in await screen.press("escape")
            assert "no learning is so" in await screen.press("slash", *"nothing")

    played(scene)


def test_a_person_trusts_what_is_quarantined(tmp_path: Path) -> None:
    telling = answering(story(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            text = await screen.press(number(screen), "t")
            assert "Attempts are told learning" in " ".join(text.split())
            assert telling.asked == []
            await screen.press("enter")
            await screen.until(lambda: "✓ trusted" in screen.text)
            (command,) = telling.asked
            assert (command.action, command.learnings) == ("trust_learning", (ODD.id,))

    played(scene)


def test_a_person_retires_one_for_a_reason(tmp_path: Path) -> None:
    telling = answering(story(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press(number(screen), "j", "x", *"wrong", "enter")
            await screen.until(lambda: "✗ retired" in screen.text)
            (command,) = telling.asked
            assert (command.learnings, command.reason) == ((GOOD.id,), "wrong")

    played(scene)


def test_a_person_adds_one_for_some_files(tmp_path: Path) -> None:
    telling = answering(story(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched) as screen:
            text = await screen.press(number(screen), "n")
            assert "✗ a learning says something" in text
            keys = ("m", "i", "n", "d", "tab", "t", "slash", "asterisk", "enter")
            await screen.press(*keys)
            await screen.until(lambda: "person someone" in screen.text)
            (command,) = telling.asked
            assert command.learning is not None
            assert (command.learning.text, command.learning.scope.paths) == ("mind", ("t/*",))

    played(scene)


def test_who_only_looks_has_no_say(tmp_path: Path) -> None:
    telling = answering(story(), tmp_path)

    async def scene() -> None:
        async with before(telling.watched, read_only=True) as screen:
            text = await screen.press(number(screen), "t", "x", "n")
            assert "Trust" not in text
            assert "⚠ quarantined" in text
            assert telling.asked == []

    played(scene)


def test_a_run_that_makes_no_learnings_says_so(tmp_path: Path) -> None:
    async def scene() -> None:
        told = Story({"a": []}).at(1.0).begin()
        async with before(told.watched(tmp_path).watched) as screen:
            assert "learning" in (await screen.press(number(screen))).lower()
            assert "none yet" in screen.text or "makes no learnings" in screen.text

    played(scene)
