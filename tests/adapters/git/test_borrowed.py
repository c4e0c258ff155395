"""Looking at a repository without writing to it."""

from pathlib import Path

import pytest

from orchestrator.adapters.git.borrowed import borrow, commits_in, leads_to, notes_in
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.errors import InvalidInputError
from tests.adapters.git.conftest import Git


@pytest.fixture
def second(target: Target, git: Git) -> str:
    """Return a commit on top of the base."""
    (target.root / "a.py").write_text("a = 2\n")
    git("commit", "--quiet", "-am", "second")
    return target.resolve("HEAD")


def test_a_range_is_listed_oldest_first_and_a_name_is_one_commit(
    target: Target, base: str, second: str, git: Git
) -> None:
    git("commit", "--quiet", "--allow-empty", "-m", "third")
    third = target.resolve("HEAD")
    assert commits_in(target.git_directory, f"{base}..HEAD") == [second, third]
    assert commits_in(target.git_directory, "HEAD~1") == [second]


@pytest.mark.parametrize(
    "revisions", ["nope", "nope..HEAD", "HEAD..HEAD", "--all", "--output=x..HEAD", "HEAD..", ".."]
)
def test_a_bad_range_is_told(target: Target, revisions: str) -> None:
    with pytest.raises(InvalidInputError, match=r"revisions|no commit is in"):
        commits_in(target.git_directory, revisions)
    assert not Path("x..HEAD").exists()


@pytest.mark.parametrize("kind", ["plain", "worktree", "shallow", "clone of a borrower"])
def test_objects_are_borrowed_and_nothing_is_written(
    target: Target, base: str, second: str, git: Git, tmp_path: Path, kind: str
) -> None:
    place = tmp_path / "elsewhere"
    if kind == "worktree":
        git("worktree", "add", "--quiet", "--detach", str(place))
    elif kind == "shallow":
        git("clone", "--quiet", "--depth=1", f"file://{target.root}", str(place), cwd=tmp_path)
    elif kind == "clone of a borrower":
        git("clone", "--quiet", "--shared", str(target.root), str(place), cwd=tmp_path)
    directory = (Target.open(place) if place.exists() else target).git_directory
    before = sorted(target.git_directory.rglob("*"))
    borrow(directory, second, tmp_path / "borrowed.git")
    repository = CanonicalRepository(tmp_path / "borrowed.git", "", lambda: 0.0)
    assert repository.read(second, "a.py") == b"a = 2\n"
    assert leads_to(repository.directory, base, second) is (kind != "shallow")
    assert not leads_to(repository.directory, second, base)
    assert not leads_to(repository.directory, "0" * 40, second)
    assert sorted(target.git_directory.rglob("*")) == before


def test_notes_by_run(target: Target, base: str, git: Git) -> None:
    assert notes_in(target.git_directory) == {}
    git("notes", "--ref=leafcut/r-1", "add", "-m", "hi", base)
    git("notes", "--ref=others", "add", "-m", "hi", base)
    assert notes_in(target.git_directory) == {"r-1": target.ref("refs/notes/leafcut/r-1")}
