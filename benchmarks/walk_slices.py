"""Walk a run's slices in a clean clone: each branch alone, then main with one more merged.

`python -m benchmarks.walk_slices RUN COMMAND…`, after `leafcut prs create RUN`: every command that
the base passes must pass on each slice's tip and after each merge, from the first slice up; with
all of them merged the tree must be the integration head's. Prints a JSON line last; exits 1 when
anything is red or the tree is another one.
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
    """Walk and report."""
    with opened(run) as there:
        target, folder, base = there.settings.target, there.folder, there.run.base
    document = json.loads((folder.slices / "slices.json").read_text(encoding="utf-8"))
    branches = [piece["branch"] for piece in document["slices"]]
    with tempfile.TemporaryDirectory(prefix="leafcut-walk-") as made:
        clone = Path(made) / "clone"
        subprocess.run(["git", "clone", "--quiet", "--no-local", target, clone], check=True)
        must = [command for command in commands if _passes(clone, base, command)]
        red = []
        _git(clone, "switch", "--quiet", "-c", "walked", base)
        for branch in branches:
            alone = f"origin/{branch}"
            failing = {command for command in must if not _passes(clone, alone, command)}
            _git(clone, "switch", "--quiet", "walked")
            _git(clone, "merge", "--quiet", "--no-ff", "-m", branch, alone)
            failing |= {command for command in must if not _passes(clone, "walked", command)}
            print(f"{branch} {'red' if failing else 'green'}", file=sys.stderr)
            red += [{"branch": branch, "command": command} for command in sorted(failing)]
        same = _git(clone, "rev-parse", "walked^{tree}") == _git(
            folder.repository, "rev-parse", f"{INTEGRATION}^{{tree}}"
        )
    print(json.dumps({"run": run, "slices": len(branches), "red": red, "same_tree": same}))
    return int(bool(red) or not same)


def _passes(clone: Path, commit: str, command: str) -> bool:
    _git(clone, "switch", "--quiet", "--detach", commit)
    _git(clone, "clean", "-qfdx")
    call = ["/bin/sh", "-c", command]
    return subprocess.run(call, cwd=clone, capture_output=True, check=False).returncode == 0


def _git(repository: Path, *words: str) -> str:
    call = ["git", "-C", str(repository), *words]
    return subprocess.run(call, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
