"""`kill -9` at any moment: nothing lost, nothing twice, the same tree in the end."""

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    chain,
    landed_tasks,
    make_playbook,
    make_repository,
    tree_of,
    wide,
)

ROUNDS = 8


def test_killed_runs_end_like_undisturbed_ones(leafcut: Leafcut, tmp_path: Path) -> None:
    text = REPLACE.replace('"sed -i', '"sleep 0.05; sed -i')
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", {**wide(12), **_renamed(chain(4))})
    leafcut("run", playbook, "--repo", str(target), "--sandbox", "local", "--yes")
    undisturbed = leafcut.status()
    wanted = tree_of(leafcut.canonical(undisturbed["run"]), undisturbed["integration_branch"])

    moments = random.Random(7)  # noqa: S311 - reproducible moments, no secret
    running = leafcut.start("run", playbook, "--repo", str(target), "--sandbox", "local", "--json")
    _until(lambda: len(_runs(leafcut)) > 1)
    (run,) = _runs(leafcut) - {undisturbed["run"]}
    killed = 0
    for _ in range(ROUNDS):
        time.sleep(moments.uniform(0.2, 0.9))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        killed += running.returncode == -signal.SIGKILL
        running = leafcut.start("resume", run, "--json")
    running.communicate(timeout=60)

    assert killed
    status = leafcut.status(run)
    canonical = leafcut.canonical(status["run"])
    assert status["state"] == "done"
    assert tree_of(canonical, status["integration_branch"]) == wanted
    tasks = landed_tasks(canonical, status["base"], status["integration_branch"])
    assert sorted(tasks) == sorted(task["id"] for task in status["tasks"])


def test_a_killed_run_leaves_no_process_behind(leafcut: Leafcut, tmp_path: Path) -> None:
    marker = f"{os.getpid()}{time.time_ns()}"[-9:]
    text = REPLACE.replace('"sed -i', f'"(setsid sleep {marker} &) ; sleep {marker}; sed -i')
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", wide(2))
    running = leafcut.start("run", playbook, "--repo", str(target), "--sandbox", "local", "--json")
    _until(lambda: len(_sleeping(marker)) >= 2)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    _until(lambda: not _sleeping(marker))


def _runs(leafcut: Leafcut) -> set[str]:
    folder = leafcut.home / "runs"
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def _renamed(files: dict[str, str]) -> dict[str, str]:
    return {f"c{name}": content.replace("import m", "import cm") for name, content in files.items()}


def _sleeping(marker: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and marker.encode() in (entry / "cmdline").read_bytes().split(
                b"\0"
            ):
                found.append(entry.name)
        except OSError:
            continue
    return found


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
