"""Setup runs where it is stale, in each worktree by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.sandbox.local import LocalSandbox
from orchestrator.domain.playbook import Setup
from orchestrator.errors import MissingRequirementError
from tests.support.bench import Bench, bench

FILES = {".gitignore": b".venv\n", "pyproject.toml": b"[project]\n", "a.py": b"a = 1\n"}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Bench]:
    sandbox = LocalSandbox()
    with bench(tmp_path, sandbox, FILES) as made:
        yield made
    sandbox.close()


def setup(at: Bench, *more: str) -> Setup:
    """Return a setup that logs its runs and makes a kept folder."""
    install = (
        f"echo run >> {at.folder}/runs; mkdir -p .venv; cp pyproject.toml .venv/made; touch stray"
    )
    return Setup(run=(install, *more), inputs=("pyproject.toml",), keep=(".venv",))


def test_setup_runs_once_and_what_it_keeps_survives(at: Bench) -> None:
    prepare = at.preparation(setup(at))
    for commit in (at.base, at.commit(a__py="a = 2\n"), at.base):
        prepare(at.worktree, commit)
        assert (at.worktree.root / ".venv" / "made").read_text() == "[project]\n"
        assert not (at.worktree.root / "stray").exists()
    assert at.log("runs") == ["run"]


def test_changed_inputs_and_commands_make_it_stale(at: Bench) -> None:
    prepare = at.preparation(setup(at))
    prepare(at.worktree, at.base)
    prepare(at.worktree, at.commit(pyproject__toml="[tool]\n"))
    assert (at.worktree.root / ".venv" / "made").read_text() == "[tool]\n"
    prepare(at.worktree, at.base)
    at.preparation(setup(at, "true"))(at.worktree, at.base)
    assert len(at.log("runs")) == 4


def test_nothing_is_kept_without_being_named(at: Bench) -> None:
    prepare = at.preparation()
    prepare(at.worktree, at.base)
    (at.worktree.root / ".venv").mkdir()
    prepare(at.worktree, at.base)
    assert not (at.worktree.root / ".venv").exists()


def test_a_setup_that_fails_says_which_command_and_runs_again(at: Bench) -> None:
    prepare = at.preparation(setup(at, "echo no compiler >&2; exit 9"))
    for _ in range(2):
        with pytest.raises(MissingRequirementError, match="exit 9\nno compiler"):
            prepare(at.worktree, at.base)
    assert len(at.log("runs")) == 2


def test_a_setup_that_hangs_ends(at: Bench) -> None:
    with pytest.raises(MissingRequirementError, match="timeout"):
        at.preparation(Setup(run=("sleep 60",), timeout="200ms"))(at.worktree, at.base)
