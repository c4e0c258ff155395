import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.domain.changes import ChangeSet, FileChange, UnsafeTree
from orchestrator.ports.repository import Worktree

from .conftest import Git, change, shown


def changed(worktree: Worktree) -> dict[str, tuple[str, bytes | None]]:
    """Return the worktree's change set by path."""
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet), changes
    return {file.path: (file.mode, file.content) for file in changes.files}


def test_a_worktree_shows_the_bytes_of_the_commit(worktree: Worktree, git: Git) -> None:
    assert shown(worktree.root) == {
        path: one
        for path, one in shown(worktree.root.parents[2] / "target").items()
        if not path.startswith(".git/")
    }
    assert changed(worktree) == {}
    assert git("rev-parse", "--is-inside-work-tree", cwd=worktree.root) == "true"


def test_attributes_and_line_ends_convert_nothing(
    pool: WorktreePool, repository: CanonicalRepository, base: str
) -> None:
    files = ChangeSet(
        (
            FileChange(".gitattributes", "100644", b"* text=auto eol=crlf ident\n*.x filter=f\n"),
            FileChange("t.txt", "100644", b"$Id$\nunix\n"),
            FileChange("w.txt", "100644", b"dos\r\n"),
            FileChange("w.x", "100644", b"raw\n"),
        )
    )
    commit = repository.commit(base, files, "m\n")
    for first in (commit, base):  # once filled, once by difference
        with pool.lease() as one, pool.lease() as two:
            one.reset(first)
            two.reset(base)
            two.reset(commit)
            one.reset(commit)
            for worktree in (one, two):
                assert (worktree.root / "t.txt").read_bytes() == b"$Id$\nunix\n"
                assert (worktree.root / "w.txt").read_bytes() == b"dos\r\n"
                assert (worktree.root / "w.x").read_bytes() == b"raw\n"


def test_every_kind_of_change_is_seen_and_undone(worktree: Worktree, base: str) -> None:
    before = shown(worktree.root)
    root = worktree.root
    (root / "a.py").write_text("a = 2\n")
    (root / "run.sh").chmod(0o644)
    (root / "pkg/b.py").unlink()
    (root / "pkg/link").unlink()
    (root / "pkg/link").symlink_to("b.py")
    (root / "new/deep").mkdir(parents=True)
    (root / "new/deep/n.py").write_text("n\n")
    (root / "new/to").symlink_to("../a.py")
    (root / "new/x").write_text("x")
    (root / "new/x").chmod(0o755)
    (root / "empty/folder").mkdir(parents=True)
    assert changed(worktree) == {
        "a.py": ("100644", b"a = 2\n"),
        "new/deep/n.py": ("100644", b"n\n"),
        "new/to": ("120000", b"../a.py"),
        "new/x": ("100755", b"x"),
        "pkg/b.py": ("100644", None),
        "pkg/link": ("120000", b"b.py"),
        "run.sh": ("100644", b"#!/bin/sh\n"),
    }
    worktree.reset(base)
    assert shown(root) == before
    assert not (root / "empty").exists()
    assert changed(worktree) == {}


def test_files_and_folders_change_places(
    worktree: Worktree, repository: CanonicalRepository, base: str
) -> None:
    root, before = worktree.root, shown(worktree.root)
    (root / "a.py").unlink()
    (root / "a.py").mkdir()
    (root / "a.py/x").write_text("x")
    for name in ("pkg/inner/c.py", "pkg/inner"):
        (root / name).unlink() if name.endswith("c.py") else (root / name).rmdir()
    (root / "pkg/inner").write_text("a file now")
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert changes.paths == ("a.py", "a.py/x", "pkg/inner", "pkg/inner/c.py")
    commit = repository.commit(base, changes, "m\n")
    assert repository.changes(base, commit) == changes
    worktree.reset(base)
    assert shown(root) == before
    worktree.reset(commit)
    assert (root / "a.py/x").read_text() == "x"
    assert (root / "pkg/inner").read_text() == "a file now"
    assert changed(worktree) == {}
    worktree.reset(base)
    assert shown(root) == before


