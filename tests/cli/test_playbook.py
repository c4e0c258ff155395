"""`leafcut playbook`, as a process and through the error boundary."""

import json
from pathlib import Path

import pytest

from tests.support.leafcut import Leafcut
from tests.support.playbooks import MINIMAL, write_playbook


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    return Leafcut(home / "leafcut")


def shelf(home: Path) -> Path:
    return home / "config" / "leafcut" / "playbooks"


def test_a_new_playbook_validates_and_passes_its_own_fixture(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    made = leafcut("playbook", "new", "rename-it", "--dir", str(tmp_path))
    folder = tmp_path / "rename-it"
    assert made.stdout == f"{folder}\n"
    assert f"leafcut playbook test {folder}" in made.stderr
    said = leafcut("playbook", "validate", str(folder)).stdout
    assert said == f"ok: rename-it ({folder})\n"
    said = leafcut("playbook", "test", str(folder)).stdout
    assert said == "ok: makes fixture/after (1 task, 1 occurrence)\n"


@pytest.mark.parametrize("name", ["../x", "Big", "a b", "", "a" * 61])
def test_new_refuses_names_that_cannot_be(leafcut: Leafcut, tmp_path: Path, name: str) -> None:
    done = leafcut("playbook", "new", name, "--dir", str(tmp_path / "here"), code=2)
    assert "cannot be the name of a playbook" in done.stderr
    assert not (tmp_path / "here").exists()


def test_new_overwrites_nothing(leafcut: Leafcut, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = leafcut("playbook", "new", "mine", "--dir", str(tmp_path), code=2)
    assert "is there already" in done.stderr
    (tmp_path / "file").touch()
    done = leafcut("playbook", "new", "mine", "--dir", str(tmp_path / "file"), code=2)
    assert "cannot write" in done.stderr


def test_list_tells_whose_each_is_and_which_has_faults(leafcut: Leafcut, home: Path) -> None:
    write_playbook(shelf(home) / "p")
    write_playbook(shelf(home) / "broken", "version: 1\n")
    lines = leafcut("playbook", "list").stdout.splitlines()
    rows = {line.split()[0]: " ".join(line.split()) for line in lines}
    assert rows["name"] == "name title agents source"
    assert rows["p"] == "p A playbook codemod user"
    assert rows["broken"] == "broken (has faults: leafcut playbook validate) user"
    document = json.loads(leafcut("playbook", "list", "--json").stdout)
    entries = {entry["name"]: entry for entry in document["playbooks"]}
    assert document["schema"] == 1
    assert entries["broken"] == {"name": "broken", "source": "user", "valid": False}
    assert entries["p"]["title"] == "A playbook"
    assert entries["p"]["folder"] == str(shelf(home) / "p")


def test_show(leafcut: Leafcut, home: Path) -> None:
    folder = write_playbook(
        shelf(home) / "p",
        MINIMAL
        + "params: {a: {description: what}, b: {type: integer, default: 2, choices: [1, 2]}}\n"
        + "checks: [{name: tests, run: make test}]\n",
    )
    (folder / "README.md").write_text("# p\n\nRead me.\n")
    said = [" ".join(line.split()) for line in leafcut("playbook", "show", "p").stdout.splitlines()]
    for line in (
        "p: A playbook",
        "a string (required) what",
        "b integer 2 (1 | 2)",
        "tests both exit make test",
        "Read me.",
    ):
        assert line in said
    document = json.loads(leafcut("playbook", "show", "p", "--json").stdout)
    assert document["schema"] == 1
    assert document["params"]["b"]["choices"] == [1, 2]
    assert document["checks"][0]["run"] == "make test"
    assert document["readme"] == "# p\n\nRead me.\n"
    assert len(document["digest"]) == 64


def test_validate_tells_every_fault_and_exits_5(leafcut: Leafcut, tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + "parms: {}\nguards: {shared_files: x}\n")
    done = leafcut("playbook", "validate", str(folder), code=5)
    path = folder / "playbook.yaml"
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        "leafcut: playbook.yaml has 2 faults",
        f"{path}:6:1: unknown key parms — did you mean params?",
        (
            f"{path}:7:10: guards.shared_files is not supported yet: "
            "a task edits its own files only for now"
        ),
    ]
    document = json.loads(leafcut("playbook", "validate", str(folder), "--json", code=5).stdout)
    assert (document["schema"], document["valid"]) == (1, False)
    first = {"path": str(path), "line": 6, "column": 1}
    assert first.items() <= document["faults"][0].items()


def test_validate_json_of_a_good_one(leafcut: Leafcut, tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p")
    document = json.loads(leafcut("playbook", "validate", str(folder), "--json").stdout)
    assert document == {"schema": 1, "playbook": str(folder), "valid": True, "faults": []}


def test_an_unknown_name_is_wrong_usage(leafcut: Leafcut) -> None:
    for command in ("show", "validate", "test"):
        done = leafcut("playbook", command, "nope", code=2)
        assert "there is no playbook 'nope'; searched" in done.stderr


def fixture_of(folder: Path, before: dict[str, str], after: dict[str, str]) -> None:
    for side, files in (("before", before), ("after", after)):
        for name, text in files.items():
            path = folder / "fixture" / side / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())


def test_a_fixture_that_comes_out_otherwise_shows_the_difference(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    run = MINIMAL.replace('"true"', '"sed -i s/x/y/ ${{ task.files }}; touch more"')
    folder = write_playbook(tmp_path / "p", run)
    fixture_of(folder, {"a.py": "x = 1\r\nb = 2"}, {"a.py": "z = 1\nb = 2", "d/b.py": "1\n"})
    done = leafcut("playbook", "test", str(folder), code=3)
    assert done.stdout.splitlines() == [
        "--- after/a.py",
        "+++ made/a.py",
        "@@ -1,2 +1,2 @@",
        "-z = 1",
        "+y = 1\\r",
        " b = 2 (no end of line)",
        "--- after/d/b.py",
        "+++ nothing",
        "@@ -1 +0,0 @@",
        "-1",
        "--- nothing",
        "+++ made/more",
    ]
    assert "differs from fixture/after (1 task, 1 occurrence)" in done.stderr
    assert (folder / "fixture" / "before" / "a.py").read_bytes() == b"x = 1\r\nb = 2"
    document = json.loads(leafcut("playbook", "test", str(folder), "--json", code=3).stdout)
    assert (document["schema"], document["passed"], document["occurrences"]) == (1, False, 1)


def test_a_fixture_is_played_in_the_order_of_the_plan(leafcut: Leafcut, tmp_path: Path) -> None:
    run = (
        MINIMAL.replace('"true"', "'echo ${{ task.files }} >> order'")
        + "partition: {max_files: 1}\n"
    )
    folder = write_playbook(tmp_path / "p", run)
    files = {"a.py": "import b\nx\n", "b.py": "import c\nx\n", "c.py": "x\n"}
    fixture_of(folder, files, {**files, "order": "c.py\nb.py\na.py\n"})
    said = leafcut("playbook", "test", str(folder)).stdout
    assert said == "ok: makes fixture/after (3 tasks, 3 occurrences)\n"


def test_fixtures_that_cannot_be_played(leafcut: Leafcut, tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL.replace('"true"', '"echo why >&2; exit 4"'))
    done = leafcut("playbook", "test", str(folder), code=5)
    assert f"there is no folder {folder}/fixture/before" in done.stderr
    fixture_of(folder, {"a.py": "y\n"}, {"a.py": "y\n"})
    done = leafcut("playbook", "test", str(folder), code=5)
    assert "the fixture of p has no occurrence: a.py no occurrence" in done.stderr
    fixture_of(folder, {"a.py": "x\n"}, {})
    done = leafcut("playbook", "test", str(folder), code=5)
    assert "a.py: the codemod ended with exit code 4: why" in done.stderr
