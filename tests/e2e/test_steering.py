"""Runs that people steer: sample, tune, sweep; hold, skip, retry and canaries from outside."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    chain,
    events,
    git,
    landed_tasks,
    make_playbook,
    make_repository,
    wide,
)
from tests.support.waiting import until

LOCAL = ("--sandbox", "local", "--yes")
WAITING = 6
STOPPED = 130


def counts(status: Any) -> dict[str, int]:
    return {state: count for state, count in status["counts"].items() if count}


def landed(leafcut: Leafcut) -> list[str]:
    status = leafcut.status()
    canonical = leafcut.canonical(status["run"])
    return landed_tasks(canonical, status["base"], status["integration_branch"])


def hard(count: int) -> dict[str, str]:
    """Return modules of which every other one is hard."""
    return {f"m{n:02}.py": f"{'HARD' if n % 2 else 'easy'} = 'OLD'\n" for n in range(count)}


def spoiling(folder: Path) -> Path:
    """Write a playbook that breaks what is hard."""
    return make_playbook(folder, REPLACE.replace("s/OLD/NEW/g", "'s/OLD/NEW/; s/HARD/)/'"))


def mended(playbook: Path) -> None:
    (playbook / "playbook.yaml").write_text(REPLACE, encoding="utf-8")


def test_sample_tune_sweep(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = spoiling(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", hard(20))
    said = leafcut(
        "run", str(playbook), "--repo", str(target), *LOCAL, "--sample", "8", code=WAITING
    ).stderr
    status = leafcut.status()
    sample = status["sample"]["tasks"]
    assert (status["state"], status["checkpoint"], len(sample)) == ("waiting", "sample", 8)
    tried = {task["id"] for task in status["tasks"] if task["attempts"]}
    assert tried == set(sample)
    (cluster,) = status["clusters"]
    assert cluster["count"] == status["counts"]["failed"] > 0
    for word in (cluster["key"], "of 8 succeeded", "forecast", "--accept-drift"):
        assert word in said
    before = landed(leafcut)

    mended(playbook)
    again = leafcut("resume", code=WAITING).stderr
    assert "has changed since (playbook.yaml)" in again
    assert landed(leafcut) == before

    leafcut("approve")
    shown = leafcut("resume", "--accept-drift").stderr
    assert "+codemod" in shown
    assert "-codemod" in shown
    status = leafcut.status()
    assert (status["state"], counts(status)) == ("done", {"landed": 20})
    assert landed(leafcut)[-len(before) :] == before
    attempts = {task["id"]: task["attempts"] for task in status["tasks"]}
    assert all(attempts[task] == 1 for task in before)


def test_a_run_goes_on_with_its_own_copy_unless_the_drift_is_accepted(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", wide(4))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, "--sample", "1", code=WAITING)
    text = (playbook / "playbook.yaml").read_text(encoding="utf-8")
    (playbook / "playbook.yaml").write_text(text.replace("NEW", "NEWER"), encoding="utf-8")
    leafcut("approve")
    leafcut("resume")
    head = leafcut.status()["integration_branch"]
    assert "NEWER" not in git(leafcut.canonical(leafcut.status()["run"]), "grep", "NEW", head)


def test_what_the_plan_was_made_from_cannot_drift(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", wide(4))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, "--sample", "1", code=WAITING)
    text = REPLACE.replace('["*.py"]', '["m*.py"]')
    (playbook / "playbook.yaml").write_text(text, encoding="utf-8")
    assert "the plan was made from select" in leafcut("resume", "--accept-drift", code=2).stderr
    assert leafcut.status()["state"] == "waiting"


def test_changed_checks_take_the_baseline_again(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", wide(4))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, "--sample", "1", code=WAITING)
    text = REPLACE + '  - {name: more, run: "true"}\n'
    (playbook / "playbook.yaml").write_text(text, encoding="utf-8")
    leafcut("approve")
    said = leafcut("resume", "--accept-drift").stderr
    assert "baseline: more is green" in said
    assert leafcut.status()["blind_checks"] == ["more"]


def test_a_trial_runs_on_the_base_and_lands_nothing(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", chain(6))
    leafcut(
        "run", str(playbook), "--repo", str(target), *LOCAL, "--sample", "3", "--trial",
        code=WAITING,
    )  # fmt: skip
    status = leafcut.status()
    assert counts(status) == {"pending": 5, "ready": 1}
    assert status["sample"]["forecast"]["succeeded"] == 3
    assert landed(leafcut) == []
    leafcut("approve")
    leafcut("resume")
    assert counts(leafcut.status()) == {"landed": 6}


def test_layers_wait_for_a_person_one_after_the_other(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks")
    target = make_repository(tmp_path / "target", chain(3))
    leafcut(
        "run", str(playbook), "--repo", str(target), *LOCAL, "--checkpoint", "layer", code=WAITING
    )
    assert leafcut.status()["checkpoint"] == "layer:0"
    leafcut("approve")
    leafcut("resume", code=WAITING)
    assert leafcut.status()["checkpoint"] == "layer:1"
    leafcut("approve")
    leafcut("resume")
    assert counts(leafcut.status()) == {"landed": 3}


def test_nothing_is_published_before_a_person_says_so(leafcut: Leafcut, tmp_path: Path) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE + "checkpoints: [before_publish]\n")
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    assert "before_publish" in leafcut("prs", "create", code=WAITING).stderr
    assert "refs/heads/leafcut" not in git(target, "for-each-ref")
    assert "prs" in leafcut("approve").stderr
    leafcut("prs", "create")
    assert "refs/heads/leafcut" in git(target, "for-each-ref")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("open_slices", "1 are open; limits.open_slices is 1"),
        ("open_slices_per_owner", "@ada has 1; limits.open_slices_per_owner is 1"),
    ],
)
def test_no_more_slices_are_open_than_may_be(
    leafcut: Leafcut, tmp_path: Path, limit: str, said: str
) -> None:
    limits = f"limits: {{{limit}: 1}}\npull_requests: {{group_by: directory}}\n"
    text = REPLACE.replace('["*.py"]', '["**/*.py"]') + limits
    playbook = make_playbook(tmp_path / "playbooks", text)
    target = make_repository(
        tmp_path / "target",
        {
            "CODEOWNERS": "* @ada\n",
            **{f"{folder}/m.py": "x = 'OLD'\n" * 120 for folder in "ab"},
        },
    )
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    assert f"1 slice to come after a merge: {said}" in leafcut("prs", "create").stderr
    (branch,) = git(target, "for-each-ref", "--format=%(refname)", "refs/heads/leafcut").split()
    git(target, "merge", "-q", "--ff-only", branch)
    assert "to come" not in leafcut("prs", "create").stderr
    assert len(git(target, "for-each-ref", "refs/heads/leafcut").splitlines()) == 2


def patient(folder: Path, flag: Path) -> Path:
    """Write a playbook whose codemod waits until `flag` is there."""
    wait = f'"while ! test -e {flag}; do sleep 0.1; done; sed -i'
    return make_playbook(folder, REPLACE.replace('"sed -i', wait))


def begun(leafcut: Leafcut, playbook: Path, target: Path) -> "subprocess.Popen[str]":
    """Start a run of one attempt at a time and wait until it has begun."""
    running = leafcut.start(
        "run", str(playbook), "--repo", str(target), *LOCAL, "--json", "-j", "1"
    )
    assert running.stdout is not None
    for line in running.stdout:
        if '"baseline_taken"' in line:
            break
    return running


def test_a_live_run_obeys_hold_skip_and_approve(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", chain(6))
    flag = tmp_path / "flag"
    running = begun(leafcut, patient(tmp_path / "playbooks", flag), target)
    assert "✓ hold" in leafcut("hold", "m02.py", "--reason", "ask Ada first").stderr
    assert "✓ skip" in leafcut("skip", "m01.py", "--reason", "generated").stderr
    flag.touch()
    said, _ = running.communicate(timeout=60)
    assert running.returncode == WAITING
    assert [one["action"] for one in events(said.splitlines()) if "action" in one] == [
        "hold",
        "skip",
    ]
    status = leafcut.status()
    states = {task["files"][0]: (task["state"], task["reason"]) for task in status["tasks"]}
    assert states["m02.py"][0] == "held"
    assert states["m02.py"][1].endswith(": ask Ada first")
    assert states["m01.py"][0] == "skipped"
    assert states["m00.py"][0] == "landed"
    assert "generated" in states["m01.py"][1]

    asked = json.loads(leafcut("approve", "--task", "m02.py", "--json").stdout)
    assert (asked["action"], asked["applied"]) == ("approve", False)
    assert "not on hold" in leafcut("approve", "--task", "m02.py", code=2).stderr
    assert "approve: applies at" in leafcut("status").stdout
    leafcut("resume")
    assert counts(leafcut.status()) == {"landed": 5, "skipped": 1}


def test_commands_that_make_no_sense_are_refused(leafcut: Leafcut, tmp_path: Path) -> None:
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", str(make_playbook(tmp_path / "playbooks")), "--repo", str(target), *LOCAL)
    assert "is landed" in leafcut("hold", "m00.py", code=2).stderr
    assert "is landed" in leafcut("skip", "m00.py", "--reason", "no", code=2).stderr
    assert "no checkpoint" in leafcut("approve", code=2).stderr
    assert "no task 'm99.py'" in leafcut("hold", "m99.py", code=2).stderr
    assert "which 'm'" in leafcut("hold", "m", code=2).stderr
    assert "there is no agent" in leafcut("retry", "--agent", "nobody", code=2).stderr
    assert "there is no cluster" in leafcut("retry", "--cluster", "x", code=2).stderr


def failing(leafcut: Leafcut, tmp_path: Path, flag: Path) -> str:
    """Run a playbook whose codemod fails until `flag` is there; return the cluster's key."""
    text = REPLACE.replace('"sed -i', f'"test -e {flag} && sed -i')
    target = make_repository(tmp_path / "target", wide(5))
    playbook = make_playbook(tmp_path / "playbooks", text)
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    (cluster,) = leafcut.status()["clusters"]
    assert cluster["count"] == 5
    return str(cluster["key"])


