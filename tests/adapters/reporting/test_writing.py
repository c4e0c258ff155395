"""A report's file is there whole, or as it was."""

from pathlib import Path

import pytest

from orchestrator.adapters.reporting.writing import write


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text("old", encoding="utf-8")
    write(file, "new \udcff")
    assert file.read_text(encoding="utf-8") == "new \\udcff"
    assert list(tmp_path.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "report.html"
    folder.mkdir()
    with pytest.raises(OSError, match="directory"):
        write(folder, "new")
    assert list(tmp_path.iterdir()) == [folder]
