"""`python -m benchmarks [NAME]`: run all benchmarks, or one; each prints a JSON line last."""

import json
import sys
from collections.abc import Callable, Mapping

from benchmarks import (
    attempt_start,
    checks_per_landing,
    combine512,
    dashboard,
    gateway,
    help_start,
    learnings,
    makespan,
    overhead,
    plan,
    tasks300,
    worktree_ready,
)

BENCHES: Mapping[str, Callable[[], dict[str, object]]] = {
    "attempt-start": attempt_start.bench,
    "checks-per-landing": checks_per_landing.bench,
    "combine512": combine512.bench,
    "dashboard": dashboard.bench,
    "gateway": gateway.bench,
    "help": help_start.bench,
    "learnings": learnings.bench,
    "makespan": makespan.bench,
    "overhead": overhead.bench,
    "plan": plan.bench,
    "tasks300": tasks300.bench,
    "worktree-ready": worktree_ready.bench,
}


def main(names: list[str]) -> int:
    """Run the benchmarks that are named, all when none is; 1 when one misses its goal."""
    unknown = sorted(set(names) - BENCHES.keys())
    if unknown:
        print(
            f"there is no benchmark {unknown[0]}; there are {', '.join(BENCHES)}", file=sys.stderr
        )
        return 2
    missed = False
    for name in names or BENCHES:
        figures = BENCHES[name]()
        print(json.dumps({"bench": name, **figures}), flush=True)
        missed = missed or not figures["ok"]
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
