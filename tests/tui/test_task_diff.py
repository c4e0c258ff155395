"""The diff of a task's commit, read from a run's own repository."""

from functools import partial
from pathlib import Path

import pytest

from orchestrator.adapters.runs import SETTINGS, RunFolder
from orchestrator.domain.settings import RunSettings
from orchestrator.errors import InvalidInputError
from orchestrator.wiring import watching
from tests.support.dashboard import before, played
from tests.support.landed import AUTHOR, Edit, make_landed
from tests.support.watching import Story


def made(tmp_path: Path) -> tuple[RunFolder, str]:
    """Return a run's folder with a landed commit, and that."""
    folder = RunFolder(tmp_path / "run")
    edit = Edit("a", {"a.py": b"new = 1\n", "b c.py": None, "x.bin": b"\0\1"})
    landed = make_landed(folder.root, {"a.py": b"old = 1\n", "b c.py": b"gone\n"}, [edit])
    commit = landed.run.tasks["a"].commit
    landed.canonical.close()
    (folder.root / "canonical.git").rename(folder.repository)
    settings = RunSettings(run="r", target=str(tmp_path), created=0.0, author=AUTHOR)
    (folder.root / "run.json").write_bytes(SETTINGS.dump_json(settings))
    assert commit is not None
    return folder, commit


def test_the_diff_is_that_of_the_commit_in_the_runs_repository(tmp_path: Path) -> None:
    folder, commit = made(tmp_path)
    story = Story({"a": []}).begin().start("a").finish("a", commit=commit)
    telling = story.watched(tmp_path, changed=partial(watching._changed, folder))

    async def scene() -> None:
        async with before(telling.watched) as screen:
            await screen.press("enter")
            await screen.until(lambda: "+ new = 1" in screen.text)
            told = " ".join(screen.text.split())
            assert f"3 files +1 −2 commit {commit[:10]}" in told
            assert "~ changed +1 −1 a.py" in told
            assert "− deleted +0 −1 b c.py" in told
            assert "# binary +0 −0 x.bin" in told
            assert "1 - old = 1" in told

    played(scene)


def test_a_commit_or_a_repository_that_is_gone_is_said(tmp_path: Path) -> None:
    folder, _ = made(tmp_path)
    with pytest.raises(InvalidInputError, match="has no commit dddddddddd"):
        watching._changed(folder, "d" * 40)
    with pytest.raises(InvalidInputError, match="the run's repository is gone"):
        watching._changed(RunFolder(tmp_path / "none"), "d" * 40)
