"""Rounds of real `kill -9` at random moments: `python -m tests.e2e.kills ROUNDS [SEED]`.

Each round runs 60 tasks, is killed several times, also while it recovers, and must end with the
tree of an undisturbed run, one commit a task, and every change set that it ever made still pinned.
"""

import json
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    chain,
    git,
    landed_tasks,
    make_playbook,
    make_repository,
    tree_of,
    wide,
)

KILLS = 4
LONGEST_S = 3.0
OPTIONS = ("--sandbox", "local", "--yes", "--json")


def main() -> None:
    """Play the rounds and print a line of figures for each."""
    rounds = int(sys.argv[1])
    dice = random.Random(int(sys.argv[2]) if sys.argv[2:] else 1)  # noqa: S311 - no secret
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        playbook = str(make_playbook(place / "playbooks", REPLACE))
        files = {f"c{name}": text for name, text in wide(50).items()} | chain(10)
        target = make_repository(place / "target", files)
        wanted = _undisturbed(Leafcut(place / "first"), playbook, target)
        for number in range(1, rounds + 1):
            home = place / f"home{number}"
            told = _round(Leafcut(home), playbook, target, dice)
            assert told.pop("tree") == wanted, f"round {number}: another tree"
            print(json.dumps({"round": number, **told}), flush=True)  # noqa: T201
            shutil.rmtree(home)


def _undisturbed(leafcut: Leafcut, playbook: str, target: Path) -> str:
    leafcut("run", playbook, "--repo", str(target), *OPTIONS)
    status = leafcut.status()
    return tree_of(leafcut.canonical(status["run"]), status["integration_branch"])


def _round(leafcut: Leafcut, playbook: str, target: Path, dice: random.Random) -> dict[str, Any]:
    runs = leafcut.home / "runs"
    running = leafcut.start("run", playbook, "--repo", str(target), *OPTIONS)
    while not [path for path in runs.glob("*") if not path.name.startswith(".")]:
        assert running.poll() is None
        time.sleep(0.01)
    (run,) = (path.name for path in runs.iterdir() if not path.name.startswith("."))
    killed = 0
    for _ in range(KILLS):
        time.sleep(dice.uniform(0, LONGEST_S))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        killed += running.returncode == -signal.SIGKILL
        running = leafcut.start("resume", run, "--json")
    running.communicate(timeout=300)
    status = leafcut.status(run)
    canonical = leafcut.canonical(run)
    tasks = landed_tasks(canonical, status["base"], status["integration_branch"])
    assert status["state"] == "done", status["state"]
    assert sorted(tasks) == sorted(task["id"] for task in status["tasks"]), "twice or never"
    made = _change_sets(runs / run / "journal.sqlite")
    pinned = git(canonical, "for-each-ref", "--format=%(objectname)", "refs/leafcut/attempt")
    assert made <= set(pinned.split()), "a change set is lost"
    return {
        "killed": killed,
        "landed": len(tasks),
        "change_sets": len(made),
        "tree": tree_of(canonical, status["integration_branch"]),
    }


def _change_sets(journal: Path) -> set[str]:
    with closing(sqlite3.connect(journal)) as connection:
        events = [json.loads(row[0]) for row in connection.execute("SELECT event FROM events")]
    ended = [event["result"] for event in events if event["event"] == "attempt_ended"]
    return {result["commit"] for result in ended if result["commit"]}


if __name__ == "__main__":
    main()