def test_a_canary_that_lands_brings_the_rest_of_its_cluster(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    flag = tmp_path / "flag"
    key = failing(leafcut, tmp_path, flag)
    flag.touch()
    assert "4 more follow" in leafcut("retry", "--cluster", key).stderr
    leafcut("resume", "-j", "4")
    status = leafcut.status()
    assert counts(status) == {"landed": 5}
    recorded = [one["event"] for one in events(leafcut("logs", "--json").stdout.splitlines())]
    kinds = [one["event"] for one in recorded]
    after = kinds[kinds.index("command_accepted") :]
    assert after.count("attempt_started") == 5
    assert after.index("landing_ended") < after.index(
        "attempt_started", after.index("attempt_started") + 1
    )


def test_a_canary_that_fails_leaves_the_rest_alone(leafcut: Leafcut, tmp_path: Path) -> None:
    key = failing(leafcut, tmp_path, tmp_path / "flag")
    before = {task["id"]: task["attempts"] for task in leafcut.status()["tasks"]}
    leafcut("retry", "--cluster", key)
    leafcut("resume", code=3)
    after = {task["id"]: task["attempts"] for task in leafcut.status()["tasks"]}
    assert sum(after[task] > before[task] for task in before) == 1


def test_a_persons_note_and_agent_reach_the_next_attempt(leafcut: Leafcut, tmp_path: Path) -> None:
    script = '"grep -q Ada $LEAFCUT_NOTES/from-a-person.txt && sed -i'
    playbook = make_playbook(tmp_path / "playbooks", REPLACE.replace('"sed -i', script))
    target = make_repository(tmp_path / "target", wide(2))
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=3)
    leafcut("retry", "--task", "m00.py", "--agent", "codemod", "--note", "Ada says hello")
    leafcut("resume", code=3)
    status = leafcut.status()
    assert counts(status) == {"landed": 1, "failed": 1}
    assert "Ada says hello" in leafcut("logs", "--json").stdout


