"""`leafcut plan` on more than 6,000 Python files against the tools that it stands on.

Two figures. `--no-find` with the checkout prepared, against `ruff analyze graph` alone, process
start included. And the whole plan with a regular expression to find, checkout and all, against the
sum of a checkout by git, ruff and that search alone.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ruff import find_ruff_bin

from benchmarks.packages import repository_of
from benchmarks.pairs import Timed, median, medians, timed

PACKAGE = "homeassistant==2024.3.3"
GOAL = 2.5
GOAL_WHOLE = 1.2
GOAL_MIB = 200
PAIRS = 5

PLAYBOOK = """\
version: 1
name: bench
title: Find service calls
find: {regex: ['async_call']}
select: {include: ["*.py"]}
codemod: {run: "true"}
"""

SEARCH = """\
import pathlib, re, sys
rule = re.compile(rb"(?:async_call)", re.MULTILINE)
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    sum(1 for _ in rule.finditer(path.read_bytes()))
"""


def bench() -> dict[str, object]:
    """Return the figures."""
    target = repository_of(PACKAGE)
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        root = Path(folder)
        playbook = root / "bench"
        playbook.mkdir()
        (playbook / "playbook.yaml").write_text(PLAYBOOK, encoding="utf-8")
        kept = root / "home"
        ratio, ours, ruff = medians(
            lambda: _plan(playbook, target, kept, "--no-find"), lambda: _ruff(target), PAIRS
        )
        whole, full, parts = medians(
            lambda: _fresh_plan(playbook, target, root), lambda: _parts(target, root), PAIRS
        )
        tasks = _tasks(playbook, target, kept)
    peak = max(one.peak_mib for one in ours)
    return {
        "ratio": round(ratio, 3),
        "goal": GOAL,
        "ratio_whole": round(whole, 3),
        "goal_whole": GOAL_WHOLE,
        "ok": ratio <= GOAL and whole <= GOAL_WHOLE and peak <= GOAL_MIB,
        "files": sum(1 for _ in target.rglob("*.py")),
        "tasks": tasks,
        "no_find_s": median(ours),
        "ruff_s": median(ruff),
        "whole_s": median(full),
        "checkout_ruff_search_s": median(parts),
        "peak_mib": round(peak),
        "goal_mib": GOAL_MIB,
    }


def _plan(playbook: Path, target: Path, home: Path, *more: str) -> Timed:
    leafcut = str(Path(sys.executable).with_name("leafcut"))
    words = ["plan", str(playbook), "--repo", str(target), "--format", "json", *more]
    return timed([leafcut, *words], env={"LEAFCUT_HOME": str(home)})


def _fresh_plan(playbook: Path, target: Path, root: Path) -> Timed:
    home = Path(tempfile.mkdtemp(dir=root))
    try:
        return _plan(playbook, target, home)
    finally:
        shutil.rmtree(home)


def _ruff(tree: Path) -> Timed:
    return timed([find_ruff_bin(), "analyze", "graph", "--isolated", "."], cwd=tree)


def _parts(target: Path, root: Path) -> Timed:
    tree = Path(tempfile.mkdtemp(dir=root))
    checkout = ["git", f"--git-dir={target}/.git", f"--work-tree={tree}", "checkout", "-f", "HEAD"]
    try:
        index = {"GIT_INDEX_FILE": str(tree) + ".index"}
        steps = [
            timed([*checkout, "--", "."], env=index),
            _ruff(tree),
            timed([sys.executable, "-c", SEARCH, str(tree)]),
        ]
    finally:
        shutil.rmtree(tree)
        Path(str(tree) + ".index").unlink(missing_ok=True)
    return Timed(sum(step.wall_s for step in steps), max(step.peak_mib for step in steps))


def _tasks(playbook: Path, target: Path, home: Path) -> int:
    leafcut = str(Path(sys.executable).with_name("leafcut"))
    words = ["plan", str(playbook), "--repo", str(target), "--format", "json"]
    env = {**os.environ, "LEAFCUT_HOME": str(home)}
    said = subprocess.run([leafcut, *words], env=env, capture_output=True, check=True).stdout
    return len(json.loads(said)["tasks"])
