"""What lands of change sets that are green alone and red together."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.leafcut import (
    REPLACE,
    Leafcut,
    events,
    git,
    make_playbook,
    make_repository,
    wide,
)

PAIR = "! {{ grep -q NEW {} && grep -q NEW {}; }}"


@pytest.mark.parametrize("verify", ["commit", "head"])
@pytest.mark.parametrize("count", [2, 6])
def test_only_one_of_two_that_break_each_other_lands_and_every_commit_is_green(
    leafcut: Leafcut, tmp_path: Path, verify: str, count: int
) -> None:
    pair = PAIR.format("m00.py", "m01.py")
    text = f'{REPLACE}  - {{name: pair, run: "{pair}", on: landing}}\n'
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", wide(count))
    leafcut(
        "run", playbook, "--repo", str(target), "--sandbox", "local", "--yes", "--verify", verify,
        code=3,
    )  # fmt: skip
    status = leafcut.status()
    assert status["counts"]["landed"] == count - 1
    (failed,) = [task for task in status["tasks"] if task["state"] == "failed"]
    assert failed["files"][0] in {"m00.py", "m01.py"}
    recorded = events(leafcut("logs", "--json").stdout.splitlines())
    looks = [e["event"] for e in recorded if e["event"]["event"] == "landing_looked"]
    assert not looks[0]["green"]
    assert failed["id"] in {one["task"] for one in looks if not one["green"]}
    canonical = leafcut.canonical(status["run"])
    commits = git(
        canonical, "rev-list", f"{status['base']}..{status['integration_branch']}"
    ).split()
    assert len(commits) == count - 1
    for commit in commits:
        tree = tmp_path / commit[:12]
        git(canonical, "worktree", "add", "-q", "--detach", str(tree), commit)
        assert subprocess.run(["sh", "-c", pair], cwd=tree, check=False).returncode == 0


def test_a_flaky_check_is_told_apart_from_a_red_one(leafcut: Leafcut, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    run = f"grep -q OLD m00.py || test -e {flag} || {{ touch {flag}; exit 1; }}"
    text = f'{REPLACE}  - {{name: moody, run: "{run}", on: attempt, flaky_retries: 1}}\n'
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", wide(1))
    leafcut("run", playbook, "--repo", str(target), "--sandbox", "local", "--yes")
    said = leafcut("logs", "--json").stdout
    assert '"outcome":"flaky"' in said


def test_what_only_the_whole_checks_find_is_taken_back_at_the_end(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    """A check that says it covers m00.py is red because of m01.py, which nothing there imports."""
    hidden = "! grep -q NEW m01.py"
    text = (
        f'{REPLACE}  - {{name: hidden, run: "{hidden}", on: landing, covers: [m00.py]}}\n'
        "landing: {affected: true}\n"
    )
    playbook = str(make_playbook(tmp_path / "playbooks", text))
    target = make_repository(tmp_path / "target", wide(4))
    options = ("--sandbox", "local", "--yes")
    said = leafcut("run", playbook, "--repo", str(target), *options, code=3).stderr
    assert "reverted  m01.py" in said
    status = leafcut.status()
    states = [(t["files"][0], t["state"], t["reason_code"]) for t in status["tasks"]]
    assert ("m01.py", "landed", "reverted") in states
    assert status["counts"] | {"landed": 4, "failed": 1} == status["counts"]
    head = status["integration_head"]
    canonical = leafcut.canonical(status["run"])
    assert "OLD" in git(canonical, "show", f"{head}:m01.py")
    assert all("NEW" in git(canonical, "show", f"{head}:m{n:02}.py") for n in (0, 2, 3))
    log = git(canonical, "log", "--format=%(trailers:key=Leafcut-Reverts,valueonly)", head)
    assert len(log.split()) == 1
    made = json.loads(leafcut("prs", "create", "--json").stdout)
    tip = made["slices"][-1]["tip"]
    assert git(target, "rev-parse", f"{tip}^{{tree}}") == git(
        canonical, "rev-parse", f"{head}^{{tree}}"
    )
