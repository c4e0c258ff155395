"""The private repository of an agent: git works in it, and it leads nowhere else."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.domain.changes import ChangeSet, FileChange
from orchestrator.ports.repository import Worktree
from tests.support.landed import AUTHOR, git, make_target

FILES = {
    "a.py": b"a = 1\n",
    "pkg/b.py": b"b = 1\n",
    "pkg/run.sh": b"#!/bin/sh\n",
    ".gitignore": b"*.pyc\n",
    "n\xc3\xbc.txt".encode("latin-1").decode(): b"u\n",
    "x" * 120: b"long\n",
}


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[CanonicalRepository]:
    """A canonical repository with one commit on its base, and an unrelated one."""
    target = make_target(tmp_path / "target", FILES)
    (target.root / "secret.py").write_text("of the past")
    git(target.root, "add", "-A")
    git(target.root, "commit", "-qm", "Past")
    (target.root / "secret.py").unlink()
    git(target.root, "add", "-A")
    git(target.root, "commit", "-qm", "Base")
    target.copy_to(tmp_path / "canonical.git", target.resolve("HEAD"))
    made = CanonicalRepository(tmp_path / "canonical.git", AUTHOR, lambda: 1e9)
    yield made
    made.close()


@pytest.fixture
def base(repository: CanonicalRepository) -> str:
    """The base commit."""
    found = repository.head("refs/leafcut/base")
    assert found is not None
    return found


@pytest.fixture
def worktree(repository: CanonicalRepository, base: str, tmp_path: Path) -> Iterator[Worktree]:
    """A worktree that shows the base."""
    with WorktreePool(repository, tmp_path / "worktrees").lease() as leased:
        leased.reset(base)
        time.sleep(0.03)  # what has only just been written is not known yet
        leased.reset(base)
        yield leased


def change(repository: CanonicalRepository, on: str, path: str, content: bytes) -> str:
    return repository.commit(
        on, ChangeSet((FileChange(path, "100644", content),)), f"Edit {path}\n"
    )


def inside(worktree: Worktree, *words: str, fails: bool = False) -> str:
    """Run git in the tree as an agent would."""
    made = worktree.scratch / "repository"
    done = subprocess.run(
        ["git", f"--git-dir={made}", *words],
        cwd=worktree.root,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
        check=not fails,
    )
    assert not fails or done.returncode
    return done.stdout


def test_a_fresh_tree_is_clean_and_no_file_is_read(worktree: Worktree) -> None:
    worktree.private_repository(str(worktree.root))
    assert inside(worktree, "status", "--porcelain") == ""
    stale = inside(worktree, "diff-files", "--name-only")
    assert stale == "", "the index does not say what is there"
    assert inside(worktree, "ls-files").count("\n") == len(FILES)
    assert inside(worktree, "fsck", "--full") == ""


def test_what_is_done_shows(worktree: Worktree) -> None:
    worktree.private_repository(str(worktree.root))
    (worktree.root / "a.py").write_text("a = 2\n")
    (worktree.root / "new.py").write_text("new\n")
    (worktree.root / "pkg/b.py").unlink()
    said = inside(worktree, "status", "--porcelain").splitlines()
    assert said == [" M a.py", " D pkg/b.py", "?? new.py"]
    assert "+a = 2" in inside(worktree, "diff", "a.py")


def test_a_seed_of_equal_size_shows_as_a_change(worktree: Worktree) -> None:
    worktree.apply(ChangeSet((FileChange("a.py", "100644", b"a = 3\n"),)))
    os.utime(worktree.root / "a.py", ns=(10**18, (worktree.root / ".gitignore").stat().st_mtime_ns))
    worktree.private_repository(str(worktree.root))
    assert inside(worktree, "status", "--porcelain") == " M a.py\n"


def test_history_begins_at_the_base_and_has_what_landed(
    repository: CanonicalRepository, worktree: Worktree, base: str
) -> None:
    landed = change(repository, base, "a.py", b"a = 5\n")
    later = change(repository, landed, "a.py", b"a = 6\n")
    worktree.reset(landed)
    private = worktree.private_repository(str(worktree.root))
    assert inside(worktree, "log", "--format=%s").split("\n")[:2] == ["Edit a.py", "Base"]
    assert inside(worktree, "rev-parse", "HEAD").strip() == landed
    inside(worktree, "cat-file", "-e", later, fails=True)
    inside(worktree, "cat-file", "-e", f"{base}^", fails=True)
    assert inside(worktree, "status", "--porcelain") == ""
    assert len(private.objects) == 2


def test_nothing_done_to_it_reaches_the_canonical_repository(
    repository: CanonicalRepository, worktree: Worktree
) -> None:
    def state() -> dict[str, bytes]:
        found = (path for path in repository.directory.rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in found}

    worktree.private_repository(str(worktree.root))
    before = state()
    packs = {path: path.read_bytes() for path in repository.past.folder.rglob("*.pack")}
    (worktree.root / "a.py").write_text("a = 2\n")
    inside(worktree, "commit", "-aqm", "Mine")
    inside(worktree, "branch", "own")
    inside(worktree, "gc", "--quiet", "--prune=now")
    assert state() == before
    assert {path: path.read_bytes() for path in packs} == packs
    worktree.private_repository(str(worktree.root))
    assert inside(worktree, "branch", "--list", "own") == ""


def test_packs_are_made_once(repository: CanonicalRepository, base: str) -> None:
    first = repository.past.reaching(base)
    landed = change(repository, base, "a.py", b"a = 5\n")
    made = first.folders[0].stat().st_ino
    again = repository.past.reaching(landed)
    assert again.folders[0] == first.folders[0]
    assert again.folders[0].stat().st_ino == made
    assert again.roots == first.roots == (base,)
