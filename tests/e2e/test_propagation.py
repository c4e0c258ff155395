"""Changes that break files of other tasks: cause and consequences land as one commit."""

import subprocess
import sys
from pathlib import Path

from tests.support.leafcut import Leafcut, git, landed_tasks, make_playbook, make_repository

LOCAL = ("--sandbox", "local", "--yes")

RENAME = """\
version: 1
name: rename
title: Call a parameter ratio
find: {regex: ['\\bfactor\\b']}
select: {include: ["**/*.py"]}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i 's/factor/ratio/g' ${{ task.files }}"}
checks:
  - name: tests
    run: '${{ python }} -m pytest -q -p no:cacheprovider --junitxml="$LEAFCUT_REPORT"'
    report: junit
    on: MOMENT
propagation: {max_files: MOST}
"""

IMPORT = "from pack.core import scale\n\n\n"
PACKAGE = {
    "pack/__init__.py": "",
    "pack/core.py": "def scale(value, factor=1):\n    return value * factor\n",
    "pack/area.py": f"{IMPORT}def area(a):\n    return scale(a, factor=a)\n",
    "pack/twice.py": f"{IMPORT}def twice(a):\n    return scale(a, factor=2)\n",
    "pack/alone.py": "def alone(factor):\n    return factor\n",
    "tests/test_pack.py": (
        "from pack.area import area\nfrom pack.twice import twice\n"
        f"{IMPORT}"
        "def test_area():\n    assert area(3) == 9\n\n\n"
        "def test_twice():\n    assert twice(3) == 6\n\n\n"
        "def test_scale():\n    assert scale(3, factor=3) == 9\n"
    ),
}
BROKEN_TOGETHER = ["pack/area.py", "pack/core.py", "pack/twice.py", "tests/test_pack.py"]


def play(leafcut: Leafcut, folder: Path, *, moment: str, most: int = 40, code: int = 0) -> Path:
    text = RENAME.replace("MOMENT", moment).replace("MOST", str(most))
    playbook = make_playbook(folder / "playbooks", text, "rename")
    target = make_repository(folder / "target", PACKAGE)
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL, code=code)
    return target


def every_commit_is_green(canonical: Path, base: str, branch: str, folder: Path) -> bool:
    commits = git(canonical, "rev-list", f"{base}..{branch}").split()
    for commit in commits:
        tree = folder / commit
        tree.mkdir(parents=True)
        git(canonical, f"--work-tree={tree}", "checkout", "-q", commit, "--", ".")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        if subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode:
            return False
    return bool(commits)


def test_a_renamed_parameter_takes_its_callers_into_one_commit(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    play(leafcut, tmp_path, moment="both")
    status = leafcut.status()
    assert status["state"] == "done"
    assert status["residue"]["after"] == 0
    assert status["not_done"] == []
    canonical, branch = leafcut.canonical(status["run"]), status["integration_branch"]
    changed = git(canonical, "log", "--format=%x00", "--name-only", f"{status['base']}..{branch}")
    commits = sorted(sorted(one.split()) for one in changed.split("\0") if one.strip())
    assert commits == [["pack/alone.py"], BROKEN_TOGETHER]
    assert every_commit_is_green(canonical, status["base"], branch, tmp_path / "trees")
    leafcut("prs", status["run"], "create")


def test_what_only_landing_finds_broken_goes_on_from_the_change_set_that_broke_it(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    play(leafcut, tmp_path, moment="landing")
    status = leafcut.status()
    assert status["state"] == "done"
    canonical, branch = leafcut.canonical(status["run"]), status["integration_branch"]
    assert len(landed_tasks(canonical, status["base"], branch)) == 2
    assert every_commit_is_green(canonical, status["base"], branch, tmp_path / "trees")


def test_a_change_that_reaches_too_far_fails_with_advice(leafcut: Leafcut, tmp_path: Path) -> None:
    play(leafcut, tmp_path, moment="both", most=2, code=3)
    status = leafcut.status()
    (core,) = [task for task in status["tasks"] if task["files"] == ["pack/core.py"]]
    assert core["state"] == "failed"
    assert "scaffold" in core["reason"]
    (alone,) = [task for task in status["tasks"] if task["files"] == ["pack/alone.py"]]
    assert alone["state"] == "landed"


def test_a_grown_task_goes_on_from_the_change_set_that_broke_the_others(
    leafcut: Leafcut, tmp_path: Path
) -> None:
    later = "set -- pack/area.py pack/twice.py tests/test_pack.py"
    codemod = f'set -- ${{{{ task.files }}}}; if test "$LEAFCUT_VERDICT"; then {later}; fi'
    text = RENAME.replace("sed -i 's/factor/ratio/g' ${{ task.files }}", "CODEMOD")
    text = text.replace('"CODEMOD"', f"'{codemod}; sed -i s/factor/ratio/g \"$@\"'")
    playbook = make_playbook(tmp_path / "playbooks", text.replace("MOMENT", "both"), "rename")
    text = (playbook / "playbook.yaml").read_text().replace("MOST", "40")
    (playbook / "playbook.yaml").write_text(text)
    files = {path: content for path, content in PACKAGE.items() if path != "pack/alone.py"}
    target = make_repository(tmp_path / "target", files)
    leafcut("run", str(playbook), "--repo", str(target), *LOCAL)
    (core,) = [task for task in leafcut.status()["tasks"] if task["state"] == "landed"]
    assert (core["files"], core["attempts"]) == (BROKEN_TOGETHER, 2)
