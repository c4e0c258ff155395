"""512 disjoint change sets combined and landed, against a loop of `git merge` in a work tree.

Ours is the real landing over the real canonical repository, in the default batches, verified at
each batch's head by a check that is always green. Both end with the same tree, which is compared.
"""

import shutil
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.pairs import Timed, median, medians, timed
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.application.land import Batch, Candidate, Landing
from orchestrator.domain.changes import ChangeSet, FileChange

GOAL = 0.2
PAIRS = 3
COUNT = 512
BATCH = 8
AUTHOR = "Bench <bench@example.invalid>"
REF = "refs/heads/leafcut/integration"

MERGES = """
set -eu
cd "$1"
for commit in $(git for-each-ref --format='%(objectname)' refs/remotes/origin/change); do
  git merge --quiet --no-edit -m merge "$commit"
done
"""


def bench() -> dict[str, object]:
    """Return the figures."""
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as folder:
        root = Path(folder)
        bare, base, commits = _target(root)
        trees: set[str] = set()
        ratio, ours, merges = medians(
            lambda: _ours(root, bare, base, commits, trees),
            lambda: _merges(root, bare, trees),
            PAIRS,
        )
    if len(trees) != 1:
        message = f"the two ended with different trees: {sorted(trees)}"
        raise RuntimeError(message)
    return {
        "ratio": round(ratio, 4),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "change_sets": COUNT,
        "leafcut_s": median(ours),
        "git_merge_s": median(merges),
        "leafcut_ms_a_commit": round(median(ours) / COUNT * 1000, 2),
        "git_merge_ms_a_commit": round(median(merges) / COUNT * 1000, 2),
    }


def _path(n: int) -> str:
    return f"package/part{n % 32}/module{n}.py"


def _target(root: Path) -> tuple[Path, str, list[str]]:
    """Return a bare repository, its base, and commits that each change a file of their own."""
    tree, bare = root / "tree", root / "bare.git"
    for n in range(COUNT):
        (tree / _path(n)).parent.mkdir(parents=True, exist_ok=True)
        (tree / _path(n)).write_text(f"value = 'OLD'\nnumber = {n}\n", encoding="utf-8")
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "base"]):
        _git(tree, *words)
    _git(root, "clone", "-q", "--bare", str(tree), str(bare))
    base = _git(bare, "rev-parse", "HEAD")
    repository = CanonicalRepository(bare, AUTHOR, time.time)
    commits = []
    for n in range(COUNT):
        change = FileChange(_path(n), "100644", f"value = 'NEW'\nnumber = {n}\n".encode())
        commits.append(repository.commit(base, ChangeSet((change,)), f"change {n}\n"))
        repository.move(f"refs/heads/change/{n}", commits[n], None)
    repository.close()
    return bare, base, commits


def _ours(root: Path, bare: Path, base: str, commits: list[str], trees: set[str]) -> Timed:
    copy = Path(tempfile.mkdtemp(dir=root)) / "canonical.git"
    shutil.copytree(bare, copy)
    repository = CanonicalRepository(copy, AUTHOR, time.time)
    repository.move(REF, base, None)
    head = base
    with ThreadPoolExecutor(1) as executor:
        landing = Landing(repository, REF, "head", lambda _, __: (), executor)
        began = time.perf_counter()
        for first in range(0, COUNT, BATCH):
            candidates = tuple(
                Candidate(task=f"t{n}", commit=commits[n], files=(_path(n),), message=f"{n}\n")
                for n in range(first, first + BATCH)
            )
            ended = landing.land(Batch(number=first // BATCH, head=head, candidates=candidates))
            head = ended.head
        wall = time.perf_counter() - began
    repository.close()
    trees.add(_git(copy, "rev-parse", f"{REF}^{{tree}}"))
    shutil.rmtree(copy.parent)
    return Timed(wall, 0)


def _merges(root: Path, bare: Path, trees: set[str]) -> Timed:
    tree = Path(tempfile.mkdtemp(dir=root)) / "tree"
    _git(root, "clone", "-q", "--branch", "main", str(bare), str(tree))
    _git(tree, "config", "user.name", "Bench")
    _git(tree, "config", "user.email", "bench@example.invalid")
    _git(tree, "config", "gc.auto", "0")
    took = timed(["/bin/sh", "-c", MERGES, "merges", str(tree)])
    trees.add(_git(tree, "rev-parse", "HEAD^{tree}"))
    shutil.rmtree(tree.parent)
    return took


def _git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.invalid"]
    done = subprocess.run(
        ["git", *identity, *words], cwd=folder, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()
