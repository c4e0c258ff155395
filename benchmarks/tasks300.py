"""300 independent one-file tasks against a shell script that does equal work.

Both run the same codemod process and the same compile check for each task, four at a time, make one
commit a task, and compile again at each landed head. The script uses four reused worktrees and
serial cherry-picks; Leafcut does what it always does, journal and all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.pairs import Timed, median, medians, timed

GOAL = 1.0
PAIRS = 5
TASKS = 300

PLAYBOOK = """\
version: 1
name: bench
title: Replace old by new
find: {regex: ['OLD']}
select: {include: ["*.py"]}
graph: {language: none}
partition: {by: file, max_files: 1}
codemod: {run: "sed -i s/OLD/NEW/ ${{ task.files }}"}
checks:
  - {name: compile, run: "${{ python }} -m py_compile ${{ task.files }}"}
"""

FLOOR = r"""
set -eu
target=$1 work=$2 python=$3 count=$4
export PYTHONDONTWRITEBYTECODE=1 GIT_CONFIG_GLOBAL=/dev/null
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
git clone -q --bare "$target" "$work/r.git"
base=$(git -C "$work/r.git" rev-parse HEAD)
for slot in 0 1 2 3 landing; do
  git -C "$work/r.git" worktree add -q --detach "$work/$slot" "$base"
done
mkdir "$work/done"
worker() {
  cd "$work/$1"
  n=$1
  while [ "$n" -lt "$count" ]; do
    git reset -q --hard "$base"
    sed -i s/OLD/NEW/ "m$n.py"
    "$python" -m py_compile "m$n.py"
    git commit -q -m "task $n" "m$n.py"
    git rev-parse HEAD > "$work/done/.$n"
    mv "$work/done/.$n" "$work/done/$n"
    n=$((n + 4))
  done
}
for slot in 0 1 2 3; do worker "$slot" & done
cd "$work/landing"
n=0
while [ "$n" -lt "$count" ]; do
  while [ ! -e "$work/done/$n" ]; do sleep 0.01; done
  git cherry-pick "$(cat "$work/done/$n")" > /dev/null
  "$python" -m py_compile "m$n.py"
  n=$((n + 1))
done
wait
"""


def bench() -> dict[str, object]:
    """Return the figures."""
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        root = Path(folder)
        target = _target(root / "target")
        playbook = root / "bench"
        playbook.mkdir()
        (playbook / "playbook.yaml").write_text(PLAYBOOK, encoding="utf-8")
        ratio, ours, floor = medians(
            lambda: _leafcut(root, target, playbook), lambda: _floor(root, target), PAIRS
        )
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "tasks": TASKS,
        "leafcut_s": median(ours),
        "script_s": median(floor),
        "leafcut_ms_a_task": round(median(ours) / TASKS * 1000, 1),
        "script_ms_a_task": round(median(floor) / TASKS * 1000, 1),
        "peak_mib": round(max(one.peak_mib for one in ours)),
    }


def _target(folder: Path) -> Path:
    folder.mkdir()
    for n in range(TASKS):
        (folder / f"m{n}.py").write_text(f"value = 'OLD'\nnumber = {n}\n", encoding="utf-8")
    for call in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "Bench"],
        ["config", "user.email", "bench@example.invalid"],
        ["add", "-A"],
        ["commit", "-q", "-m", "base"],
    ):
        subprocess.run(["git", "-C", str(folder), *call], check=True)
    return folder


def _leafcut(root: Path, target: Path, playbook: Path) -> Timed:
    home = Path(tempfile.mkdtemp(dir=root))
    try:
        return timed(
            [
                str(Path(sys.executable).with_name("leafcut")), "run", str(playbook),
                "--repo", str(target), "-j", "4", "--sandbox", "local", "--yes", "--json",
            ],
            env={"LEAFCUT_HOME": str(home)},
        )  # fmt: skip
    finally:
        shutil.rmtree(home)


def _floor(root: Path, target: Path) -> Timed:
    work = Path(tempfile.mkdtemp(dir=root))
    script = [_sh(), "-c", FLOOR, "floor", str(target), str(work), sys.executable, str(TASKS)]
    try:
        return timed(script, env={"PATH": os.environ["PATH"]})
    finally:
        shutil.rmtree(work)


def _sh() -> str:
    return shutil.which("sh") or "/bin/sh"
