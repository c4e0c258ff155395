"""`-C`, `--color` and `--quiet`, before and behind the command."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from orchestrator.cli.talk import Hushed, loud
from tests.support.leafcut import Leafcut, make_playbook, make_repository, wide


@pytest.fixture(scope="module")
def leafcut(tmp_path_factory: pytest.TempPathFactory) -> Leafcut:
    """Return a Leafcut that stands beside a repository with a run that is done."""
    home = tmp_path_factory.mktemp("quiet") / "home"
    leafcut = Leafcut(home)
    target = make_repository(home.parent / "target", wide(2))
    playbook = make_playbook(home.parent / "books")
    said = leafcut("-q", "run", str(playbook), "--repo", str(target), "--yes")
    assert "done" in said.stderr
    (home.parent / "said").write_text(said.stderr)
    return leafcut


def test_a_quiet_run_says_only_how_it_ended(leafcut: Leafcut) -> None:
    lines = (leafcut.home.parent / "said").read_text().splitlines()
    assert lines[0].startswith("✓ done run replace-")
    assert all(line.startswith("  ") for line in lines[1:])
    assert lines[-1].startswith("  → make branches and pages of them: leafcut prs create")


@pytest.mark.parametrize("words", [("-q", "status"), ("status", "-q"), ("status", "--quiet")])
def test_quiet_leaves_data_alone(words: tuple[str, ...], leafcut: Leafcut) -> None:
    said = leafcut(*words, "-C", "target")
    assert said.stderr == ""
    assert "2 landed" in said.stdout


def test_quiet_does_not_hide_errors(leafcut: Leafcut) -> None:
    assert leafcut("-q", "status", "nope", code=2).stderr.startswith("leafcut: ")


@pytest.mark.parametrize("words", [("-C", "target", "status"), ("status", "-C", "target")])
def test_a_command_runs_as_if_started_elsewhere(words: tuple[str, ...], leafcut: Leafcut) -> None:
    assert f"target    {leafcut.home.parent}/target\n" in leafcut(*words).stdout


def test_status_names_the_run_once_and_its_target(leafcut: Leafcut) -> None:
    said = leafcut("status", "-C", "target")
    (run,) = (leafcut.home / "runs").iterdir()
    assert said.stderr == ""
    assert said.stdout.splitlines()[0] == f"run {run.name}: done"
    assert f"run {run.name} of" in leafcut("status", "-C", "target", "--json").stderr


def test_where_a_command_has_a_repository_of_its_own_c_is_that(leafcut: Leafcut) -> None:
    said = leafcut("plan", "books/replace", "-C", "target", "--format", "json").stdout
    assert json.loads(said)["repository"] == str(leafcut.home.parent / "target")


def test_a_folder_that_is_not_there_is_a_usage_error(leafcut: Leafcut) -> None:
    assert "-C nowhere: No such file" in leafcut("-C", "nowhere", "status", code=2).stderr


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        (("status",), {"NO_COLOR": ""}, False),
        (("status", "--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color=always", "status"), {"NO_COLOR": "1"}, True),
        (("--color=always", "status", "--color", "never"), {}, False),
        (("status",), {"NO_COLOR": "", "FORCE_COLOR": "1"}, True),
        (("status",), {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (("status",), {"NO_COLOR": "1", "LEAFCUT_COLOR": "always"}, True),
        (("status", "--color", "auto"), {"NO_COLOR": "1", "LEAFCUT_COLOR": "always"}, False),
    ],
)
def test_colour_off_a_terminal(
    words: tuple[str, ...], environment: dict[str, str], *, expected: bool, leafcut: Leafcut
) -> None:
    there = Leafcut(leafcut.home, environment)
    assert ("\x1b[" in there(*words).stdout) is expected


@pytest.mark.parametrize("never", [True, False])
def test_colour_on_a_terminal(*, never: bool, leafcut: Leafcut) -> None:
    there = Leafcut(leafcut.home, {"NO_COLOR": "", "TERM": "xterm"})
    ours, theirs = pty.openpty()
    words = ["status", *(["--color", "never"] if never else [])]
    subprocess.run(
        there.command(*words), env=there.env, cwd=there.cwd, stdout=theirs, check=True,
        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert ("\x1b[" in said) is not never


def test_a_question_is_asked_all_the_same() -> None:
    heard = io.StringIO()
    hushed = Hushed(heard)
    hushed.write("… under way\n")
    hushed.write("Start? [Y/n]:")
    hushed.flush()
    assert heard.getvalue() == "Start? [Y/n]:"


def test_what_went_wrong_is_let_through_in_any_colour() -> None:
    heard = io.StringIO()
    hushed = Hushed(heard)
    hushed.write("\x1b[31m\x1b[1m✗ red\x1b[0m\n  ✓ green\nleafcut: no\n")
    assert heard.getvalue() == "\x1b[31m\x1b[1m✗ red\x1b[0m\nleafcut: no\n"


def test_loud_reaches_the_stream_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = io.StringIO()
    monkeypatch.setattr("sys.stderr", Hushed(heard))
    with loud():
        sys.stderr.write("the end\n")
    assert heard.getvalue() == "the end\n"
