"""Runs on disk: whole or not there, and nothing else is ever taken for one."""

from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.run_store import RunStore
from orchestrator.adapters.runs import RunFolder
from orchestrator.domain.settings import RunSettings
from orchestrator.errors import UsageError
from tests.support.hostile import nested

SETTINGS = RunSettings(run="p-1", target="/nowhere", created=1.0, author="Ada <ada@example.org>")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    (tmp_path / "playbook").mkdir()
    return RunStore(tmp_path / "runs")


def make(store: RunStore, name: str = "p-1") -> RunFolder:
    playbook = store.root.parent / "playbook"
    return store.create(replace(SETTINGS, run=name), "{}", playbook, lambda _: None)


def test_a_folder_that_is_no_run_is_not_opened(store: RunStore, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    (foreign / "src").mkdir(parents=True)
    (foreign / "run.json").write_text("{}")
    with pytest.raises(UsageError, match="there is no run"):
        store.open(f"{foreign}")


def test_a_run_whose_making_failed_is_not_there(store: RunStore, tmp_path: Path) -> None:
    def fail(_: RunFolder) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.create(SETTINGS, "{}", tmp_path / "playbook", fail)
    assert store.all() == []
    assert make(store).name == "p-1"


def test_a_removed_run_is_gone_whatever_is_left_of_it(store: RunStore) -> None:
    run = make(store)
    left = store.root / ".p-0.gone"
    left.mkdir()
    store.remove(run)
    assert store.all() == []
    make(store, "p-2")
    assert [path.name for path in store.root.iterdir()] == ["p-2"]


def test_a_run_that_is_worked_on_is_not_removed(store: RunStore) -> None:
    run = make(store)
    with run.locked(), pytest.raises(UsageError, match="worked on by process"):
        store.remove(run)
    assert store.all() == [run]
    assert not run.busy()


def test_a_run_goes_whose_agent_nested_its_notes_too_deep_for_a_path(store: RunStore) -> None:
    folder = make(store)
    folder.notes.mkdir()
    with nested(folder.notes):
        store.remove(folder)
    assert list(store.root.iterdir()) == []


def test_what_was_killed_while_it_removed_such_a_run_is_swept(store: RunStore) -> None:
    gone = store.root / ".p-0.gone"
    gone.mkdir(parents=True)
    with nested(gone):
        make(store)
    assert not gone.exists()
