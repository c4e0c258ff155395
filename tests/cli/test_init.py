"""`leafcut init` in a real process, on real repositories, and on a terminal."""

import json
import os
import pty
import subprocess
import tomllib
from pathlib import Path

import pytest

from orchestrator.adapters.git.looking import LARGEST
from orchestrator.application.proposing.proposal import Proposal, Prospect, next_step
from orchestrator.domain.detection.detect import detect
from orchestrator.domain.detection.propose import CheckIdea
from tests.support.leafcut import Leafcut, add_commit, git, make_repository
from tests.support.parsing import parsed

OLD = "import typing\n\n\ndef f(x: typing.List[int]) -> str:\n    return '%s' % (x,)\n"
FILES: dict[str, str | bytes] = {
    "pyproject.toml": "[project]\nname = 'x'\n[tool.pytest.ini_options]\n",
    "x/__init__.py": "",
    "x/old.py": OLD,
    "tests/test_old.py": "",
    "web/package.json": "{",
}
OPTION = 'tests:junit=python -m pytest -q --junitxml="$LEAFCUT_REPORT"'


@pytest.fixture
def leafcut(home: Path) -> Leafcut:
    return Leafcut(home / "leafcut")


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "target", FILES)


def config(target: Path) -> Path:
    return target / ".leafcut" / "config.toml"


def test_it_says_what_it_saw_and_why_and_writes_nothing_unasked(
    leafcut: Leafcut, target: Path
) -> None:
    done = leafcut("init", "--repo", str(target))
    said = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for line in (
        "languages 3 python files",
        "pytest tests because pyproject.toml has [tool.pytest]",
        "parts web/package.json",
        f"checks {OPTION}",
        "setup python -m pip install -e .",
    ):
        assert line in said
    assert any(line.startswith("⚠ web/package.json cannot be read: ") for line in said)
    assert any(line.startswith("sandbox ") for line in said)
    assert any(line.startswith("agents ") for line in said)
    assert any("upgrade-syntax: 1 occurrence, 1 task" in line for line in said)
    assert "leafcut init --yes writes it" in done.stderr
    assert not config(target).exists()
    assert git(target, "status", "--porcelain") == ""


def test_with_yes_it_writes_what_it_showed_and_a_second_time_nothing(
    leafcut: Leafcut, target: Path
) -> None:
    done = leafcut("init", "--repo", str(target), "--yes")
    text = config(target).read_text(encoding="utf-8")
    assert tomllib.loads(text)["checks"] == [OPTION]
    assert all(f"  +{line}" in done.stdout.splitlines() for line in text.splitlines())
    again = leafcut("init", "--repo", str(target), "--yes")
    assert "nothing to add" in again.stderr
    assert config(target).read_text(encoding="utf-8") == text


def test_what_the_file_says_stays(leafcut: Leafcut, target: Path) -> None:
    config(target).parent.mkdir()
    config(target).write_text("jobs = 9\n[mine]\nx = 1\n", encoding="utf-8")
    leafcut("init", "--repo", str(target), "--yes")
    said = tomllib.loads(config(target).read_text(encoding="utf-8"))
    assert said == {"jobs": 9, "checks": [OPTION], "mine": {"x": 1}}


def test_a_broken_file_is_left_as_it_is(leafcut: Leafcut, target: Path) -> None:
    config(target).parent.mkdir()
    config(target).write_text("jobs = \n", encoding="utf-8")
    done = leafcut("init", "--repo", str(target), "--yes", code=5)
    assert f"{config(target)}: " in done.stderr
    assert config(target).read_text(encoding="utf-8") == "jobs = \n"


def test_json_has_all_of_it_and_its_command_parses(leafcut: Leafcut, target: Path) -> None:
    document = json.loads(leafcut("init", "--repo", str(target), "--json").stdout)
    assert document["schema"] == 1
    assert document["languages"] == {"python": 3}
    assert document["checks"][0]["option"] == OPTION
    assert document["checks"][0]["because"] == "pyproject.toml has [tool.pytest]"
    assert document["nested"] == ["web/package.json"]
    assert document["config"]["written"] is False
    found = {one["playbook"]: one["occurrences"] for one in document["playbooks"]}
    assert found["upgrade-syntax"] == 1
    (step,) = document["next"]
    ((name, params),) = parsed(step["command"])
    assert (name, params["check"], str(params["repo"])) == ("run", [OPTION], str(target))
    written = json.loads(leafcut("init", "--repo", str(target), "--json", "--yes").stdout)
    assert written["config"]["written"] is True
    ((_, params),) = parsed(written["next"][0]["command"])
    assert params["check"] == [OPTION]  # those of the file do not count yet


