"""The bus of a run as a person sees it: which one, what is refused, what is left behind."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.bus.connect import connected
from tests.support import redis_server
from tests.support.leafcut import Leafcut, events, make_playbook, make_repository, wide
from tests.support.llm import Play, Script, ScriptedModel, Shell
from tests.support.redis_server import GivenServer
from tests.support.requirements import bubblewrap
from tests.support.thinking import make_job, marker, shelve_light, speaking_to
from tests.support.waiting import until

THINKING = """\
version: 1
name: scripted
title: Replace old by new
find: {regex: ['OLD\\b']}
select: {include: ["*.py"]}
partition: {by: file, max_files: 1}
agents: [light]
prompt: prompt.md
"""
SECRET = "LEAFCUT_REDIS_PASSWORD"


@pytest.fixture
def given(tmp_path: Path) -> Iterator[GivenServer]:
    with redis_server.given(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def target(tmp_path: Path) -> str:
    return str(make_repository(tmp_path / "target", wide(3)))


def run(leafcut: Leafcut, playbook: str, target: str, *more: str, code: int = 0) -> str:
    done = leafcut(
        *("run", playbook, "--repo", target, "--sandbox", "local", "--yes", "--json"),
        *more,
        code=code,
    )
    return done.stdout if code == 0 else done.stderr


def test_events_travel_over_the_server_that_is_named(
    leafcut: Leafcut, playbook: str, target: str, given: GivenServer, tmp_path: Path
) -> None:
    secret = tmp_path / "password"
    secret.write_text(given.password, encoding="utf-8")
    url = f"{given.url}?prefix=team"
    said = run(leafcut, playbook, target, "--redis", url, "--secret", f"{SECRET}=@{secret}")
    name = events(said.splitlines())[0]["run"]
    bus = connected(url, given.password)
    found = [
        json.loads(one.letter.body)["event"]["event"] for one in bus.read(f"run/{name}/events")
    ]
    bus.close()
    assert (found[0], found[-1]) == ("run_started", "run_ended")
    logged = leafcut("logs", name, "--json").stdout.splitlines()
    assert len(found) == len(logged)
    folder = leafcut.home / "runs" / name
    assert json.loads((folder / "run.json").read_text())["redis"] == url
    kept = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in kept if given.password.encode() in path.read_bytes()]
    assert not (folder / "bus").exists()


def test_what_cannot_be_used_is_refused_before_anything_is_made(
    leafcut: Leafcut, playbook: str, target: str, given: GivenServer
) -> None:
    dead = f"redis://127.0.0.1:{redis_server.free_port()}"
    said = run(leafcut, playbook, target, "--redis", dead, code=7)
    assert dead in said
    assert "refused" in said
    said = run(leafcut, playbook, target, "--redis", given.url, code=7)
    assert SECRET in said
    secret = given.url.replace("//", "//ada:hunter2hunter2@")
    said = run(leafcut, playbook, target, "--redis", secret, code=2)
    assert SECRET in said
    assert "hunter2" not in said
    assert "known: prefix" in run(
        leafcut, playbook, target, "--redis", f"{given.url}?ssl_cert_reqs=none", code=2
    )
    assert "rediss://" in run(leafcut, playbook, target, "--redis", "http://x", code=2)
    assert leafcut("status", "--all").stdout == ""


def test_a_run_that_is_resumed_without_its_server_is_degraded_and_goes_on(
    leafcut: Leafcut, playbook: str, target: str, given: GivenServer
) -> None:
    with_key = Leafcut(leafcut.home, {SECRET: given.password})
    said = run(with_key, playbook, target, "--redis", given.url, "--max-tasks", "1", code=3)
    assert not said
    given.kill()
    done = with_key("resume", "--max-tasks", "2")
    assert "⚠ degraded" in done.stderr
    status = leafcut.status()
    assert (status["state"], status["degraded"]) == ("done", "")


def test_codemods_start_no_server(leafcut: Leafcut, playbook: str, target: str) -> None:
    slow = make_playbook(Path(playbook).parent, SLOW, "slow")
    running = leafcut.start("run", str(slow), "--repo", target, "--sandbox", "local", "--yes")
    runs = leafcut.home / "runs"
    until(lambda: list(runs.glob("*/worktrees/*")), "it does not work")
    assert not list(runs.glob("*/bus"))
    threads = os.listdir(f"/proc/{running.pid}/task")
    names = {Path(f"/proc/{running.pid}/task/{one}/comm").read_text() for one in threads}
    assert not [name for name in names if "box" in name]
    running.send_signal(signal.SIGINT)
    running.communicate()


SLOW = """\
version: 1
name: slow
title: Take your time
find: {regex: ['OLD\\b']}
select: {include: ["*.py"]}
codemod: {run: "sleep 2; sed -i s/OLD/NEW/g ${{ task.files }}"}
"""


def test_an_agent_with_a_model_has_a_server_of_the_runs_own(
    leafcut: Leafcut, home: Path, tmp_path: Path
) -> None:
    redis_server.program()
    bubblewrap().close()
    shelve_light(home)
    job = make_job(tmp_path, THINKING, wide(1))
    play = Play(turns=(Shell("sleep 2; sed -i s/OLD/NEW/ *.py; ls -a / /w /tmp"),))
    with ScriptedModel(Script(marker=marker("m00.py"), plays=(play,))) as model:
        running = speaking_to(leafcut, model).start(*job.arguments("--sandbox", "bubblewrap"))
        runs = leafcut.home / "runs"
        until(lambda: list(runs.glob("*/bus/bus.sock")), "no server")
        said, _ = running.communicate(timeout=120)
    assert running.returncode == 0, said
    assert not list(runs.glob("*/bus"))
    assert "degraded" not in said
