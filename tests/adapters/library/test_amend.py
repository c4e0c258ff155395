"""Changes to a playbook's files: as proposed, or not at all."""

from pathlib import Path

import pytest

from orchestrator.adapters.library.amend import amend, text_of
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.domain.learnings.proposal import FileChange
from orchestrator.errors import UsageError
from orchestrator.wiring.places import agent_shelves
from tests.support.leafcut import REPLACE, make_playbook


def change(before: str | None, after: str, name: str = "prompt.md") -> FileChange:
    return FileChange(name=name, before=before, after=after)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = make_playbook(tmp_path, f"{REPLACE}prompt: prompt.md\n")
    (place / "prompt.md").write_bytes(b"One.\r\n")
    (place / "prompt.md").chmod(0o640)
    return place


def test_a_file_is_replaced_byte_for_byte_and_keeps_its_mode(folder: Path) -> None:
    (written,) = amend(folder, [change("One.\r\n", "Two.\r\n")], agent_shelves())
    assert written.read_bytes() == b"Two.\r\n"
    assert written.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == ["playbook.yaml", "prompt.md"]


@pytest.mark.parametrize("before", ["Other.\n", None])
def test_a_file_that_is_another_by_now_is_left_alone(folder: Path, before: str | None) -> None:
    with pytest.raises(UsageError, match="has changed since the proposal"):
        amend(folder, [change(before, "Two.\n")], agent_shelves())
    assert text_of(folder / "prompt.md") == "One.\r\n"


def test_what_would_make_the_playbook_invalid_is_not_written(folder: Path) -> None:
    broken = [change("One.\r\n", "{{ nonesuch }}\n")]
    with pytest.raises(InvalidFileError, match="nonesuch is not known here"):
        amend(folder, broken, agent_shelves())
    assert text_of(folder / "prompt.md") == "One.\r\n"


def test_a_text_that_is_no_utf_8_is_a_persons_to_mend(folder: Path) -> None:
    (folder / "prompt.md").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=r"prompt\.md cannot be read"):
        text_of(folder / "prompt.md")
