"""What an agent may leave in a tree, and what must not come of it."""

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.adapters.git import files, harvest, overlay
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.domain.changes import ChangeSet, UnsafeTree
from orchestrator.ports.repository import Worktree

from .conftest import Git, shown


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder beside the tree that must stay as it is."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text("secret")
    return folder


def faults(worktree: Worktree) -> dict[str, str]:
    """Return what makes the tree unsafe."""
    unsafe = worktree.changes()
    assert isinstance(unsafe, UnsafeTree), unsafe
    return dict(unsafe.faults)


def test_planted_repositories_run_nothing(
    tmp_path: Path, worktree: Worktree, pool: WorktreePool, repository: CanonicalRepository,
    base: str, git: Git,
) -> None:  # fmt: skip
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\n")
    program.chmod(0o755)
    root = worktree.root
    (root / ".git").unlink()
    for folder in (root, root / "pkg/sub"):
        folder.mkdir(exist_ok=True)
        git("init", "--quiet", cwd=folder)
        for key in (
            "core.fsmonitor", "diff.external", "filter.f.clean", "filter.f.smudge",
            "filter.f.process", "core.sshCommand", "gpg.program", "core.pager",
        ):  # fmt: skip
            git("config", key, str(program), cwd=folder)
        (folder / ".gitattributes").write_text("* filter=f diff=f merge=f\n")
        hooks = folder / ".git/hooks"
        hooks.mkdir(exist_ok=True)
        for hook in ("post-checkout", "pre-commit", "reference-transaction", "post-index-change"):
            shutil.copy(program, hooks / hook)
        git("status", cwd=folder)
        canary.unlink()  # the trap works: plain git springs it
        (folder / ".git/commondir").write_text(str(tmp_path / "elsewhere"))
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert changes.paths == (".gitattributes", "pkg/sub/.gitattributes")
    commit = repository.commit(base, changes, "m\n")
    worktree.reset(commit)
    assert (root / ".git").is_file()
    assert "run.git" in (root / ".git").read_text()
    assert not (root / "pkg/sub/.git").exists()
    repository.line_counts(base, commit)
    repository.diff(base, commit)
    repository.patch(base, commit)
    with pool.lease() as other:
        other.reset(commit)
        assert other.changes() == ChangeSet()
    assert not canary.exists()


def test_links_must_stay_in_the_tree(worktree: Worktree, outside: Path, base: str) -> None:
    root = worktree.root
    links = {
        "abs": str(outside / "secret"),
        "up": "../../x",
        "pkg/up": "../../x",
        "own": ".git/config",
        "deep/one/d": "../..",
        "deep/one/x": "d/../..",
        "fine": "pkg/b.py",
        "dangling": "pkg/nothing",
        "pkg/inner/fine": "../../a.py",
    }
    for path, to in links.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).symlink_to(to)
    assert faults(worktree).keys() == {"abs", "up", "pkg/up", "own", "deep/one/x"}
    worktree.reset(base)
    assert (outside / "secret").read_text() == "secret"
    assert worktree.changes() == ChangeSet()


def test_a_new_link_makes_no_old_one_lead_out(
    worktree: Worktree, repository: CanonicalRepository, base: str
) -> None:
    (worktree.root / "d").symlink_to("pkg/inner")
    (worktree.root / "old").symlink_to("d/../b.py")
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    worktree.reset(repository.commit(base, changes, "m\n"))
    (worktree.root / "d").unlink()
    (worktree.root / "d").symlink_to(".")
    assert faults(worktree) == {"old": "is a link that now leads out of the tree"}


def test_a_folder_turned_into_a_link_is_not_walked_through(
    worktree: Worktree, outside: Path, base: str
) -> None:
    shutil.rmtree(worktree.root / "pkg")
    (worktree.root / "pkg").symlink_to(outside)
    assert faults(worktree) == {"pkg": "is a link where there was a folder"}
    worktree.reset(base)
    assert not (worktree.root / "pkg").is_symlink()
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_a_kept_folder_turned_into_a_link_is_not_written_through(
    worktree: Worktree, outside: Path, base: str
) -> None:
    worktree.reset(base, ["pkg"])
    shutil.rmtree(worktree.root / "pkg")
    (worktree.root / "pkg").symlink_to(outside)
    worktree.reset(base, ["pkg"])
    assert (worktree.root / "pkg/inner/c.py").is_file()
    assert [path.name for path in outside.iterdir()] == ["secret"]


@pytest.mark.parametrize("swap", ["link", "folder", "nothing"])
def test_a_tree_that_was_replaced_is_made_anew(
    worktree: Worktree, outside: Path, base: str, swap: str
) -> None:
    before = shown(worktree.root)
    (worktree.slot / "setup.key").write_text("done")
    overlay.unmount(worktree.root)
    shutil.rmtree(worktree.root)
    if swap == "link":
        worktree.root.symlink_to(outside)
    elif swap == "folder":
        outside.rename(worktree.root)
        outside.mkdir()
        (outside / "secret").write_text("secret")
    assert "." in faults(worktree)
    worktree.reset(base)
    assert shown(worktree.root) == before
    assert (outside / "secret").read_text() == "secret"
    assert not (worktree.slot / "setup.key").exists()
    assert worktree.changes() == ChangeSet()


