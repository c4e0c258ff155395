"""Settings: whose word counts when the real command runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestrator.cli.settings import own
from tests.support.leafcut import (
    Leafcut,
    add_commit,
    git,
    make_playbook,
    make_repository,
    wide,
)

OWN = ".leafcut/config.toml"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "target", wide(3))


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    return make_playbook(tmp_path / "books")


def leafcut_with(tmp_path: Path, user: str = "", **environment: str) -> Leafcut:
    config = tmp_path / "config"
    (config / "leafcut").mkdir(parents=True, exist_ok=True)
    (config / "leafcut" / "config.toml").write_text(user, encoding="utf-8")
    return Leafcut(tmp_path / "home", {"XDG_CONFIG_HOME": str(config), **environment})


def shown(leafcut: Leafcut, target: Path) -> dict[str, Any]:
    said = json.loads(leafcut("config", "--repo", str(target), "--json").stdout)
    return {key["name"]: (key["value"], key["from"]) for key in said["keys"]}


def settings_of(leafcut: Leafcut) -> dict[str, Any]:
    """Return the settings of the one run that is there."""
    (file,) = (leafcut.home / "runs").glob("*/run.json")
    found: dict[str, Any] = json.loads(file.read_text())
    return found


def test_each_value_and_who_said_it(tmp_path: Path, target: Path) -> None:
    add_commit(target, {OWN: "jobs = 3\nmax_tasks = 7\n"}, "settings")
    leafcut = leafcut_with(tmp_path, "max_tasks = 5\nmodel = 'm'\n", LEAFCUT_JOBS="2")
    found = shown(leafcut, target)
    assert found["jobs"] == (2, ["environment"])
    assert found["max_tasks"] == (5, ["user"])
    assert found["model"] == ("m", ["user"])
    assert found["sandbox"] == ("auto", ["default"])
    assert found["image"] == (None, [])
    lines = leafcut("config", "--repo", str(target)).stdout.splitlines()
    assert lines[0].split() == ["jobs", "2", "LEAFCUT_JOBS"]


def test_the_path_of_the_users_file(tmp_path: Path) -> None:
    said = leafcut_with(tmp_path)("config", "path").stdout
    assert said == f"{tmp_path}/config/leafcut/config.toml\n"


def test_the_targets_file_counts_as_of_the_base_commit(tmp_path: Path, target: Path) -> None:
    leafcut = leafcut_with(tmp_path)
    (target / ".leafcut").mkdir()
    (target / OWN).write_text("jobs = 1\n")
    assert shown(leafcut, target)["jobs"] == (None, [])
    git(target, "add", "-A")
    git(target, "commit", "-qm", "settings")
    (target / OWN).write_text("jobs = 2\n")
    assert shown(leafcut, target)["jobs"] == (1, ["target"])


def test_a_run_does_what_settings_say(tmp_path: Path, target: Path, playbook: Path) -> None:
    add_commit(target, {OWN: "jobs = 9\nmax_tasks = 2\nexclude = ['m00.py']\n"}, "settings")
    user = "verify = 'head'\nchecks = ['true=true']\n"
    leafcut = leafcut_with(tmp_path, user, LEAFCUT_LEARNINGS_STRATEGY="none")
    leafcut("run", str(playbook), "--repo", str(target), "--yes", "--max-tasks", "1", code=None)
    found = settings_of(leafcut)
    assert found["concurrency"] == 4, "the playbook's: the target cannot raise it"
    assert found["max_tasks"] == 1
    assert found["exclude"] == ["m00.py"]
    assert found["verify"] == "head"
    assert found["learnings"] == "none"
    assert [check["name"] for check in found["checks"]] == ["true"]


def test_the_targets_checks_need_trust(tmp_path: Path, target: Path, playbook: Path) -> None:
    add_commit(target, {OWN: "checks = ['own=touch /tmp/never && false']\n"}, "settings")
    leafcut = leafcut_with(tmp_path)
    words = ("run", str(playbook), "--repo", str(target), "--yes", "--dry-run")
    assert "left out: they are its own code (--trust-target)" in leafcut(*words).stderr
    assert "left out" not in leafcut(*words, "--trust-target").stderr
    assert "left out" not in leafcut(*words).stderr, "trusted before"
    add_commit(target, {OWN: "checks = ['own=other']\n"}, "changed")
    assert "left out" in leafcut(*words).stderr


def test_a_target_that_says_too_much_stops_the_run(
    tmp_path: Path, target: Path, playbook: Path
) -> None:
    add_commit(target, {OWN: "sandbox = 'local'\n"}, "settings")
    leafcut = leafcut_with(tmp_path)
    said = leafcut("run", str(playbook), "--repo", str(target), "--yes", code=5).stderr
    assert f"{target}/{OWN}:1:1: sandbox is not for the target repository to set" in said
    assert not (leafcut.home / "runs").exists()


def test_faults_of_the_users_file_have_a_place(tmp_path: Path, target: Path) -> None:
    leafcut = leafcut_with(tmp_path, "jobs = 1\nmodle = 'x'\n")
    said = leafcut("config", "--repo", str(target), code=5).stderr
    assert "config.toml:2:1: unknown key modle — did you mean model?" in said


def test_commands_without_a_target_go_by_variables_and_the_users_file(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "config" / "leafcut" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("sandbox = 'docker'\nmodel = 'mine'\ncolor = 'always'\nquiet = true\n")
    assert own(sandbox=None, model="").sandbox == "docker"
    monkeypatch.setenv("LEAFCUT_SANDBOX", "bubblewrap")
    found = own(sandbox=None, model="")
    assert (found.sandbox, found.model) == ("bubblewrap", "mine")
    assert (found.color, found.quiet) == ("always", True)
    assert own(sandbox="local").sandbox == "local"


def test_the_users_file_can_make_every_command_quiet(tmp_path: Path, target: Path) -> None:
    leafcut = leafcut_with(tmp_path, "quiet = true\n")
    add_commit(target, {OWN: "checks = ['a=b']\n"}, "settings")
    assert leafcut("config", "--repo", str(target)).stderr == ""
    assert "left out" in leafcut_with(tmp_path)("config", "--repo", str(target)).stderr
