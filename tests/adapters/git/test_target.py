from pathlib import Path

import pytest

from orchestrator.adapters.git.command import checked, executable
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.target import Target
from orchestrator.errors import InvalidInputError, MissingRequirementError

from .conftest import AUTHOR, Git, change

BRANCH = "refs/heads/leafcut/p/one"
NOTES = "refs/notes/leafcut/r"


def state(git: Git) -> str:
    """Return everything of the target that a run must leave alone."""
    return "\n".join((git("for-each-ref"), git("status", "--porcelain"), git("config", "--list")))


# -- opening ------------------------------------------------------------------------------------


def test_a_repository_is_found_from_within(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Target.open(target.root / "pkg") == target
    monkeypatch.chdir(target.root.parent)
    assert Target.open(Path("target")) == target


def test_what_is_no_repository_is_refused(tmp_path: Path, target: Target) -> None:
    with pytest.raises(InvalidInputError, match="not a git repository"):
        Target.open(tmp_path)
    with pytest.raises(InvalidInputError, match="no folder"):
        Target.open(tmp_path / "nothing")
    with pytest.raises(InvalidInputError, match="own folder"):
        Target.open(target.git_directory / "refs")


def test_a_bare_repository_works(tmp_path: Path, target: Target, base: str, git: Git) -> None:
    git("clone", "--quiet", "--bare", str(target.root), str(tmp_path / "bare.git"))
    bare = Target.open(tmp_path / "bare.git")
    assert bare.bare
    assert bare.resolve("HEAD") == base
    assert bare.uncommitted() == []
    bare.copy_to(tmp_path / "copy.git", base)


def test_an_empty_repository_is_refused(tmp_path: Path, git: Git) -> None:
    git("init", "--quiet", str(tmp_path / "empty"), cwd=tmp_path)
    with pytest.raises(InvalidInputError, match="no commit yet"):
        Target.open(tmp_path / "empty").resolve("HEAD")


def test_hashes_that_are_not_sha1_are_refused(tmp_path: Path, git: Git) -> None:
    git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"), cwd=tmp_path)
    with pytest.raises(InvalidInputError, match="sha256"):
        Target.open(tmp_path / "new")


def test_an_unknown_revision_names_the_nearest(target: Target, git: Git) -> None:
    git("branch", "feature/annotate")
    with pytest.raises(InvalidInputError, match="'feature/anotate'") as raised:
        target.resolve("feature/anotate")
    assert "feature/annotate" in raised.value.hint
    with pytest.raises(InvalidInputError):
        target.resolve("--all")


def test_what_is_not_committed_is_listed(target: Target, git: Git, home: Path) -> None:
    git("config", "--global", "core.excludesFile", "~/ignored")
    (home / "ignored").write_text("*.mine\n")
    (target.root / "a.py").write_text("changed")
    (target.root / "new.py").write_text("new")
    (target.root / "x.log").write_text("ignored by the repository")
    (target.root / "y.mine").write_text("ignored by the user")
    (target.root / "pkg/b.py").unlink()
    assert target.uncommitted() == ["a.py", "new.py", "pkg/b.py"]


def test_looking_at_the_target_runs_none_of_its_programs(
    tmp_path: Path, target: Target, git: Git, base: str
) -> None:
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {canary}\n")
    program.chmod(0o755)
    (target.root / ".gitattributes").write_text("*.py filter=f\n")
    for key in ("core.fsmonitor", "filter.f.clean", "core.alternateRefsCommand"):
        git("config", key, str(program))
    (target.git_directory / "hooks").mkdir(exist_ok=True)
    for hook in ("reference-transaction", "post-index-change", "post-checkout"):
        (target.git_directory / "hooks" / hook).symlink_to(program)
    (target.root / "a.py").write_text("a = 2\n")
    git("status")
    assert canary.exists()  # the traps work
    canary.unlink()
    assert "a.py" in target.uncommitted()
    target.copy_to(tmp_path / "copy.git", base)
    copy = CanonicalRepository(tmp_path / "copy.git", AUTHOR, lambda: 1.0)
    commit = copy.commit(base, change("a.py", b"3"), "m\n")
    target.publish(tmp_path / "copy.git", {BRANCH: (commit, None)})
    assert git("rev-parse", BRANCH) == commit
    assert not canary.exists()


# -- the user -----------------------------------------------------------------------------------


def test_the_author_is_the_users(
    target: Target, git: Git, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    assert target.author() == AUTHOR
    git("config", "user.name", "Local <evil>\n")
    assert target.author() == "Local evil <ada@example.org>"
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Env")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "e@x")
    assert target.author() == "Env <e@x>"
    monkeypatch.delenv("GIT_AUTHOR_EMAIL")
    (home / ".gitconfig").unlink()
    with pytest.raises(MissingRequirementError, match="who you are") as raised:
        target.author()
    assert "git config --global user.email" in raised.value.hint


def test_signing_is_noticed(target: Target, git: Git) -> None:
    assert not target.signs_commits()
    git("config", "commit.gpgsign", "true")
    assert target.signs_commits()


# -- copying ------------------------------------------------------------------------------------


def test_a_copy_has_the_base_alone_and_leaves_the_target_alone(
    tmp_path: Path, target: Target, git: Git
) -> None:
    first = target.resolve("HEAD")
    git("commit", "--quiet", "--allow-empty", "-m", "second")
    second = target.resolve("HEAD")
    (target.root / "a.py").write_text("secret of a branch")
    git("checkout", "--quiet", "-b", "other")
    git("commit", "--quiet", "-am", "third")
    before = state(git)
    target.copy_to(tmp_path / "copy.git", second)
    copy = CanonicalRepository(tmp_path / "copy.git", AUTHOR, lambda: 1.0)
    assert git("for-each-ref", "--format=%(refname)", cwd=copy.directory) == "refs/leafcut/base"
    assert copy.resolve(second) == second
    assert copy.resolve(first) is None
    assert copy.resolve(target.resolve("HEAD")) is None
    assert state(git) == before


def test_shallow_clones_and_linked_worktrees_can_be_copied(
    tmp_path: Path, target: Target, git: Git
) -> None:
    git("commit", "--quiet", "--allow-empty", "-m", "second")
    git("clone", "--quiet", "--depth=1", target.root.as_uri(), str(tmp_path / "shallow"))
    git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    for name in ("shallow", "linked"):
        other = Target.open(tmp_path / name)
        base = other.resolve("HEAD")
        other.copy_to(tmp_path / f"{name}.git", base)
        copy = CanonicalRepository(tmp_path / f"{name}.git", AUTHOR, lambda: 1.0)
        commit = copy.commit(base, change("a.py", b"2"), "m\n")
        other.publish(copy.directory, {f"{BRANCH}/{name}": (commit, None)})
        assert git("show", f"{BRANCH}/{name}:a.py", cwd=other.root) == "2"


def test_a_partial_clone_is_refused(tmp_path: Path, target: Target, git: Git) -> None:
    git("config", "uploadpack.allowFilter", "true")
    git(
        "clone",
        "--quiet",
        "--bare",
        "--filter=blob:none",
        target.root.as_uri(),
        str(tmp_path / "part"),
    )
    partial = Target.open(tmp_path / "part")
    with pytest.raises(InvalidInputError, match="cannot be taken"):
        partial.copy_to(tmp_path / "copy.git", partial.resolve("HEAD"))


# -- publishing ---------------------------------------------------------------------------------


@pytest.fixture
def commits(repository: CanonicalRepository, base: str) -> tuple[str, str]:
    one = repository.commit(base, change("a.py", b"1"), "one\n")
    return one, repository.commit(one, change("a.py", b"2"), "two\n")


def test_branches_appear_together_and_move_by_comparison(
    target: Target, repository: CanonicalRepository, git: Git, base: str, commits: tuple[str, str]
) -> None:
    one, two = commits
    before = state(git)
    target.publish(repository.directory, {BRANCH: (one, None), NOTES: (two, None)})
    assert (git("rev-parse", BRANCH), git("rev-parse", NOTES)) == (one, two)
    assert not (target.git_directory / "shallow").exists()
    assert not (target.git_directory / "FETCH_HEAD").exists()
    target.publish(repository.directory, {BRANCH: (one, None), NOTES: (two, None)})
    target.publish(repository.directory, {BRANCH: (two, one), NOTES: (two, None)})
    assert git("rev-list", "--count", f"{base}..{BRANCH}") == "2"
    git("update-ref", "-d", BRANCH)
    git("update-ref", "-d", NOTES)
    assert state(git) == before


def test_a_branch_that_a_person_moved_stops_everything(
    target: Target, repository: CanonicalRepository, git: Git, base: str, commits: tuple[str, str]
) -> None:
    one, two = commits
    git("update-ref", BRANCH, base)
    before = state(git)
    with pytest.raises(InvalidInputError, match=f"{BRANCH} was moved"):
        target.publish(repository.directory, {f"{BRANCH}-2": (one, None), BRANCH: (two, one)})
    assert state(git) == before


def test_a_branch_in_the_way_stops_everything(
    target: Target, repository: CanonicalRepository, git: Git, commits: tuple[str, str]
) -> None:
    git("branch", "leafcut")
    before = state(git)
    with pytest.raises(InvalidInputError, match="refs/heads/leafcut") as raised:
        target.publish(
            repository.directory, {NOTES: (commits[1], None), BRANCH: (commits[0], None)}
        )
    assert "rename" in raised.value.hint
    assert state(git) == before


def test_a_checked_out_branch_is_not_moved(
    target: Target, repository: CanonicalRepository, git: Git, commits: tuple[str, str]
) -> None:
    one, two = commits
    target.publish(repository.directory, {BRANCH: (one, None)})
    git("checkout", "--quiet", BRANCH.removeprefix("refs/heads/"))
    with pytest.raises(InvalidInputError, match="checked out"):
        target.publish(repository.directory, {BRANCH: (two, one)})
    assert git("rev-parse", "HEAD") == one


def test_only_leafcuts_own_refs_can_be_named(
    target: Target, repository: CanonicalRepository, commits: tuple[str, str]
) -> None:
    for ref in ("refs/heads/main", "refs/heads/leafcut/x\0delete refs/heads/main", "HEAD"):
        with pytest.raises(ValueError, match="none of Leafcut's"):
            target.publish(repository.directory, {ref: (commits[0], None)})


def test_a_base_that_is_gone_is_said_so(
    tmp_path: Path, repository: CanonicalRepository, git: Git,
    commits: tuple[str, str],
) -> None:  # fmt: skip
    git("init", "--quiet", str(tmp_path / "other"), cwd=tmp_path)
    other = Target.open(tmp_path / "other")
    with pytest.raises(InvalidInputError, match="the base of the run"):
        other.publish(repository.directory, {BRANCH: (commits[0], None)})
    assert git("for-each-ref", cwd=other.root) == ""


# -- git itself ---------------------------------------------------------------------------------


def test_git_must_be_there_and_new_enough(tmp_path: Path) -> None:
    old = tmp_path / "git"
    old.write_text("#!/bin/sh\necho git version 2.37.1 '(Apple Git-137.1)'\n")
    old.chmod(0o755)
    with pytest.raises(MissingRequirementError, match=r"2\.37\.1 at .* too old") as raised:
        checked(str(old))
    assert "2.38" in raised.value.hint
    with pytest.raises(MissingRequirementError, match="not on the PATH"):
        checked(None)
    assert checked(executable()) == executable()
