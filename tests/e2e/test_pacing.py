"""Runs that people pause, let go on, and give more or fewer attempts at once."""

import json
import signal
import subprocess
import time
from pathlib import Path

from tests.e2e.test_steering import LOCAL, begun, counts, patient
from tests.support.leafcut import Leafcut, events, make_playbook, make_repository, wide
from tests.support.waiting import until

INTERRUPTED = 130


def waiting(leafcut: Leafcut, folder: Path, tasks: int) -> "tuple[subprocess.Popen[str], Path]":
    """Begin a run whose tasks end once a file is there; return its process and that file."""
    target = make_repository(folder / "target", wide(tasks))
    flag = folder / "flag"
    return begun(leafcut, patient(folder / "playbooks", flag), target), flag


def stopped_and_not_paused(leafcut: Leafcut) -> bool:
    """Say whether the run is stopped, and that it was paused is forgotten."""
    status = leafcut.status()
    return (status["state"], status["paused"]) == ("stopped", False)


def test_a_paused_run_starts_nothing_and_goes_on_when_it_is_resumed(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    running, flag = waiting(leafcut, tmp_path, 6)
    assert "✓ pause: no attempt starts until leafcut resume" in leafcut("pause").stderr
    assert "pause is refused: the run is paused already" in leafcut("pause", code=2).stderr
    flag.touch()
    until(lambda: counts(leafcut.status()) == {"ready": 5, "landed": 1}, "one lands")
    status = leafcut.status()
    assert (status["state"], status["paused"]) == ("running", True)
    name = status["run"]
    first = leafcut("status").stdout.splitlines()[0]
    assert first == f"run {name}: running, paused: leafcut resume {name} goes on"

    refused = leafcut("resume", name, "--budget", "0", code=2).stderr
    assert f"a process holds run {name}, which cannot follow --budget" in refused
    assert leafcut.status()["paused"]
    said = json.loads(leafcut("resume", name, "--json").stdout)
    assert (said["action"], said["applied"]) == ("unpause", True)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    told = [one["action"] for one in events(out.splitlines()) if "action" in one]
    assert told == ["pause", "unpause"]
    assert counts(leafcut.status()) == {"landed": 6}
    assert not leafcut.status()["paused"]


def test_a_run_does_not_spend_its_wall_time_while_it_is_paused(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    limit = 12.0
    playbook = patient(tmp_path / "playbooks", flag := tmp_path / "flag")
    with (playbook / "playbook.yaml").open("a", encoding="utf-8") as file:
        file.write(f"limits: {{wall_time: {limit:.0f}s}}\n")
    running = begun(leafcut, playbook, make_repository(tmp_path / "target", wide(3)))
    leafcut("pause")
    flag.touch()
    until(lambda: counts(leafcut.status()) == {"ready": 2, "landed": 1}, "one lands")
    (before,) = leafcut.status()["budget"]
    time.sleep(limit - before["spent"] + 1)
    (after,) = leafcut.status()["budget"]
    assert after["spent"] == before["spent"] < limit
    leafcut("resume")
    running.communicate(timeout=60)
    assert counts(leafcut.status()) == {"landed": 3}


def test_a_paused_run_stops_and_is_not_paused_when_it_goes_on(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    running, flag = waiting(leafcut, tmp_path, 3)
    leafcut("pause")
    leafcut("stop")
    running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED
    assert stopped_and_not_paused(leafcut)
    flag.touch()
    leafcut("resume")
    assert counts(leafcut.status()) == {"landed": 3}


def test_a_run_whose_process_was_killed_is_not_paused(leafcut: Leafcut, tmp_path: Path) -> None:
    running, flag = waiting(leafcut, tmp_path, 3)
    leafcut("pause")
    running.send_signal(signal.SIGKILL)
    running.communicate(timeout=60)
    assert stopped_and_not_paused(leafcut)
    (at_work,) = (line for line in leafcut("status").stdout.splitlines() if "working  " in line)
    assert at_work.endswith("interrupted; a resume begins it anew")
    assert "is not running" in leafcut("pause", code=2).stderr
    flag.touch()
    leafcut("resume")
    assert counts(leafcut.status()) == {"landed": 3}


def test_nobody_pauses_a_run_that_nobody_works_on(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", str(make_playbook(tmp_path / "playbooks")), "--repo", str(target), *LOCAL)
    assert "is not running" in leafcut("pause", code=2).stderr
    assert leafcut.status()["commands"] == []


def concurrencies(leafcut: Leafcut) -> list[int]:
    """Return how many attempts at once each process of the run began with."""
    recorded = events(leafcut("logs", "--json").stdout.splitlines())
    return [
        one["event"]["concurrency"]
        for one in recorded
        if one["event"]["event"] in {"run_started", "run_resumed"}
    ]


def test_a_run_of_one_attempt_at_once_makes_four_when_it_is_told_to(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    running, flag = waiting(leafcut, tmp_path, 8)
    until(lambda: leafcut.status()["counts"]["working"] == 1, "one is at work")
    assert "1 to 64 attempts at once, not 65" in leafcut("jobs", "65", code=2).stderr
    assert "✓ jobs: 4 attempts at once" in leafcut("jobs", "4").stderr
    until(lambda: leafcut.status()["counts"]["working"] == 4, "four are at work")
    leafcut("jobs", "2")
    assert leafcut.status()["counts"]["working"] == 4
    leafcut("stop")
    running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED
    refused = leafcut("jobs", "3", code=2).stderr
    assert "is not running" in refused
    assert f"leafcut resume {leafcut.status()['run']} --jobs 3" in refused
    flag.touch()
    leafcut("resume", "--max-tasks", "1", code=3)
    leafcut("resume", "--jobs", "3")
    assert counts(leafcut.status()) == {"landed": 8}
    assert concurrencies(leafcut) == [1, 2, 3]


def test_a_paused_run_goes_on_with_as_many_attempts_at_once_as_resume_says(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    running, flag = waiting(leafcut, tmp_path, 4)
    leafcut("pause")
    said = leafcut("resume", "-j", "3").stderr
    assert "3 attempts at once" in said
    assert "the run goes on" in said
    until(lambda: leafcut.status()["counts"]["working"] == 3, "three are at work")
    flag.touch()
    running.communicate(timeout=60)
    assert counts(leafcut.status()) == {"landed": 4}