def test_nothing_of_the_target_is_run(leafcut: Leafcut, tmp_path: Path) -> None:
    trap = f"import pathlib; pathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    names = ("setup.py", "conftest.py", "noxfile.py", "sitecustomize.py", "typing.py", "libcst.py")
    target = make_repository(tmp_path / "target", dict.fromkeys(names, f"# setuptools\n{trap}"))
    leafcut("init", "--repo", str(target))
    assert not (tmp_path / "ran").exists()


def test_a_hostile_name_shows_as_text(leafcut: Leafcut, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"setup.cfg": "[metadata]", "a\x1b[2J/\nconftest.py": ""}
    files |= {"x\n]\nevil = 1/conftest.py": "", "test_a.py": ""}
    target = make_repository(tmp_path / "target", files)
    said = leafcut("init", "--repo", str(target), "--yes").stdout
    assert "\x1b" not in said
    text = config(target).read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"jobs", "checks"}


def test_it_proposes_the_runner_that_the_tests_are_written_for(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    test = "class A(unittest.TestCase):\n    def test_a(self): ...\n"
    files: dict[str, str | bytes] = {"setup.py": "import setuptools\n", "tests/test_a.py": test}
    target = make_repository(tmp_path / "target", files)
    said = leafcut("init", "--repo", str(target)).stdout
    assert "  tests=python -m unittest discover -s tests\n" in said
    add_commit(target, {"tests/test_b.py": "def test_b(): ...\n"}, "a function")
    said = leafcut("init", "--repo", str(target)).stdout
    assert "because tests/test_b.py has test functions, and nothing asks for pytest\n" in said
    assert f"  {OPTION}\n" in said
    assert "⚠" not in said


def test_tests_that_lead_elsewhere_or_are_huge_are_not_read(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("def test_a(): ...\n", encoding="utf-8")
    huge = b"def test_a(): ...\n" + b"#" * LARGEST
    target = make_repository(tmp_path / "target", {"setup.py": "setuptools", "test_huge.py": huge})
    (target / "test_link.py").symlink_to(outside)
    (target / "tests").symlink_to(tmp_path)
    add_commit(target, {}, "links")
    said = leafcut("init", "--repo", str(target)).stdout
    assert "⚠ test_huge.py is larger than 1 MiB, and was not read\n" in said
    assert "⚠ tests    no check would run any" in said


def test_where_there_is_no_repository_or_no_commit(leafcut: Leafcut, tmp_path: Path) -> None:
    assert "not a git repository" in leafcut("init", "--repo", str(tmp_path), code=5).stderr
    git(tmp_path, "init", "-q", "empty")
    assert "no commit yet" in leafcut("init", "--repo", str(tmp_path / "empty"), code=5).stderr


def test_a_bare_repository_is_looked_at_and_has_no_place_for_a_file(
    leafcut: Leafcut, target: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(target), "bare.git")
    done = leafcut("init", "--repo", str(tmp_path / "bare.git"), "--yes")
    assert "a bare repository has no place" in done.stderr
    assert OPTION in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(("answer", "written"), [("y\n", True), ("n\n", False), ("\n", True)])
def test_on_a_terminal_it_asks(
    leafcut: Leafcut, target: Path, answer: str, *, written: bool
) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = subprocess.run(
        leafcut.command("init", "--repo", str(target)),
        env=leafcut.env,
        stdin=theirs,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    os.close(ours)
    os.close(theirs)
    assert "Write it?" in done.stderr
    assert config(target).exists() is written
    assert ("it counts once it is committed" in done.stderr) is written


def proposal(*prospects: Prospect) -> Proposal:
    return Proposal(
        target="/home/ada/my shop",
        commit="c" * 40,
        detected=detect(["pytest.ini", "test_a.py"], {"pytest.ini": ""}, {}, {}),
        prospects=prospects,
        sandbox="local",
        agents="",
        config="/home/ada/my shop/.leafcut/config.toml",
        before=None,
        after="x",
    )


def test_the_playbook_with_most_to_do_is_next() -> None:
    some = proposal(
        Prospect(playbook="a", title="A", occurrences=2, tasks=1),
        Prospect(playbook="b", title="B", occurrences=3, tasks=None),
    )
    step = next_step(some, here=False)
    ((name, params),) = parsed(step.command)
    assert (name, params["playbook"], str(params["repo"])) == ("run", "b", "/home/ada/my shop")
    assert params["check"] == [OPTION]
    ((_, near),) = parsed(next_step(some, here=True).command)
    assert (near["check"], str(near["repo"])) == ([OPTION], ".")


def test_with_nothing_to_do_a_playbook_of_ones_own_is_next() -> None:
    none = proposal(Prospect(playbook="a", title="A", problem="it needs a parameter"))
    assert parsed(next_step(none, here=True).command)[0][0] == "new"


def test_ideas_are_values() -> None:
    idea = CheckIdea(name="tests", run="x", report="exit", because="y")
    assert idea.on_command_line == "tests=x"
