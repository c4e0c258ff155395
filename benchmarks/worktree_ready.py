"""A worktree made ready for an attempt, against `git worktree add`, on a tree of 36,000 files.

Ours is an overlay over the run's prepared base, in which the attempt before has changed, added and
deleted files; it is leased and shows the next commit. What the base takes to prepare, once a run,
is told beside it, and so is a pooled checkout, which serves where this process may not mount.
"""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pairs import Timed, median, medians, timed
from orchestrator.adapters.git.overlay import Bases, possible
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.sandbox.mounts import identity
from orchestrator.domain.changes import ChangeSet, FileChange

GOAL = 1 / 20
PAIRS = 3
FOLDERS = 600
A_FOLDER = 60
TOUCHED = 20


def bench() -> dict[str, object]:
    """Return the figures."""
    with tempfile.TemporaryDirectory(prefix="leafcut-bench-") as made:
        folder = Path(made)
        with _repository(folder) as (repository, base):
            bases = Bases(repository, folder / "bases", identity()) if possible(folder) else None
            pool = WorktreePool(repository, folder / "overlays", bases)
            try:
                return _figures(folder, repository, base, pool)
            finally:
                pool.close()


def _figures(
    folder: Path, repository: CanonicalRepository, base: str, pool: WorktreePool
) -> dict[str, object]:
    commits = _commits(repository, base)
    first = _ready(pool, base)
    checkouts = WorktreePool(repository, folder / "checkouts")
    filled = _ready(checkouts, base)
    pooled = [_ready(checkouts, next(commits)) for _ in range(PAIRS)]
    numbers = iter(range(2 * PAIRS))
    ratio, ours, theirs = medians(
        lambda: _ready(pool, next(commits)),
        lambda: _added(repository.directory, folder / f"git{next(numbers)}", base),
        PAIRS,
    )
    return {
        "ratio": round(ratio, 4),
        "goal": GOAL,
        "ok": ratio <= GOAL,
        "files": FOLDERS * A_FOLDER,
        "overlay_s": median(ours),
        "git_worktree_add_s": median(theirs),
        "base_s": round(first.wall_s, 3),
        "checkout_s": median(pooled),
        "checkout_filled_s": round(filled.wall_s, 3),
    }


@contextmanager
def _repository(folder: Path) -> Iterator[tuple[CanonicalRepository, str]]:
    target = folder / "target"
    for n in range(FOLDERS):
        inner = target / f"package{n % 30}" / f"part{n}"
        inner.mkdir(parents=True)
        for m in range(A_FOLDER):
            text = f"value = {n * A_FOLDER + m}\n" * 20
            (inner / f"module{m}.py").write_text(text, encoding="utf-8")
    for call in (
        ["init", "-q", "-b", "main"],
        ["config", "user.name", "Bench"],
        ["config", "user.email", "bench@example.invalid"],
        ["add", "-A"],
        ["commit", "-q", "-m", "base"],
    ):
        subprocess.run(["git", "-C", str(target), *call], check=True)
    opened = Target.open(target)
    base = opened.resolve("HEAD")
    opened.copy_to(folder / "canonical.git", base)
    repository = CanonicalRepository(folder / "canonical.git", "B <b@example.invalid>", time.time)
    try:
        yield repository, base
    finally:
        repository.close()


def _commits(repository: CanonicalRepository, base: str) -> Iterator[str]:
    """Yield commits, each on the one before, as landings make them."""
    head = base
    for n in range(1000):
        path = f"package{n % 30}/part{n % 30}/module0.py"
        change = FileChange(path, "100644", f"landed = {n}\n".encode())
        head = repository.commit(head, ChangeSet((change,)), f"Land {n}\n")
        yield head


def _ready(pool: WorktreePool, commit: str) -> Timed:
    """Time a lease until the tree shows the commit, then do what an attempt does."""
    began = time.perf_counter()
    with pool.lease() as worktree:
        worktree.reset(commit)
        took = time.perf_counter() - began
        for n in range(TOUCHED):
            holder = worktree.root / f"package{n}" / f"part{n}"
            (holder / "module1.py").write_text("changed = 1\n", encoding="utf-8")
            (holder / "module2.py").unlink()
            (holder / "new.py").write_text("new = 1\n", encoding="utf-8")
    return Timed(took, 0.0)


def _added(repository: Path, folder: Path, commit: str) -> Timed:
    command = ["git", f"--git-dir={repository}", "worktree", "add", "--quiet", "--detach"]
    return timed([*command, str(folder), commit])
