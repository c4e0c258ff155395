"""The config file in a target: written whole, never through a link, never over a change."""

from pathlib import Path

import pytest

from orchestrator.adapters import target_config
from orchestrator.errors import InvalidInputError


def test_what_is_written_is_read_and_nothing_else_is_left(tmp_path: Path) -> None:
    assert target_config.read(tmp_path) is None
    path = target_config.write(tmp_path, "jobs = 1\n", before=None)
    assert target_config.read(tmp_path) == "jobs = 1\n"
    target_config.write(tmp_path, "jobs = 2\n", before="jobs = 1\n")
    assert target_config.read(tmp_path) == "jobs = 2\n"
    assert list(path.parent.iterdir()) == [path]


def test_somebody_elses_change_is_not_overwritten(tmp_path: Path) -> None:
    path = target_config.write(tmp_path, "jobs = 1\n", before=None)
    path.write_text("jobs = 9\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="has changed meanwhile"):
        target_config.write(tmp_path, "jobs = 2\n", before="jobs = 1\n")
    assert path.read_text(encoding="utf-8") == "jobs = 9\n"


@pytest.mark.parametrize("linked", [".leafcut", ".leafcut/config.toml"])
def test_a_link_leads_nowhere(tmp_path: Path, linked: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    target = tmp_path / "target"
    (target / linked).parent.mkdir(parents=True)
    (target / linked).symlink_to(outside)
    for act in (target_config.read, lambda root: target_config.write(root, "x", before=None)):
        with pytest.raises(InvalidInputError, match="is a symbolic link"):
            act(target)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("content", [b"\xff", b"#" * (target_config.LARGEST + 1)])
def test_what_is_no_config_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = target_config.place(tmp_path)
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(InvalidInputError, match=r"cannot be read|larger than"):
        target_config.read(tmp_path)


def test_a_file_in_the_folders_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / ".leafcut").touch()
    with pytest.raises(InvalidInputError, match="cannot be written"):
        target_config.write(tmp_path, "x", before=None)
