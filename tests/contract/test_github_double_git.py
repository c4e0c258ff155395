"""Git over HTTP before the double, and what pushes do to pull requests; real git pushes."""

from pathlib import Path

import pytest

from tests.support.github import GitHubDouble
from tests.support.github.clones import Clone

LINES = "one\ntwo\nthree\n"


@pytest.fixture
def clone(github: GitHubDouble, tmp_path: Path) -> Clone:
    return Clone.of(github.remote(), tmp_path / "clone")


def opened(github: GitHubDouble, clone: Clone, branch: str, base: str = "main") -> int:
    """Push a branch with a file of its own and open its pull request."""
    onto = "origin/main" if base == "main" else base
    clone.commit(branch, onto, {f"{branch}.txt": LINES}, f"Add {branch}")
    clone.git("push", "-q", "origin", branch)
    repo = github.client().get_repo(github.full_name)
    return repo.create_pull(base=base, head=branch, title=branch, body="").number


def test_a_push_moves_the_pull_of_its_branch(github: GitHubDouble, clone: Clone) -> None:
    number = opened(github, clone, "a")
    head = clone.commit("a", "a", {"b.txt": "x\n"}, "More")
    clone.git("push", "-q", "origin", "a")
    pull = github.client().get_repo(github.full_name).get_pull(number)
    assert (pull.head.sha, pull.commits) == (head, 2)
    assert github.bare.refs("refs/pull/")[f"refs/pull/{number}/head"] == head


def test_a_lease_is_kept(github: GitHubDouble, clone: Clone) -> None:
    number = opened(github, clone, "a")
    theirs = github.people.push("a", {"theirs.txt": "x\n"})
    clone.commit("a", "origin/main", {"a.txt": "other\n"}, "Again")
    lease = f"--force-with-lease=a:{clone.git('rev-parse', 'origin/a')}"
    refused = clone.run("push", lease, "origin", "a")
    assert (refused.returncode, "stale info" in refused.stderr) == (1, True)
    assert github.bare.tip("a") == theirs
    clone.git("push", "-q", f"--force-with-lease=a:{theirs}", "origin", "a")
    pull = github.client().get_repo(github.full_name).get_pull(number)
    assert (pull.state, pull.head.sha) == ("open", clone.git("rev-parse", "a"))


def test_a_large_push_comes_in_chunks(github: GitHubDouble, clone: Clone) -> None:
    text = "".join(f"{number * 7919 % 1_000_003}\n" for number in range(400_000))
    clone.commit("big", "origin/main", {"big.txt": text}, "Add much")
    clone.git(
        "-c", "http.postBuffer=65536", "-c", "core.compression=0", "push", "-q", "origin", "big"
    )
    assert github.bare.git("show", "big:big.txt") + "\n" == text


def test_notes_are_taken_and_hidden_refs_are_not(github: GitHubDouble, clone: Clone) -> None:
    opened(github, clone, "a")
    clone.git("notes", "--ref", "leafcut/r", "add", "-m", "receipt", "HEAD")
    clone.git("push", "-q", "origin", "refs/notes/leafcut/r")
    assert github.bare.git("notes", "--ref", "leafcut/r", "show", "a") == "receipt"
    refused = clone.run("push", "origin", "HEAD:refs/pull/9/head")
    assert "hidden ref" in refused.stderr


def test_an_atomic_push_is_all_or_nothing(github: GitHubDouble, clone: Clone) -> None:
    clone.commit("a", "origin/main", {"a.txt": LINES}, "A")
    github.people.push("b", {"b.txt": "theirs\n"})
    clone.commit("b", "origin/main", {"b.txt": "ours\n"}, "B")
    assert clone.run("push", "--atomic", "origin", "a", "b").returncode == 1
    assert github.bare.tip("a") is None


@pytest.mark.parametrize(
    ("login", "words"),
    [("linus", "403"), ("mallory", "not found"), ("", "Authentication failed")],
)
def test_who_may_not_push_is_told_so(
    github: GitHubDouble, clone: Clone, login: str, words: str
) -> None:
    token = github.token_of(login) if login else "wrong"
    refused = clone.run("push", github.remote(token), "HEAD:refs/heads/x")
    assert refused.returncode == 128
    assert words in refused.stderr
    assert github.bare.tip("x") is None


def test_readers_may_fetch(github: GitHubDouble, tmp_path: Path) -> None:
    clone = Clone.of(github.remote(github.token_of("linus")), tmp_path / "theirs")
    assert clone.git("rev-parse", "HEAD") == github.bare.tip("main")


def test_a_token_may_come_in_a_header(github: GitHubDouble, clone: Clone) -> None:
    clone.git("remote", "set-url", "origin", github.clone_url)
    assert clone.run("ls-remote", "origin").returncode == 128
    header = f"http.extraHeader=Authorization: Bearer {github.token}"
    assert "refs/heads/main" in clone.git("-c", header, "ls-remote", "origin")
    assert all(github.token not in str(one) for one in github.log)
    assert [one.token for one in github.log][-2:] == [True, True]


def test_a_pull_whose_head_is_deleted_is_closed(github: GitHubDouble, clone: Clone) -> None:
    number = opened(github, clone, "a")
    clone.git("push", "-q", "origin", ":a")
    pull = github.client().get_repo(github.full_name).get_pull(number)
    assert (pull.state, pull.merged) == ("closed", False)
    clone.git("fetch", "-q", "origin", f"refs/pull/{number}/head")
    assert clone.git("rev-parse", "FETCH_HEAD") == pull.head.sha


def test_a_pull_whose_base_is_deleted_by_a_push_is_closed(
    github: GitHubDouble, clone: Clone
) -> None:
    opened(github, clone, "a")
    upper = opened(github, clone, "b", base="a")
    github.people.merge(1, "squash")
    clone.git("push", "-q", "origin", ":a")
    pull = github.client().get_repo(github.full_name).get_pull(upper)
    assert (pull.state, pull.base.ref) == ("closed", "a")


def test_commits_that_come_to_the_base_by_a_push_are_merged(
    github: GitHubDouble, clone: Clone
) -> None:
    number = opened(github, clone, "a")
    clone.git("push", "-q", "origin", "a:main")
    pull = github.client().get_repo(github.full_name).get_pull(number)
    assert (pull.state, pull.merged) == ("closed", True)


def test_a_head_that_is_reset_to_its_base_is_closed(github: GitHubDouble, clone: Clone) -> None:
    number = opened(github, clone, "a")
    clone.git("push", "-q", "--force", "origin", "origin/main:a")
    pull = github.client().get_repo(github.full_name).get_pull(number)
    assert (pull.state, pull.merged) == ("closed", False)


def test_a_push_whose_answer_is_lost_took_place(github: GitHubDouble, clone: Clone) -> None:
    head = clone.commit("a", "origin/main", {"a.txt": LINES}, "A")
    github.faults.drop("POST", "git-receive-pack$")
    assert clone.run("push", "origin", "a").returncode != 0
    assert github.bare.tip("a") == head
    clone.git("push", "-q", "origin", "a")


def test_what_comes_to_the_repository_by_another_way_counts_too(
    github: GitHubDouble, clone: Clone
) -> None:
    number = opened(github, clone, "a")
    head = clone.commit("a", "a", {"b.txt": "x\n"}, "More")
    clone.git("push", "-q", str(github.bare.path), "a")
    assert github.client().get_repo(github.full_name).get_pull(number).head.sha == head


def test_the_default_branch_is_not_deleted(github: GitHubDouble, clone: Clone) -> None:
    assert clone.run("push", "origin", ":main").returncode == 1
    assert github.bare.tip("main")
