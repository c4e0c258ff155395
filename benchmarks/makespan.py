"""How close a run comes to the shortest that its plan allows, on real packages' import graphs.

Makespan divided by a lower bound. Two bounds stand side by side: the simple one, the larger of all
work divided by the workers and the critical path; and the reachable one, which also knows that
much of a plan cannot begin before its roots have landed (Carlier, "Scheduling jobs with release
dates and tails on identical machines to minimize the makespan", 1987). Where they differ, no
schedule reaches the simple one; the goals are held against the reachable one. Neither knows of
landing; the run does, so what landing costs is in every ratio. Beside it, on the same plans with
the same landings: a layer after the other, and first come, first served.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from benchmarks.packages import repository_of
from benchmarks.simulated import CHECK, FirstCome, LongestFirst, Order, makespan
from orchestrator.adapters import plan_file
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Verify

PACKAGES = ("django==5.1.4", "sympy==1.13.3", "networkx==3.4.2", "homeassistant==2024.3.3")
WORKERS = (4, 16, 64)
GOALS: Mapping[str, float] = {"work": 1.05, "critical path": 1.10}

PLAYBOOK = """\
version: 1
name: bench
title: Change every file
find: {regex: ['.']}
select: {include: ["*.py"]}
codemod: {run: "true"}
"""

COLUMNS: Mapping[str, tuple[Verify, Callable[[Plan], Order]]] = {
    "leafcut": ("commit", lambda _: LongestFirst()),
    "leafcut_head": ("head", lambda _: LongestFirst()),
    "waves": ("commit", lambda plan: FirstCome(plan, waves=True)),
    "first_come": ("commit", lambda plan: FirstCome(plan, waves=False)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One plan with some workers. The orders' figures are makespan divided by the reachable bound.

    `simple` is Leafcut's makespan divided by the simple bound, `best_simple` the least that any
    schedule could have there.
    """

    package: str
    tasks: int
    workers: int
    bound: Literal["work", "critical path"]
    makespan: Mapping[str, float]
    simple: float
    best_simple: float

    @property
    def ok(self) -> bool:
        """Whether Leafcut's own orders meet the goal."""
        goal = GOALS[self.bound]
        return max(self.makespan["leafcut"], self.makespan["leafcut_head"]) <= goal


def bench() -> dict[str, object]:
    """Return the figures."""
    rows = []
    head = f"{'':24}{'tasks':>6}{'workers':>9}  {'bound':15}{'  '.join(COLUMNS)}"
    print(f"{head}  simple  least", file=sys.stderr)
    for package in PACKAGES:
        for row in _rows(package, _plan(package)):
            rows.append(row)
            print(_line(row), file=sys.stderr)
    worst = {
        bound: max((row.makespan["leafcut"] for row in rows if row.bound == bound), default=0.0)
        for bound in GOALS
    }
    return {
        "ratio": worst["work"],
        "goal": GOALS["work"],
        "ratio_critical_path": worst["critical path"],
        "goal_critical_path": GOALS["critical path"],
        "ok": all(row.ok for row in rows),
        "beyond_any_schedule": sum(row.best_simple > GOALS[row.bound] for row in rows),
        "check_time": CHECK,
        "rows": [asdict(row) for row in rows],
    }


def _line(row: Row) -> str:
    figures = "".join(f"{row.makespan[name]:>{len(name)}.3f}  " for name in COLUMNS)
    named = f"{row.package:24}{row.tasks:>6}{row.workers:>9}  {row.bound:15}"
    return f"{named}{figures}{row.simple:>6.3f}  {row.best_simple:>5.3f}"


def _rows(package: str, plan: Plan) -> Iterator[Row]:
    path = max(task.priority for task in plan.tasks)
    for workers in WORKERS:
        reachable = max(path, _work_bound(plan, workers))
        simple = max(path, sum(task.cost for task in plan.tasks) / workers)
        took = {
            name: makespan(plan, workers, verify, order(plan))
            for name, (verify, order) in COLUMNS.items()
        }
        yield Row(
            package=package,
            tasks=len(plan.tasks),
            workers=workers,
            bound="critical path" if reachable == path else "work",
            makespan={name: round(time / reachable, 3) for name, time in took.items()},
            simple=round(took["leafcut"] / simple, 3),
            best_simple=round(reachable / simple, 3),
        )


def _work_bound(plan: Plan, workers: int) -> float:
    """Return the largest, over all times, of the time and the work that cannot begin before it."""
    begins: dict[str, float] = {}
    cost = {task.id: task.cost for task in plan.tasks}
    for task in sorted(plan.tasks, key=lambda task: task.layer):
        begins[task.id] = max((begins[to] + cost[to] for to in task.depends_on), default=0.0)
    bound = later = 0.0
    for name, time in sorted(begins.items(), key=lambda item: -item[1]):
        later += cost[name]
        bound = max(bound, time + later / workers)
    return bound


def _plan(package: str) -> Plan:
    """Return the plan of all of a package's files, made by the real planner."""
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        playbook = Path(folder) / "bench"
        playbook.mkdir()
        (playbook / "playbook.yaml").write_text(PLAYBOOK, encoding="utf-8")
        written = Path(folder) / "plan.json"
        leafcut = str(Path(sys.executable).with_name("leafcut"))
        words = [leafcut, "plan", str(playbook), "--repo", str(repository_of(package)), "--no-find"]
        env = {**os.environ, "LEAFCUT_HOME": folder}
        subprocess.run([*words, "-o", str(written)], env=env, check=True)
        return plan_file.load(written)
