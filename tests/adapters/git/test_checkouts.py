import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.target import Target
from orchestrator.errors import InvalidInputError

from .conftest import Git, shown


@pytest.fixture
def checkouts(tmp_path: Path, target: Target) -> Checkouts:
    return Checkouts(target.git_directory, tmp_path / "cache")


def test_an_export_has_the_bytes_of_the_commit_and_is_made_once(
    checkouts: Checkouts, target: Target, base: str, git: Git
) -> None:
    (target.root / ".gitattributes").write_text("pkg export-ignore\n* text eol=crlf ident\n")
    (target.root / "a.py").write_text("$Id$\n")
    git("add", "-A")
    git("commit", "--quiet", "-m", "attributes")
    commit = target.resolve("HEAD")
    exported = checkouts.prepare(commit)
    assert shown(exported)["a.py"].content == b"$Id$\n"
    assert shown(exported)["pkg/link"].content == b"inner/c.py"
    assert (exported / "run.sh").stat().st_mode & 0o111
    assert len(shown(exported)) == len(checkouts.entries(commit)) == 7
    marker = exported.stat().st_ino
    git("commit", "--quiet", "--allow-empty", "-m", "same tree")
    assert checkouts.prepare(target.resolve("HEAD")).stat().st_ino == marker
    assert checkouts.prepare(base) != exported


def test_entries_have_kinds_and_sizes(checkouts: Checkouts, base: str, git: Git) -> None:
    git("update-index", "--add", "--cacheinfo", f"160000,{base},sub")
    git("commit", "--quiet", "-m", "module")
    entries = {entry.path: entry for entry in checkouts.entries("HEAD")}
    assert {path: entry.kind for path, entry in entries.items()} == {
        ".gitignore": "file",
        "a.py": "file",
        "pkg/b.py": "file",
        "pkg/inner/c.py": "file",
        "pkg/link": "symlink",
        "run.sh": "executable",
        "sub": "submodule",
    }
    assert not (checkouts.prepare("HEAD") / "sub").exists()


def test_the_rest_of_a_killed_export_is_replaced(
    checkouts: Checkouts, tmp_path: Path, base: str, git: Git
) -> None:
    tree = git("rev-parse", f"{base}^{{tree}}")
    left = tmp_path / "cache" / f"{tree}.new"
    left.mkdir(parents=True)
    (left / "a.py").write_text("half")
    assert (checkouts.prepare(base) / "a.py").read_text() == "a = 1\n"
    assert not left.exists()


def test_two_at_once_get_one_export(checkouts: Checkouts, base: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        folders = set(threads.map(lambda _: checkouts.prepare(base), range(4)))
    assert len(folders) == 1


def test_a_missing_object_is_said_so(
    checkouts: Checkouts, target: Target, base: str, git: Git
) -> None:
    oid = git("rev-parse", f"{base}:a.py")
    (target.git_directory / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(InvalidInputError, match="lacks"):
        checkouts.prepare(base)


def _forged(git: Git, *entries: tuple[str, str, str]) -> str:
    """Make a commit whose tree git itself would not make."""
    content = b"".join(
        b"%s %s\0%s" % (mode.encode(), name.encode(), bytes.fromhex(oid))
        for mode, name, oid in entries
    )
    done = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
        cwd=git("rev-parse", "--show-toplevel"), input=content, capture_output=True, check=True,
    )  # fmt: skip
    return git("commit-tree", "-m", "forged", done.stdout.decode().strip())


def test_forged_trees_write_nothing_elsewhere(
    checkouts: Checkouts, tmp_path: Path, git: Git, target: Target
) -> None:
    (target.root / "a.py").write_text(str(tmp_path))
    link = git("hash-object", "-w", "a.py")
    (target.root / "a.py").write_text("evil")
    blob = git("hash-object", "-w", "a.py")
    folder = git("rev-parse", _forged(git, ("100644", "canary", blob)) + "^{tree}")
    twice = _forged(git, ("120000", "x", link), ("40000", "x", folder))
    with pytest.raises(InvalidInputError, match="twice"):
        checkouts.prepare(twice)
    up = _forged(git, ("40000", "..", folder), ("40000", ".GIT", folder), ("100644", "ok", blob))
    assert os.listdir(checkouts.prepare(up)) == ["ok"]
    assert not (tmp_path / "canary").exists()
    assert not (tmp_path / "cache/canary").exists()
    for commit in (twice, up):
        with pytest.raises(InvalidInputError, match="cannot be taken"):
            target.copy_to(tmp_path / f"{commit}.git", commit)
        assert not list(tmp_path.glob(f"{commit}.git*"))