def test_nothing_is_written_through_a_hard_link(
    worktree: Worktree, outside: Path, base: str
) -> None:
    (worktree.root / "a.py").unlink()
    if os.path.ismount(worktree.root):
        with pytest.raises(OSError, match="cross-device"):
            os.link(outside / "secret", worktree.root / "a.py")
        return
    os.link(outside / "secret", worktree.root / "a.py")
    os.link(worktree.root / "pkg/b.py", outside / "b.py")
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert [(file.path, file.content) for file in changes.files] == [("a.py", b"secret")]
    worktree.reset(base)
    assert (outside / "secret").read_text() == "secret"
    (outside / "b.py").write_text("another name of the tree's file")
    assert "another" not in (worktree.root / "pkg/b.py").read_text()


def test_devices_pipes_and_sockets_are_unsafe_unless_ignored(worktree: Worktree, base: str) -> None:
    os.mkfifo(worktree.root / "pipe")
    (worktree.root / "pkg/b.py").unlink()
    os.mkfifo(worktree.root / "pkg/b.py")
    os.mkfifo(worktree.root / "x.log")
    (worktree.root / "build").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.open(worktree.root, os.O_RDONLY)
        server.bind(f"/proc/self/fd/{folder}/sock")
        os.close(folder)
    assert faults(worktree).keys() == {"pipe", "pkg/b.py", "sock"}
    worktree.reset(base)
    assert not stat.S_ISFIFO((worktree.root / "pkg/b.py").lstat().st_mode)
    assert not (worktree.root / "pipe").exists()


@pytest.mark.parametrize("name", ["git~1", ".git ", ".git::$INDEX_ALLOCATION", ".g\u200cit"])
def test_names_that_other_systems_take_for_git_are_unsafe(worktree: Worktree, name: str) -> None:
    (worktree.root / name).mkdir()
    (worktree.root / name / "config").write_text("x")
    assert faults(worktree).keys() == {f"{name}/config"}


def test_a_tree_too_deep_for_the_stack_is_unsafe_and_removed(worktree: Worktree, base: str) -> None:
    here = os.open(worktree.root, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("deep", dir_fd=here)
        inner = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    assert len(faults(worktree)) == 1
    before = {"a.py", "pkg", "run.sh", ".gitignore", ".git"}
    worktree.reset(base)
    assert {path.name for path in worktree.root.iterdir()} == before


def test_more_than_can_be_read_is_unsafe(
    worktree: Worktree, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (worktree.root / "huge").open("wb") as file:
        file.truncate(1 << 40)
    with (worktree.root / "a.py").open("wb") as file:
        file.truncate(1 << 40)
    assert faults(worktree).keys() >= {"huge", "a.py"}
    worktree.reset(base)
    assert (worktree.root / "a.py").read_text() == "a = 1\n"
    monkeypatch.setattr(harvest, "MOST", 3)
    for number in range(4):
        (worktree.root / f"n{number}").touch()
    assert "more than 3" in faults(worktree)["."]


def test_closed_files_and_folders_are_read_and_removed(tmp_path: Path) -> None:
    """Runs without root's rights, which no mode bit stops."""

    def look() -> None:
        root = os.fsencode(tmp_path / "tree")
        os.mkdir(root)
        os.makedirs(root + b"/shut/in/deep")
        Path(os.fsdecode(root + b"/shut/in/f")).write_text("x")
        Path(os.fsdecode(root + b"/f")).write_text("closed")
        os.chmod(root + b"/f", 0)
        os.chmod(root + b"/shut/in/f", 0)
        os.chmod(root + b"/shut/in", 0)
        os.chmod(root + b"/shut", 0o500)
        with files.opened(root) as descriptor:
            found = files.survey(descriptor, {}, set(), lambda _: True)
            assert found.other.keys() == {b"f", b"shut/in/f"}
            assert files.read(descriptor, b"shut/in/f") == b"x"
            assert files.read(descriptor, b"f") == b"closed"
        os.chmod(root + b"/shut/in", 0)
        os.chmod(root + b"/shut", 0o500)
        files.remove(root)
        assert not os.path.exists(root)

    _as_nobody(tmp_path, look)


def _as_nobody(folder: Path, work: Callable[[], None]) -> None:
    if os.geteuid():
        work()
        return
    for path in (folder, *folder.parents[:-2]):
        path.chmod(path.stat().st_mode | 0o755)
    os.chown(folder, 65534, 65534)
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            work()
        except BaseException as error:  # noqa: BLE001 - the parent sees the exit code alone
            sys.stderr.write(f"{error!r}\n")
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_a_tree_that_is_closed_to_everybody_is_read_and_opened_again(
    worktree: Worktree, base: str
) -> None:
    (worktree.root / "a.py").write_text("a = 2\n")
    worktree.root.chmod(0)
    changes = worktree.changes()
    assert isinstance(changes, ChangeSet)
    assert changes.paths == ("a.py",)
    assert worktree.root.stat().st_mode & stat.S_IRWXU == stat.S_IRWXU
    worktree.root.chmod(0)
    worktree.reset(base)
    assert worktree.root.stat().st_mode & stat.S_IRWXU == stat.S_IRWXU