@pytest.mark.parametrize("limit", ["total_attempts: 2", "tokens: 0", "wall_time: 1ms"])
def test_a_spent_budget_ends_a_run_before_it_spends_more(
    leafcut: Leafcut, tmp_path: Path, limit: str
) -> None:
    playbook = make_playbook(tmp_path / "playbooks", REPLACE + f"limits: {{{limit}}}\n")
    target = make_repository(tmp_path / "target", wide(5))
    free = limit.startswith("tokens")
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=0 if free else 3)
    status = leafcut.status()
    done = {"total_attempts: 2": 2, "tokens: 0": 5, "wall_time: 1ms": 0}[limit]
    assert status["counts"]["landed"] == done
    (line,) = status["budget"]
    if not free:
        assert "is spent" in status["reason"]
        assert line["spent"] >= line["limit"]


def test_a_run_is_stopped_while_its_baseline_is_taken_and_takes_it_later(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    """The base's checks may take longer than anybody wants to wait."""
    target = make_repository(tmp_path / "target", wide(3))
    slow, quick = tmp_path / "slow", tmp_path / "quick"
    waiting = f'{{name: slow, run: "touch {slow}; test -e {quick} || sleep 300"}}'
    playbook = make_playbook(tmp_path / "playbooks", f"{REPLACE}  - {waiting}\n")
    running = leafcut.start("run", str(playbook), "--repo", str(target), *LOCAL)
    until(slow.exists, "the slow check did not begin")
    assert "✓ pause" in leafcut("pause").stderr
    assert "✓ stop" in leafcut("stop").stderr
    running.communicate(timeout=60)
    assert running.returncode == STOPPED
    status = leafcut.status()
    assert (status["state"], status["counts"]["landed"]) == ("stopped", 0)
    assert [step["command"] for step in status["next"]] == [f"leafcut resume {status['run']}"]
    quick.touch()
    leafcut("resume")
    assert (leafcut.status()["state"], leafcut.status()["counts"]["landed"]) == ("done", 3)
