"""A target repository, the run's copy of it and a pool of worktrees, all real."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from orchestrator.adapters.git import overlay
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.domain.changes import ChangeSet, FileChange, FileMode
from orchestrator.ports.repository import Worktree

AUTHOR = "Ada Lovelace <ada@example.org>"
Git: TypeAlias = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Return plain git, run in the target unless another folder is given."""

    def run(*arguments: str, cwd: Path | None = None, **environment: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=cwd or tmp_path / "target",
            env={**os.environ, **environment},
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    return run


@pytest.fixture
def target(tmp_path: Path, git: Git) -> Target:
    """Return a repository with a few files and one commit."""
    root = tmp_path / "target"
    (root / "pkg/inner").mkdir(parents=True)
    (root / "a.py").write_text("a = 1\n")
    (root / "run.sh").write_text("#!/bin/sh\n")
    (root / "run.sh").chmod(0o755)
    (root / "pkg/b.py").write_text("".join(f"line {n}\n" for n in range(30)))
    (root / "pkg/inner/c.py").write_bytes(b"\xef\xbb\xbfc = 1\r\n")
    (root / "pkg/link").symlink_to("inner/c.py")
    (root / ".gitignore").write_text("*.log\n/build/\n")
    git("init", "--quiet", cwd=root)
    git("add", "-A")
    git("commit", "--quiet", "-m", "base")
    return Target.open(root)


@pytest.fixture
def base(target: Target) -> str:
    return target.resolve("HEAD")


@pytest.fixture
def repository(tmp_path: Path, target: Target, base: str) -> Iterator[CanonicalRepository]:
    """Return the run's copy of the target."""
    target.copy_to(tmp_path / "run.git", base)
    times = iter(range(1_700_000_000, 1_800_000_000))
    opened = CanonicalRepository(tmp_path / "run.git", AUTHOR, lambda: next(times))
    yield opened
    opened.close()


@pytest.fixture(params=["checkout", "overlay"])
def make_pool(
    request: pytest.FixtureRequest, tmp_path: Path, repository: CanonicalRepository
) -> Iterator[Callable[[], WorktreePool]]:
    """Return what makes a pool over the same folders, of each kind in turn.

    Overlays take a process that may mount.
    """
    if request.param == "overlay" and not overlay.possible(tmp_path):
        pytest.skip("only root may mount overlays")

    def make() -> WorktreePool:
        bases = overlay.Bases(repository, tmp_path / "bases", (os.geteuid(), os.getegid()))
        kind = bases if request.param == "overlay" else None
        return WorktreePool(repository, tmp_path / "worktrees", kind)

    yield make
    overlay.unmount_below(tmp_path)


@pytest.fixture
def pool(make_pool: Callable[[], WorktreePool]) -> WorktreePool:
    """Return a pool of worktrees."""
    return make_pool()


@pytest.fixture
def worktree(pool: WorktreePool, base: str) -> Iterator[Worktree]:
    """Return a worktree that shows the base."""
    with pool.lease() as leased:
        leased.reset(base)
        yield leased


def change(path: str, content: bytes | None, mode: FileMode = "100644") -> ChangeSet:
    """Return a change set of one file."""
    return ChangeSet((FileChange(path, mode, content),))


@dataclass(frozen=True, slots=True)
class Shown:
    """A file or link as it lies on disk."""

    executable: bool
    content: bytes


def shown(root: Path) -> Mapping[str, Shown]:
    """Return what a folder holds, the worktree's own link left out."""
    held = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *(f for f in folders if (Path(folder) / f).is_symlink())]:
            path = Path(folder) / name
            key = str(path.relative_to(root))
            if path.is_symlink():
                held[key] = Shown(executable=False, content=os.fsencode(path.readlink()))
            elif key != ".git":
                held[key] = Shown(os.access(path, os.X_OK), path.read_bytes())
    return held
