"""What the operating system or the journal refuses is told with what a person can do."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.errors import InvalidInputError, LeafcutError, MissingRequirementError
from orchestrator.wiring.disk_faults import explaining


def fault(root: Path, call: Callable[[], object]) -> LeafcutError:
    with pytest.raises(LeafcutError) as caught:
        explaining(call, root)()
    return caught.value


def test_what_goes_well_is_handed_on(tmp_path: Path) -> None:
    assert explaining(lambda one, two=0: one + two, tmp_path)(1, two=2) == 3


def test_the_runs_folder_is_named_only_where_the_file_lies_in_it(tmp_path: Path) -> None:
    root = tmp_path / "run"
    inside = fault(root, (root / "plan.json").read_bytes)
    assert inside.message.startswith("the run's folder: ")
    assert "yours?" in inside.hint
    beside = fault(root, (tmp_path / "run-config.toml").read_bytes)
    assert "the run's folder" not in beside.message
    assert "run-config.toml" in beside.message
    assert beside.hint == "is it there, and may you use it?"
    assert isinstance(beside, InvalidInputError)


def test_a_process_that_cannot_be_started_is_not_the_runs_folder(tmp_path: Path) -> None:
    program = str(tmp_path / "python")
    found = fault(tmp_path / "run", lambda: subprocess.run([program], check=True))
    assert "the run's folder" not in found.message
    assert program in found.message


def test_a_full_disk_is_a_lack_of_the_machine_as_everywhere(tmp_path: Path) -> None:
    found = fault(tmp_path, lambda: Path("/dev/full").write_text("x", encoding="utf-8"))
    assert isinstance(found, MissingRequirementError)
    assert found.message.startswith("no room left: ")


def test_a_locked_journal_is_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(file)) as one, closing(sqlite3.connect(file, timeout=0)) as two:
        one.execute("BEGIN EXCLUSIVE")
        found = fault(tmp_path, lambda: two.execute("CREATE TABLE t (x)"))
    assert found.message == "the run's journal: database is locked"


def test_what_says_no_file_is_told_as_it_is(tmp_path: Path) -> None:
    def late() -> None:
        raise TimeoutError("it took too long")

    found = fault(tmp_path, late)
    assert (found.message, found.hint) == ("it took too long", "")
