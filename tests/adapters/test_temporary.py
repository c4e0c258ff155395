"""Temporary folders: a killed process's go, a living one's stay."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from orchestrator.adapters import temporary

MAKE = "from orchestrator.adapters import temporary; print(temporary.make_folder())"


def test_only_what_killed_processes_left_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = temporary.make_folder()
    someones = tmp_path / "leafcut-notes-of-mine"
    someones.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", MAKE],
        env={"TMPDIR": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    left = Path(done.stdout.strip())
    assert left.parent == tmp_path
    temporary.sweep()
    assert (mine.exists(), someones.exists(), left.exists()) == (True, True, False)
