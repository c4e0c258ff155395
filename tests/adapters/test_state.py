"""A run's folder as one file: what goes on elsewhere, and what is no run."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from orchestrator.adapters.runs import RunFolder
from orchestrator.adapters.state import keep, restore
from orchestrator.errors import InvalidInputError


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    root = tmp_path / "here" / "r-1"
    (root / "repository.git" / "objects").mkdir(parents=True)
    (root / "worktrees" / "0").mkdir(parents=True)
    (root / "worktrees" / "0" / "big").write_text("x")
    (root / "run.json").write_text('{"run": "r-1", "target": "/gone"}')
    (root / "repository.git" / "hook").write_text("#!/bin/sh\n")
    (root / "repository.git" / "hook").chmod(0o755)
    return RunFolder(root)


def packed(file: Path, *members: tarfile.TarInfo) -> Path:
    """Write a file as `keep` would, with other members."""
    with tarfile.open(file, "w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return file


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    """Return one entry."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, link, 1 if kind == tarfile.REGTYPE else 0
    return made


def test_a_run_goes_on_where_its_target_is_now(folder: RunFolder, tmp_path: Path) -> None:
    keep(folder, tmp_path / "out" / "state.tar.gz")
    runs = tmp_path / "there"
    runs.mkdir()
    assert restore(tmp_path / "out" / "state.tar.gz", runs, tmp_path / "target") == "r-1"
    assert json.loads((runs / "r-1/run.json").read_text())["target"] == str(tmp_path / "target")
    assert (runs / "r-1/repository.git/hook").stat().st_mode & 0o100
    assert (runs / "r-1/repository.git/objects").is_dir()
    assert not (runs / "r-1/worktrees").exists()
    assert [path.name for path in runs.iterdir()] == ["r-1"]
    (runs / "r-1/mine").write_text("x")
    assert restore(tmp_path / "out" / "state.tar.gz", runs, tmp_path) == "r-1"
    assert (runs / "r-1/mine").exists()


def test_a_link_is_not_kept(folder: RunFolder, tmp_path: Path) -> None:
    (folder.root / "link").symlink_to("/etc/passwd")
    with pytest.raises(InvalidInputError, match="no plain file"):
        keep(folder, tmp_path / "state.tar.gz")


@pytest.mark.parametrize(
    "wrong",
    [
        member("r/../../x"),
        member("/etc/x"),
        member("other/x"),
        member("r/x", tarfile.SYMTYPE, "/etc/passwd"),
        member("r/x", tarfile.LNKTYPE, "r/run.json"),
        member("r/x", tarfile.FIFOTYPE),
    ],
)
def test_what_is_no_run_that_was_kept(wrong: tarfile.TarInfo, tmp_path: Path) -> None:
    file = packed(tmp_path / "state.tar.gz", member("r/run.json"), wrong)
    (tmp_path / "runs").mkdir()
    with pytest.raises(InvalidInputError, match="no run that was kept"):
        restore(file, tmp_path / "runs", tmp_path)
    assert not list((tmp_path / "runs").glob("*"))


def test_a_file_that_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "state.tar.gz").write_bytes(b"\x1f\x8b not really")
    with pytest.raises(InvalidInputError, match="no run that was kept"):
        restore(tmp_path / "state.tar.gz", tmp_path, tmp_path)
