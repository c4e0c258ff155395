"""A server that is killed, flushed, frozen and started again costs a run nothing but time."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.adapters.bus.codec import standings
from orchestrator.adapters.bus.connect import connected
from orchestrator.application.bus.board import Board
from orchestrator.application.telling import Tell
from orchestrator.domain.attempt import AttemptSpec
from orchestrator.domain.events import BusChanged
from orchestrator.domain.learnings.learning import Learning, Provenance
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.schedule import End
from orchestrator.ports.bus import Bus
from tests.support import redis_server
from tests.support.chaos import Chaos
from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    landed_tasks,
    make_playbook,
    make_repository,
    tree_of,
    wide,
)
from tests.support.llm import Play, Script, ScriptedModel, Shell, Tool
from tests.support.redis_server import GivenServer
from tests.support.requirements import bubblewrap
from tests.support.shared_run import SharedRun
from tests.support.thinking import make_job, marker, shelve_light, speaking_to

TASKS = 100
CALM = 95
"""After how many tasks chaos ends, so that what is left is the outbox's to mend."""
SLOW = REPLACE.replace('"sed', '"sleep 0.6; sed')


@pytest.fixture
def given(tmp_path: Path) -> Iterator[GivenServer]:
    with redis_server.given(tmp_path / "redis") as server:
        yield server


def everything(bus: Bus, channel: str) -> dict[str, str]:
    """Return the bodies of all letters of a channel by key."""
    found: dict[str, str] = {}
    position = ""
    while letters := bus.read(channel, position):
        found |= {one.letter.key: one.letter.body for one in letters}
        position = letters[-1].position
    return found


def test_no_learning_and_no_task_is_lost(given: GivenServer) -> None:
    begun = threading.Semaphore(0)
    chaos = Chaos(given)
    seen: set[str] = set()

    def script(spec: AttemptSpec, tell: Tell, board: Board) -> None:
        begun.release()
        source = Provenance(source="agent", run="r", task=spec.task.id)
        tell(Learning(kind="fix", text=f"learnt by {spec.task.id}", provenance=source))
        tell(Learning(kind="fix", text="learnt by all", provenance=source))
        time.sleep(0.8)
        seen.update(one.learning.text for one in board.standings)

    bus = connected(given.url, given.password)
    shared = SharedRun(name="r", playbook="p", bus=bus, script=script, tasks=TASKS)
    calming = threading.Thread(target=lambda: [begun.acquire() for _ in range(CALM)])
    calming.start()
    ended: list[End] = []
    running = threading.Thread(target=lambda: ended.append(shared.go()))
    with chaos:
        running.start()
        calming.join()
    running.join()
    assert len(chaos.done) == 5
    assert ended == [End("done")]
    assert shared.run.counts["landed"] == TASKS
    ledger = {one.learning.id: one for one in shared.run.ledger}
    assert len(ledger) == TASKS + 1
    published: dict[str, Standing] = {}
    for body in everything(bus, "run/r/learnings").values():
        one = standings.decode(body)
        if one.learning.id not in published or published[one.learning.id].revision < one.revision:
            published[one.learning.id] = one
    assert published == ledger
    events = everything(bus, "run/r/events")
    assert len(events) == len(shared.journal.read())
    assert len(seen) > 1, "nothing reached an attempt under way"
    changes = [e.event.state for e in shared.journal.read() if isinstance(e.event, BusChanged)]
    assert "degraded" in changes
    assert changes == [("degraded", "well")[n % 2] for n in range(len(changes))]
    bus.close()


def followed(
    running: "subprocess.Popen[str]", server: GivenServer
) -> tuple[list[dict[str, object]], Chaos]:
    """Read what a run tells while its server comes and goes; it must be there at the start."""
    assert running.stdout is not None
    with running.stdout as lines:
        told = [json.loads(lines.readline())]
        landed = 0
        with Chaos(server) as chaos:
            for line in lines:
                told.append(json.loads(line))
                landed += told[-1]["event"] == "landed"
                if landed >= CALM:
                    chaos.stop()
    assert running.wait() == 0
    return told, chaos


def test_the_same_tree_lands_as_without_chaos(
    leafcut: Leafcut, given: GivenServer, tmp_path: Path
) -> None:
    target = make_repository(tmp_path / "target", wide(TASKS))
    options = ("--repo", str(target), "--sandbox", "local", "--yes", "--json", "-j", "4")
    leafcut("run", str(make_playbook(tmp_path / "calm")), *options)
    calm = leafcut.status()
    with_key = Leafcut(tmp_path / "second", {"LEAFCUT_REDIS_PASSWORD": given.password})
    slow = str(make_playbook(tmp_path / "playbooks", SLOW))
    running = with_key.start("run", slow, *options, "--redis", given.url)
    told, _ = followed(running, given)
    status = with_key.status()
    assert status["state"] == "done"
    assert status["counts"]["landed"] == TASKS
    canonical = with_key.canonical(status["run"])
    branch = status["integration_branch"]
    assert tree_of(canonical, branch) == tree_of(
        leafcut.canonical(calm["run"]), calm["integration_branch"]
    )
    tasks = landed_tasks(canonical, status["base"], branch)
    assert sorted(tasks) == sorted(task["id"] for task in status["tasks"])
    assert [one["state"] for one in told if one["event"] == "bus_changed"][:2] == [
        "degraded",
        "well",
    ]
    logged = with_key("logs", status["run"], "--json").stdout.splitlines()
    bus = connected(given.url, given.password)
    assert len(everything(bus, f"run/{status['run']}/events")) == len(logged)
    bus.close()


THINKING = """\
version: 1
name: scripted
title: Replace old by new
find: {regex: ['OLD\\b']}
select: {include: ["*.py"]}
graph: {language: none}
partition: {by: file, max_files: 1}
agents: [light]
prompt: prompt.md
limits: {concurrency: 4}
"""


def sharing(file: str) -> Script:
    """Return what a task's agent does: it tells the others something, then does its work."""
    words = {"kind": "convention", "text": f"{file} is one of a hundred"}
    turns = (Tool("share_learning", words), Shell(f"sleep 0.3; sed -i s/OLD/NEW/g {file}"))
    return Script(marker=marker(file), plays=(Play(turns=turns),))


def test_what_real_agents_share_outlasts_chaos(
    leafcut: Leafcut, given: GivenServer, home: Path, tmp_path: Path
) -> None:
    bubblewrap().close()
    shelve_light(home)
    files = wide(TASKS)
    job = make_job(tmp_path, THINKING, files)
    wanted = make_repository(tmp_path / "wanted", wide(TASKS, word="NEW"))
    with_key = replace(leafcut, environment={"LEAFCUT_REDIS_PASSWORD": given.password})
    with ScriptedModel(*(sharing(file) for file in files)) as model:
        options = job.arguments("--sandbox", "bubblewrap", "--redis", given.url)
        _, chaos = followed(speaking_to(with_key, model).start(*options), given)
    assert len(chaos.done) == 5
    status = leafcut.status()
    assert status["counts"]["landed"] == TASKS
    tree = tree_of(leafcut.canonical(status["run"]), status["integration_branch"])
    assert tree == tree_of(wanted, "HEAD")
    listed = json.loads(leafcut("learnings", "list", status["run"], "--json").stdout)
    known = {one["id"] for one in listed["learnings"]}
    assert len(known) >= TASKS
    bus = connected(given.url, given.password)
    published = {key.partition("/")[0] for key in everything(bus, f"run/{status['run']}/learnings")}
    bus.close()
    assert published == known
