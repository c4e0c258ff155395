"""What lies beside an attempt's tree, wherever its agents have left traps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.application.beside import (
    PERSONS_NOTE,
    attempts_heard,
    environment,
    keep_transcript,
    live,
    said_lately,
    said_so_far,
)
from orchestrator.domain.redaction import Redactor
from orchestrator.ports.agent import AgentReport
from tests.support.hostile import nested
from tests.support.workshop import Place, workshop


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with workshop(tmp_path, {"a.py": b""}) as made:
        yield made


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "notes"


def laid_out(place: Place, notes: Path) -> str:
    """Lay out the notes of an attempt that a person has left word for, and return that word."""
    spec = place.spec(note="ask Ada")
    with place.shop.worktrees.lease() as worktree:
        environment(spec, worktree, notes)
    return (notes / spec.task.id / PERSONS_NOTE).read_text()


def test_a_persons_note_is_where_an_agent_left_a_folder_too_deep_to_remove(
    place: Place, notes: Path
) -> None:
    trap = notes / "a" / PERSONS_NOTE
    trap.mkdir(parents=True)
    with nested(trap):
        assert laid_out(place, notes) == "ask Ada\n"


def test_notes_that_an_agent_closed_are_opened_again(place: Place, notes: Path) -> None:
    (notes / "a").mkdir(parents=True)
    (notes / "a").chmod(0)
    assert laid_out(place, notes) == "ask Ada\n"
    assert (notes / "a").stat().st_mode & 0o700 == 0o700


def test_an_attempt_is_read_while_it_goes_on_and_when_it_has_ended(
    place: Place, tmp_path: Path
) -> None:
    folder, spec = tmp_path / "said", place.spec()
    assert said_so_far(folder, "a", 1) == (b"", False)
    with live(spec, folder, Redactor({}).stream()) as heard:
        assert said_so_far(folder, "a", 1) == (b"", True)
        heard.hear(b"one\ntwo")
        assert said_so_far(folder, "a", 1) == (b"one\n", True)
        assert attempts_heard(folder, "a") == [(1, False)]
    report = AgentReport(ending="done", transcript=b"one\ntwo\nnoise")
    assert keep_transcript(spec, report, folder) == "a-1.log"
    assert said_so_far(folder, "a", 1) == (b"one\ntwo\nnoise", False)
    assert [path.name for path in folder.iterdir()] == ["a-1.log"]


def test_a_trial_is_another_attempt_than_the_first(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "said"
    with live(place.spec(trial=True), folder, Redactor({}).stream()) as heard:
        heard.hear(b"tried\n")
    report = AgentReport(ending="done", transcript=b"done\n")
    keep_transcript(place.spec(), report, folder)
    assert said_so_far(folder, "a", 1, trial=True) == (b"tried\n", True)
    assert said_so_far(folder, "a", 1) == (b"done\n", False)
    assert attempts_heard(folder, "a") == [(1, False), (1, True)]


def test_a_line_that_was_half_written_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a-2.live").write_bytes(b'{"type": "x"}\n{"ty')
    assert said_so_far(tmp_path, "a", 2) == (b'{"type": "x"}\n', True)


def test_of_much_the_end_is_read_from_a_whole_line_on(tmp_path: Path) -> None:
    (tmp_path / "a-1.log").write_bytes(b"first\nsecond\nthird\n")
    assert said_lately(tmp_path, "a", 1, most=16) == (b"second\nthird\n", False, 6)
    assert said_lately(tmp_path, "a", 1, most=20) == (b"first\nsecond\nthird\n", False, 0)
    assert said_lately(tmp_path, "a", 1, most=4) == (b"ird\n", False, 15)
    (tmp_path / "b-1.live").write_bytes(b"first\nsecond\nthi")
    assert said_lately(tmp_path, "b", 1, most=12) == (b"second\n", True, 6)


def test_an_agent_that_says_nothing_leaves_no_file(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "said"
    with live(place.spec(), folder, Redactor({}).stream()):
        pass
    assert keep_transcript(place.spec(), AgentReport(ending="done"), folder) == ""
    assert list(folder.iterdir()) == []
