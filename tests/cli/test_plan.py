"""`leafcut plan` in a real process."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.leafcut import Leafcut, git, make_playbook, make_repository

PLAYBOOK = """\
version: 1
name: replace
title: Replace old by new
params: {word: {default: OLD}}
find: {regex: ['OLD\\b']}
select: {include: ["*.py"], exclude: ["tests/"]}
partition: {max_files: 2}
codemod: {run: "true"}
"""

FILES = {
    "a.py": "import b\nOLD\n",
    "b.py": "import c\nOLD, OLD\n",
    "c.py": "import d\nOLD\n",
    "d.py": "import b\nOLD\n",
    'e "<b>\n&.py': "OLD\n",
    "tests/t.py": "OLD\n",
    "none.py": "",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Leafcut, Path, Path]:
    """Return the command, a playbook and a target that no test changes."""
    folder = tmp_path_factory.mktemp("plan")
    return (
        Leafcut(folder / "home"),
        make_playbook(folder, PLAYBOOK),
        make_repository(folder / "target", FILES),
    )


Place = tuple[Leafcut, Path, Path]


def _said(place: Place, *more: str) -> str:
    leafcut, playbook, target = place
    return leafcut("plan", str(playbook), "--repo", str(target), *more).stdout


def _json(place: Place, *more: str) -> Any:
    return json.loads(_said(place, "--format", "json", *more))


def test_json_has_every_field_that_is_promised(place: Place) -> None:
    plan = _json(place)

    assert next(iter(plan)) == "schema"
    assert plan["schema"] == 1
    assert plan["playbook"] == "replace"
    assert plan["params"] == {"word": "OLD"}
    assert plan["repository"] == str(place[2])
    assert plan["base"] == git(place[2], "rev-parse", "HEAD").strip()
    assert re.fullmatch("[0-9a-f]{64}", plan["hash"])
    assert re.fullmatch("[0-9a-f]{64}", plan["playbook_digest"])
    assert plan["layers"] == 1 + max(task["layer"] for task in plan["tasks"])
    for task in plan["tasks"]:
        assert task.keys() >= {
            "id", "kind", "stage", "files", "depends_on", "soft_depends_on", "layer", "owners",
            "lines", "occurrences", "cost", "priority",
        }  # fmt: skip
    (cycle,) = plan["cycles"]
    assert cycle["files"] == ["b.py", "c.py", "d.py"]
    assert all(len(edge) == 2 for edge in cycle["cut_edges"])
    assert {one["file"]: one["reason"] for one in plan["untouched"]} == {
        "none.py": "no occurrence",
        "tests/t.py": "is excluded",
    }
    files = [file for task in plan["tasks"] for file in task["files"]]
    assert sorted(files) == sorted(FILES.keys() - {"none.py", "tests/t.py"})


def test_planning_twice_prints_the_same(place: Place) -> None:
    assert _said(place, "--format", "json") == _said(place, "--format", "json")


def test_the_table_tells_layers_tasks_cycles_and_what_is_left_alone(place: Place) -> None:
    said = _said(place)

    assert "replace on" in said
    assert "5 tasks in 4 layers, 5 files, 6 occurrences" in said
    assert "layer 3\n" in said
    assert "cycle of 3 files, split along 1 import" in said
    assert "no occurrence: none.py" in said
    assert "\x1b" not in said


def test_a_plan_goes_to_a_file_in_the_form_of_its_name(place: Place, tmp_path: Path) -> None:
    for name in ("plan.json", "plan.html", "plan.mmd", "plan.dot", "plan.txt"):
        assert _said(place, "-o", str(tmp_path / name)) == ""

    assert json.loads((tmp_path / "plan.json").read_text()) == _json(place)
    assert (tmp_path / "plan.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "plan.mmd").read_text().startswith("flowchart LR\n")
    assert (tmp_path / "plan.dot").read_text().startswith("digraph plan {\n")
    assert (tmp_path / "plan.txt").read_text().startswith("replace on")


def test_the_page_asks_nobody_for_anything_and_holds_the_plan(place: Place) -> None:
    page = _said(place, "--format", "html")

    assert not re.search(
        r"""(?:https?:)?//\w|src=|href=|@import|url\(""", page.partition("const plan")[0]
    )
    assert "default-src 'none'" in page
    (data,) = re.findall(r"const plan = (.*), tasks = plan\.tasks", page)
    assert "<" not in data
    tasks = json.loads(data)["tasks"]
    assert {file for task in tasks for file in task["files"]} == FILES.keys() - {
        "none.py",
        "tests/t.py",
    }
    assert sum(len(task["needs"]) for task in tasks) == 3


def test_mermaid_names_every_task_and_draws_every_edge(place: Place) -> None:
    said = _said(place, "--format", "mermaid")

    assert len(re.findall(r'^  t\d+\["', said, re.MULTILINE)) == 5
    assert said.count(" --> ") == 3
    assert said.count(" -.-> ") == 1
    assert r'e #quot;#lt;b#gt;\n#amp;.py"]' in said


def test_dot_is_what_graphviz_reads(place: Place) -> None:
    said = _said(place, "--format", "dot")

    assert said.count(" -> ") == 4
    assert r'label="e \"<b>\\n&.py"' in said
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg"], input=said.encode(), check=True, capture_output=True)


def test_without_find_every_selected_file_has_a_task(place: Place) -> None:
    files = [file for task in _json(place, "--no-find")["tasks"] for file in task["files"]]

    assert "none.py" in files
    assert "tests/t.py" not in files


def test_include_and_exclude_narrow_the_selection(place: Place) -> None:
    plan = _json(place, "--include", "[ab].py", "--exclude", "b.py")

    assert [task["files"] for task in plan["tasks"]] == [["a.py"]]


def test_a_param_changes_the_plan(place: Place) -> None:
    assert _json(place, "--param", "word=NEW")["params"] == {"word": "NEW"}
    assert _json(place, "--param", "word=NEW")["hash"] != _json(place)["hash"]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--base", "nothing"], 5, "nothing"),
        (["--param", "no=1"], 2, "no"),
        (["--include", "!"], 2, "no glob"),
        (["--format", "png"], 2, "png"),
        (["-o", "/nowhere/plan.json"], 2, "/nowhere/plan.json"),
    ],
)
def test_mistakes_are_told_with_their_exit_code(
    place: Place, more: list[str], code: int, said: str
) -> None:
    leafcut, playbook, target = place

    done = leafcut("plan", str(playbook), "--repo", str(target), *more, code=code)

    assert said in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("include", "said"),
    [
        ("*.rst", "no file is selected"),
        ("none.py", "no selected file has an occurrence"),
        ("tests/", "1 is excluded"),
    ],
)
def test_nothing_to_change_says_why(place: Place, include: str, said: str) -> None:
    leafcut, playbook, target = place

    done = leafcut("plan", str(playbook), "--repo", str(target), "--include", include)

    assert f"nothing to change: {said}" in done.stderr


def test_uncommitted_work_is_named_and_left_alone(place: Place, tmp_path: Path) -> None:
    leafcut, playbook, _ = place
    target = make_repository(tmp_path / "target", {"a.py": "OLD\n"})
    (target / "b.py").write_text("OLD\n")

    done = leafcut("plan", str(playbook), "--repo", str(target), "--format", "json")

    assert "1 uncommitted file is not included: b.py" in done.stderr
    assert len(json.loads(done.stdout)["tasks"]) == 1
    assert git(target, "status", "--porcelain") == "?? b.py\n"
