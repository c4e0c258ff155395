"""Several processes on one server: nothing crosses but what is trusted and meant for it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from orchestrator.adapters.bus.address import PASSWORD
from orchestrator.adapters.bus.connect import connected
from orchestrator.adapters.bus.redis import RedisBus
from orchestrator.domain.events import LearningAdded
from orchestrator.wiring.runs import opened
from tests.support import redis_server
from tests.support.five_ways import WAYS, LessonModel, lessons_job
from tests.support.leafcut import Leafcut
from tests.support.redis_server import GivenServer
from tests.support.thinking import shelve_light, speaking_to
from tests.support.waiting import until


def process(server: GivenServer, run: str, playbook: str, scope: str, *texts: str) -> Any:
    """Start a run that learns the texts and waits."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.support.shared_run",
            run,
            playbook,
            scope,
            server.url,
            *texts,
        ],
        env={"PATH": "/usr/bin:/bin", PASSWORD: server.password},
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ended(run: Any) -> Any:
    """Let a run go on to its end and return what it says."""
    said, _ = run.communicate("go on\n", timeout=60)
    assert run.returncode == 0
    return json.loads(said)


def acknowledged(bus: RedisBus, playbook: str, run: str) -> bool:
    """Say whether a run has finished with all letters of a playbook's channel."""
    groups: Any = bus.client.xinfo_groups(f"leafcut:playbook/{playbook}/learnings")
    return any(
        one["name"] == f"run/{run}" and one["pending"] == 0 and one["entries-read"]
        for one in groups
    )


def test_nothing_crosses_but_trusted_learnings_of_the_same_playbook(tmp_path: Path) -> None:
    with redis_server.given(tmp_path / "redis") as server:
        bus = connected(server.url, server.password)
        first = process(server, "first", "p", "playbook", "shared by first", "private of first")
        channel = "playbook/p/learnings"
        until(lambda: bus.read(channel), "nothing was shared")
        second = process(server, "second", "p", "playbook")
        alone = process(server, "alone", "p", "run", "private of alone")
        other = process(server, "other", "q", "playbook", "shared by other")
        for run in ("first", "second"):
            until(partial(acknowledged, bus, "p", run), f"{run} has not learnt")
        until(lambda: bus.read("playbook/q/learnings"), "nothing was shared")
        runs = {"first": first, "second": second, "alone": alone, "other": other}
        said = {run: ended(one) for run, one in runs.items()}
        bodies = [one.letter.body for one in bus.read(channel)]
        bus.close()
    assert {one["end"] for one in said.values()} == {"done"}
    ledgers = {run: one["ledger"] for run, one in said.items()}
    assert ledgers["first"] == {"shared by first": "trusted", "private of first": "trusted"}
    assert ledgers["second"] == {"shared by first": "candidate"}
    assert ledgers["alone"] == {"private of alone": "trusted"}
    assert ledgers["other"] == {"shared by other": "trusted"}
    assert not [body for body in bodies if "private" in body]
    for run, one in said.items():
        assert set(one["board"]) == set(ledgers[run])


TASKS = 6


def started(leafcut: Leafcut, folder: Path, url: str, *more: str, name: str = "scripted") -> Any:
    """Start `leafcut run` on a repository of its own, in which every task fails in one way."""
    job = lessons_job(folder, dict.fromkeys(range(TASKS), WAYS[0]))
    playbook = job.playbook / "playbook.yaml"
    text = playbook.read_text(encoding="utf-8")
    playbook.write_text(text.replace("name: scripted", f"name: {name}"), encoding="utf-8")
    options = ("--sandbox", "local", "--unsafe-local", "-j", "1", "--redis", url, *more)
    return leafcut.start(*job.arguments(*options))


def run_of(process: Any) -> str:
    """Read what a run tells to its end, and return its name."""
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    told = [json.loads(line) for line in said.splitlines()]
    return next(str(one["run"]) for one in told if one["event"] == "run_started")


def learnt(run: str) -> Sequence[str]:
    """Return the runs that the lessons of a run's journal are from."""
    with opened(run) as there:
        events = [entry.event for entry in there.recorded]
    return [one.learning.provenance.run for one in events if isinstance(one, LearningAdded)]


def test_runs_of_one_playbook_learn_from_each_other_where_they_are_meant_to(
    home: Path, tmp_path: Path
) -> None:
    shelve_light(home)
    share = ("--learnings-scope", "playbook")
    with (
        redis_server.given(tmp_path / "redis") as server,
        LessonModel(dict.fromkeys(range(TASKS), WAYS[0])) as model,
    ):
        with_key = Leafcut(home / "leafcut", {PASSWORD: server.password})
        leafcut = speaking_to(with_key, model)
        first = run_of(started(leafcut, tmp_path / "first", server.url, *share))
        later = {
            "same": started(leafcut, tmp_path / "same", server.url, *share),
            "alone": started(leafcut, tmp_path / "alone", server.url),
            "other": started(leafcut, tmp_path / "other", server.url, *share, name="another"),
        }
        runs = {how: run_of(process) for how, process in later.items()}
    assert set(learnt(first)) == {first}
    assert first in learnt(runs["same"])
    assert set(learnt(runs["same"])) <= {first, runs["same"]}
    assert set(learnt(runs["alone"])) == {runs["alone"]}
    assert set(learnt(runs["other"])) == {runs["other"]}