def test_odd_names_survive_the_round_trip(
    worktree: Worktree, repository: CanonicalRepository, base: str
) -> None:
    names = [
        b"new\nline",
        b"$(id).py",
        b"\xff\xfe",
        b"sp ace 'q\"",
        "ö/ü".encode(),
        b"A.py",
        b"-rf",
    ]
    os.mkdir(os.fsencode(worktree.root) + "/ö".encode())
    for name in names:
        Path(os.fsdecode(os.fsencode(worktree.root) + b"/" + name)).write_bytes(name)
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert {os.fsencode(path) for path in changes.paths} == set(names)
    commit = repository.commit(base, changes, "m\n")
    worktree.reset(base)
    worktree.reset(commit)
    assert all(
        Path(os.fsdecode(os.fsencode(worktree.root) + b"/" + name)).read_bytes() == name
        for name in names
    )


def test_ignored_files_and_litter_are_passed_over_and_removed(
    worktree: Worktree, base: str
) -> None:
    for path in (
        "x.log", "pkg/y.log", "build/lib/a.py", "pkg/__pycache__/b.pyc", ".mypy_cache/x.json",
        "node_modules/m/i.js", "leaf.egg-info/PKG-INFO", "pkg/.git/config", "pkg/sub/.GIT/hooks/x",
    ):  # fmt: skip
        (worktree.root / path).parent.mkdir(parents=True, exist_ok=True)
        (worktree.root / path).write_text("x")
    (worktree.root / "pkg/build").mkdir()
    (worktree.root / "pkg/build/real.py").write_text("only /build is ignored")
    assert list(changed(worktree)) == ["pkg/build/real.py"]
    before = set(shown(worktree.root))
    worktree.reset(base)
    assert len(before) - len(shown(worktree.root)) == 10


def test_the_commits_gitignore_counts_not_the_agents(worktree: Worktree) -> None:
    (worktree.root / ".gitignore").write_text("*.py\n")
    (worktree.root / "hidden.py").write_text("x")
    (worktree.root / "pkg/.gitignore").write_text("*\n")
    (worktree.root / "pkg/too.py").write_text("x")
    assert list(changed(worktree)) == [".gitignore", "hidden.py", "pkg/.gitignore", "pkg/too.py"]


def test_a_tracked_file_counts_though_it_is_ignored(
    worktree: Worktree, repository: CanonicalRepository, base: str
) -> None:
    commit = repository.commit(base, change("build/kept.log", b"1"), "m\n")
    worktree.reset(commit)
    (worktree.root / "build/kept.log").write_text("2")
    (worktree.root / "build/new.py").write_text("ignored")
    assert list(changed(worktree)) == ["build/kept.log"]


def test_kept_paths_survive_and_are_no_change(worktree: Worktree, base: str) -> None:
    keep = [".venv", "pkg/cache/", "tools/env/bin"]
    for path in (".venv/bin/python", "pkg/cache/x", "tools/env/bin/t", "tools/env/other", "y"):
        (worktree.root / path).parent.mkdir(parents=True, exist_ok=True)
        (worktree.root / path).write_text("x")
    (worktree.root / ".venv/.git").mkdir()
    worktree.reset(base, keep)
    kept = shown(worktree.root)
    assert {".venv/bin/python", "pkg/cache/x", "tools/env/bin/t"} <= kept.keys()
    assert not {"tools/env/other", "y"} & kept.keys()
    assert changed(worktree) == {}
    worktree.reset(base)
    assert ".venv/bin/python" not in shown(worktree.root)


def test_what_the_commit_has_below_a_kept_path_is_restored(worktree: Worktree, base: str) -> None:
    worktree.reset(base, ["pkg"])
    (worktree.root / "pkg/b.py").write_text("changed")
    (worktree.root / "pkg/new").write_text("spared")
    assert list(changed(worktree)) == ["pkg/b.py"]
    worktree.reset(base, ["pkg"])
    assert (worktree.root / "pkg/b.py").read_text() != "changed"
    assert (worktree.root / "pkg/new").read_text() == "spared"


def test_a_change_of_equal_size_in_the_same_tick_is_seen(worktree: Worktree, base: str) -> None:
    file = worktree.root / "a.py"
    for number in range(2, 60):
        worktree.reset(base)
        status = file.stat()
        file.write_text(f"a = {number % 9}\n")
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert bool(changed(worktree)) == (number % 9 != 1)


