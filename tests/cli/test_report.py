"""`leafcut report`, and the page that each run leaves."""

import json
from pathlib import Path

import pytest

from tests.support.leafcut import Leafcut, add_commit, make_playbook, make_repository, wide


@pytest.fixture
def leafcut(tmp_path: Path) -> Leafcut:
    return Leafcut(tmp_path / "home", here=make_repository(tmp_path / "target", wide(3)))


def begin(leafcut: Leafcut, tmp_path: Path, *more: str, code: int = 0) -> tuple[Path, str]:
    """Make a run; return its folder and what was said on standard error."""
    playbook = make_playbook(tmp_path / "playbooks")
    words = ("run", str(playbook), "--yes", "--sandbox", "local", *more)
    said = leafcut(*words, code=code).stderr
    return next((leafcut.home / "runs").iterdir()), said


def test_a_run_leaves_its_page_and_the_summary_names_it(leafcut: Leafcut, tmp_path: Path) -> None:
    folder, said = begin(leafcut, tmp_path)
    page = folder / "report.html"
    assert f"  report {page}\n" in said
    text = page.read_text(encoding="utf-8")
    assert "Replace old by new" in text
    assert text.count("<tr id=t") == 3
    assert "<code>leafcut/replace/" in text


def test_the_page_goes_into_the_runs_folder_or_where_it_is_told(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    folder, _ = begin(leafcut, tmp_path)
    (folder / "report.html").unlink()
    done = leafcut("report")
    assert done.stdout == f"{folder / 'report.html'}\n"
    assert leafcut("report", folder.name, "-o", "here.html").stdout == "here.html\n"
    here = (leafcut.cwd / "here.html").read_text(encoding="utf-8")
    assert here.startswith("<!doctype html>")
    assert leafcut("report", "-o", "-").stdout.startswith("<!doctype html>")


def test_the_other_forms_are_printed(leafcut: Leafcut, tmp_path: Path) -> None:
    begin(leafcut, tmp_path)
    told = json.loads(leafcut("report", "--format", "json").stdout)
    assert (told["schema"], told["verdict"]["state"]) == (1, "done")
    assert [one["state"] for one in told["slices"]["slices"]] == ["new"]
    assert leafcut("report", "--format", "markdown").stdout.startswith("## ✓ done: Replace")
    trace = json.loads(leafcut("report", "--format", "trace").stdout)
    assert {one["name"] for one in trace["traceEvents"] if one["ph"] == "X"} >= {"m00.py", "checks"}
    leafcut("report", "--format", "trace", "-o", str(tmp_path / "t.json"))
    assert json.loads((tmp_path / "t.json").read_bytes())["otherData"] == trace["otherData"]


def test_a_page_that_cannot_be_written_spoils_no_run(leafcut: Leafcut, tmp_path: Path) -> None:
    folder, _ = begin(leafcut, tmp_path, "--max-tasks", "1", code=3)
    (folder / "report.html").unlink()
    (folder / "report.html").mkdir()
    said = leafcut("resume", "--max-tasks", "2").stderr
    warnings = [line for line in said.splitlines() if "report" in line]
    assert len(warnings) == 1
    assert warnings[0].startswith("⚠ warning: the report was not written: IsADirectoryError")
    assert leafcut.status()["state"] == "done"


def test_a_file_that_cannot_be_written_is_a_mistake_of_the_call(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    begin(leafcut, tmp_path)
    said = leafcut("report", "-o", str(tmp_path / "no" / "folder.html"), code=2).stderr
    assert "cannot be written: No such file or directory" in said


def test_no_name_turns_a_terminal_around_in_what_is_printed_as_data(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    (leafcut.cwd / "rtl\u202egpj\x1b[2J\n.py").write_text("value = 'OLD'\n", encoding="utf-8")
    add_commit(leafcut.cwd, {}, "a name")
    begin(leafcut, tmp_path)
    for words in (("logs",), ("status",), ("report", "--format", "json"), ("watch",)):
        said = leafcut(*words, *(() if "report" in words else ("--json",))).stdout
        assert "rtl\\u202egpj\\u001b[2J\\n.py" in said
        assert said.isascii()
