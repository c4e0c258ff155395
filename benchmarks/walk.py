"""Walk a run's landed commits: each, checked out alone, must pass what the base passed.

`python -m benchmarks.walk RUN COMMAND…`: every command runs as `sh -c` in a fresh checkout of the
base and of each commit on the integration branch. A commit is green when no command that the base
passes fails on it. Prints a JSON line last; exits 1 when a commit is red.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from orchestrator.wiring.parts import INTEGRATION
from orchestrator.wiring.runs import opened


def main(run: str, commands: Sequence[str]) -> int:
    """Walk the newest-to-oldest list the other way round and report."""
    with opened(run) as there:
        repository, base = there.folder.repository, there.run.plan.base
        listed = _git(repository, "rev-list", "--reverse", f"{base}..{INTEGRATION}").split()
    must = [command for command in commands if _passes(repository, base, command)]
    red = []
    for n, commit in enumerate(listed, 1):
        failing = [command for command in must if not _passes(repository, commit, command)]
        print(f"{n}/{len(listed)} {commit[:10]} {'red' if failing else 'green'}", file=sys.stderr)
        red += [{"commit": commit, "command": command} for command in failing]
    ignored = [command for command in commands if command not in must]
    figures = {"commits": len(listed), "commands": must, "red_on_base": ignored, "red": red}
    print(json.dumps({"run": run, **figures}))
    return int(bool(red))


def _passes(repository: Path, commit: str, command: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="leafcut-walk-") as folder:
        tree = Path(folder) / "tree"
        _git(repository, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            call = ["/bin/sh", "-c", command]
            done = subprocess.run(call, cwd=tree, capture_output=True, check=False)
        finally:
            _git(repository, "worktree", "remove", "--force", str(tree))
    return done.returncode == 0


def _git(repository: Path, *words: str) -> str:
    call = ["git", f"--git-dir={repository}", *words]
    return subprocess.run(call, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