def test_a_forged_modification_time_hides_nothing(worktree: Worktree, base: str) -> None:
    file = worktree.root / "a.py"
    time.sleep(0.05)
    assert changed(worktree) == {}
    status = file.stat()
    file.write_text("a = 9\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert list(changed(worktree)) == ["a.py"]
    worktree.reset(base)
    assert file.read_text() == "a = 1\n"


def test_rights_are_restored(worktree: Worktree, base: str) -> None:
    (worktree.root / "a.py").chmod(0o000)
    (worktree.root / "pkg/b.py").chmod(0o4644)
    (worktree.root / "pkg/inner").chmod(0o000)
    assert changed(worktree) == {}
    worktree.reset(base)
    assert (worktree.root / "a.py").stat().st_mode & 0o7777 == 0o644
    assert (worktree.root / "pkg/b.py").stat().st_mode & 0o7777 == 0o644
    assert (worktree.root / "pkg/inner").stat().st_mode & 0o700 == 0o700


def test_leases_are_exclusive_and_reused(pool: WorktreePool, base: str) -> None:
    with pool.lease() as one, pool.lease() as two:
        assert one.root != two.root
        (one.scratch / "note").write_text("x")
        roots = {one.root, two.root}
    with pool.lease() as again:
        assert again.root in roots
        assert list(again.scratch.iterdir()) == []
        again.reset(base)
        assert changed(again) == {}


def test_a_resumed_run_uses_its_worktrees_again(
    tmp_path: Path, pool: WorktreePool, make_pool: Callable[[], WorktreePool], base: str
) -> None:
    with pool.lease() as worktree:
        worktree.reset(base, [".venv"])
        (worktree.slot / "setup.key").write_text("done")
        (worktree.root / ".venv").mkdir()
        (worktree.root / ".venv/x").write_text("kept")
        (worktree.root / "a.py").write_text("a = 7\n")
        (worktree.root / ".git").write_text("gitdir: /tmp/evil\n")
        inode = (worktree.root / "pkg/b.py").stat().st_ino
    half_made = tmp_path / "worktrees/9"
    half_made.mkdir()
    resumed = make_pool()
    assert not half_made.exists()
    with resumed.lease() as worktree, resumed.lease() as other:
        assert worktree.root != other.root
        worktree.reset(base, [".venv"])
        assert (worktree.slot / "setup.key").read_text() == "done"
        assert (worktree.root / ".venv/x").read_text() == "kept"
        assert (worktree.root / "a.py").read_text() == "a = 1\n"
        assert (worktree.root / "pkg/b.py").stat().st_ino == inode
        assert "run.git" in (worktree.root / ".git").read_text()
        assert changed(worktree) == {}


def test_submodules_are_left_out_and_alone(
    git: Git, tmp_path: Path, worktree: Worktree, repository: CanonicalRepository, base: str
) -> None:
    directory = str(repository.directory)
    index = {"GIT_INDEX_FILE": str(tmp_path / "index"), "GIT_DIR": directory}
    git("read-tree", base, **index)
    git("update-index", "--add", "--cacheinfo", f"160000,{base},sub", **index)
    commit = git("commit-tree", "-p", base, "-m", "m", git("write-tree", **index), **index)
    worktree.reset(commit)
    assert not (worktree.root / "sub").exists()
    assert changed(worktree) == {}
    (worktree.root / "sub").mkdir()
    (worktree.root / "sub/x").write_text("x")
    assert worktree.changes() == UnsafeTree((("sub/x", "lies in a submodule"),))
    with pytest.raises(ValueError, match="submodule"):
        repository.commit(commit, change("sub", None), "m\n")
    kept = repository.commit(commit, change("a.py", b"2"), "m\n")
    assert "160000" in git("ls-tree", kept, "sub", **index)


def test_a_change_set_that_is_applied_is_the_worktrees_own(worktree: Worktree, base: str) -> None:
    changes = ChangeSet(
        (
            FileChange("a.py", "100755", b"a = 3\n"),
            FileChange("deep/new.py", "100644", b"new\n"),
            FileChange("run.sh", "100755", None),
        )
    )
    worktree.apply(changes)
    assert worktree.changes() == changes
    worktree.reset(base)
    assert changed(worktree) == {}
