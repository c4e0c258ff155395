"""A task of a real run seen from near while its agent is at work, to its landing."""

from pathlib import Path

import pytest

from orchestrator.tui.screens.task import TaskScreen
from orchestrator.wiring.watching import watched
from tests.e2e.test_live import at_work, go
from tests.support.dashboard import before, played
from tests.support.leafcut import Leafcut


def test_a_task_is_watched_from_its_agents_first_words_to_its_landing(
    leafcut: Leafcut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEAFCUT_HOME", str(leafcut.home))

    async def scene() -> None:
        async with before(watched(leafcut.status()["run"]), (80, 24)) as screen:
            await screen.until(lambda: "◔ working" in screen.text)
            await screen.press("enter")
            await screen.until(lambda: "I look" in screen.text)
            assert "▼ live, following" in screen.text
            assert "its checks come next." in screen.text
            go(leafcut)
            await screen.until(lambda: "I go on" in screen.text)
            await screen.until(lambda: "It landed as" in screen.text)
            await screen.until(lambda: "■ the agent has ended" in screen.text)
            await screen.press("3")
            await screen.until(lambda: "~ changed" in screen.text)
            assert "+ " in screen.text
            await screen.press("escape")
            assert not isinstance(screen.app.screen, TaskScreen)

    with at_work(leafcut, tmp_path) as running:
        played(scene)
        running.communicate(timeout=60)
        assert running.returncode == 0
