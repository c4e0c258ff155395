"""What lies beside an attempt's tree, wherever its agents have left traps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.application.beside import PERSONS_NOTE, environment
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
