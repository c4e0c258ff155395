"""Merging in the double: what comes to be in the repository, and what is refused."""

from collections.abc import Callable

import pytest
from github import GithubException
from github.Repository import Repository

from tests.support.github import GitHubDouble

BASE = "one\ntwo\nthree\nfour\nfive\n"


@pytest.fixture
def repo(github: GitHubDouble) -> Repository:
    github.people.push("main", {"f.txt": BASE}, "Add f")
    return github.client().get_repo(github.full_name)


def opened(github: GitHubDouble, repo: Repository, branch: str, base: str = "main") -> int:
    github.people.push(branch, {f"{branch}.txt": "1\n"}, f"Add {branch}\n\nBecause.", onto=base)
    return repo.create_pull(base=base, head=branch, title=branch.upper(), body="").number


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(GithubException) as refused:
        act()
    data = refused.value.data
    errors = data.get("errors") or [{}]
    return refused.value.status, errors[0].get("message") or data["message"]


def test_a_merge_commit_has_both_parents(github: GitHubDouble, repo: Repository) -> None:
    number, before = opened(github, repo, "a"), github.bare.tip("main")
    pull = repo.get_pull(number)
    made = pull.merge(merge_method="merge")
    assert pull.is_merged()
    assert github.bare.show(made.sha, "%P").split() == [before, pull.head.sha]
    assert github.bare.message(made.sha) == (f"Merge pull request #{number} from acme/a", "A")


def test_a_pull_says_what_it_changes(github: GitHubDouble, repo: Repository) -> None:
    number = opened(github, repo, "a")
    github.people.push("a", {"f.txt": BASE.replace("one", "1"), "README.md": None}, "More")
    pull = repo.get_pull(number)
    files = {one.filename: (one.status, one.additions, one.deletions) for one in pull.get_files()}
    assert files == {
        "README.md": ("removed", 0, 1),
        "a.txt": ("added", 1, 0),
        "f.txt": ("modified", 1, 1),
    }
    assert (pull.changed_files, pull.additions, pull.deletions) == (3, 2, 2)
    assert [one.commit.message.split("\n")[0] for one in pull.get_commits()] == ["Add a", "More"]
    assert pull.as_issue().title == pull.title


def test_a_squash_makes_one_commit(github: GitHubDouble, repo: Repository) -> None:
    number, before = opened(github, repo, "a"), github.bare.tip("main")
    github.people.push("a", {"more.txt": "2\n"}, "Add more")
    made = repo.get_pull(number).merge(merge_method="squash")
    assert github.bare.show(made.sha, "%P") == before
    assert github.bare.message(made.sha) == ("A (#1)", "* Add a\n\nBecause.\n\n* Add more")
    assert github.bare.show(made.sha, "%T") == github.bare.show("a", "%T")


def test_a_squash_of_one_commit_has_its_message(github: GitHubDouble, repo: Repository) -> None:
    made = repo.get_pull(opened(github, repo, "a")).merge(merge_method="squash")
    assert github.bare.message(made.sha) == ("Add a (#1)", "Because.")


def test_a_rebase_makes_new_commits_even_where_nothing_moved(
    github: GitHubDouble, repo: Repository
) -> None:
    number, before = opened(github, repo, "a"), github.bare.tip("main")
    github.people.push("a", {"f.txt": BASE.replace("one", "1")}, "Change one", by="ada")
    made = repo.get_pull(number).merge(merge_method="rebase")
    new = github.bare.between(str(before), made.sha)
    assert [github.bare.message(sha)[0] for sha in new] == ["Add a", "Change one"]
    assert not set(new) & set(github.bare.between(str(before), "a"))
    assert github.bare.show(made.sha, "%an %cn") == "Ada GitHub"
    assert github.bare.show(made.sha, "%T") == github.bare.show("a", "%T")


def test_a_rebase_replays_on_a_base_that_moved(github: GitHubDouble, repo: Repository) -> None:
    number = opened(github, repo, "a")
    github.people.push("a", {"f.txt": BASE.replace("one", "1")}, "Change one")
    github.people.push("main", {"f.txt": BASE.replace("five", "5")}, "Change five")
    made = repo.get_pull(number).merge(merge_method="rebase")
    assert github.bare.git("show", f"{made.sha}:f.txt").split() == [
        "1",
        "two",
        "three",
        "four",
        "5",
    ]


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_a_conflict_is_not_merged(github: GitHubDouble, repo: Repository, method: str) -> None:
    github.people.push("a", {"f.txt": BASE.replace("one", "1")}, onto="main")
    pull = repo.create_pull(base="main", head="a", title="A", body="")
    github.people.push("main", {"f.txt": BASE.replace("one", "uno")})
    states = [repo.get_pull(pull.number) for _ in range(2)]
    assert [one.mergeable for one in states] == [None, False]
    assert states[1].mergeable_state == "dirty"
    assert refusal(lambda: pull.merge(merge_method=method)) == (
        405,
        "Pull Request is not mergeable",
    )


def test_an_open_pull_has_the_commit_of_a_test_merge(
    github: GitHubDouble, repo: Repository
) -> None:
    pull = repo.get_pull(opened(github, repo, "a"))
    assert (pull.merged, pull.is_merged()) == (False, False)
    assert github.bare.refs("refs/pull/")["refs/pull/1/merge"] == pull.merge_commit_sha
    made = pull.merge(merge_method="squash").sha
    assert repo.get_pull(pull.number).merge_commit_sha == made != pull.merge_commit_sha


def test_mergeability_is_computed_again_when_the_base_moves(
    github: GitHubDouble, repo: Repository
) -> None:
    number = opened(github, repo, "a")
    assert repo.get_pull(number).mergeable is True
    github.people.push("main", {"x.txt": "x"})
    assert [repo.get_pull(number).mergeable for _ in range(2)] == [None, True]


def test_what_stands_in_the_way_shows(github: GitHubDouble, repo: Repository) -> None:
    number = opened(github, repo, "a")
    assert repo.get_pull(number).mergeable_state == "clean"
    github.people.check(number, "tests", "failure")
    assert repo.get_pull(number).mergeable_state == "unstable"
    github.state.settings.required.add("tests")
    assert repo.get_pull(number).mergeable_state == "blocked"
    assert refusal(repo.get_pull(number).merge)[0] == 405
    github.people.check(number, "tests", "success")
    assert repo.get_pull(number).mergeable_state == "clean"


def test_a_draft_is_made_ready_before_it_is_merged(github: GitHubDouble, repo: Repository) -> None:
    github.people.push("a", {"a.txt": "1\n"})
    pull = repo.create_pull(base="main", head="a", title="A", body="", draft=True)
    assert refusal(pull.merge) == (405, "Pull Request is still a draft")
    pull.mark_ready_for_review()
    assert not repo.get_pull(pull.number).draft
    pull.convert_to_draft()
    assert repo.get_pull(pull.number).draft
    pull.mark_ready_for_review()
    assert pull.merge().merged


def test_a_method_may_be_forbidden(github: GitHubDouble, repo: Repository) -> None:
    github.state.settings.methods.discard("merge")
    pull = repo.get_pull(opened(github, repo, "a"))
    words = "Merge commits are not allowed on this repository."
    assert refusal(lambda: pull.merge(merge_method="merge")) == (405, words)


def test_dependents_of_a_branch_deleted_on_the_site_are_retargeted(
    github: GitHubDouble, repo: Repository
) -> None:
    opened(github, repo, "a")
    upper = opened(github, repo, "b", base="a")
    github.people.merge(1, "merge", delete_branch=True)
    pull = repo.get_pull(upper)
    assert (pull.state, pull.base.ref, github.bare.tip("a")) == ("open", "main", None)


def test_dependents_are_retargeted_where_branches_go_by_themselves(
    github: GitHubDouble, repo: Repository
) -> None:
    github.state.settings.delete_branch_on_merge = True
    lower, upper = opened(github, repo, "a"), opened(github, repo, "b", base="a")
    repo.get_pull(lower).merge(merge_method="squash")
    assert (repo.get_pull(upper).base.ref, github.bare.tip("a")) == ("main", None)


def test_dependents_of_a_branch_deleted_by_the_api_are_closed_for_good(
    github: GitHubDouble, repo: Repository
) -> None:
    lower, upper = opened(github, repo, "a"), opened(github, repo, "b", base="a")
    repo.get_pull(lower).merge(merge_method="squash")
    repo.get_git_ref("heads/a").delete()
    pull = repo.get_pull(upper)
    assert (pull.state, pull.merged) == ("closed", False)
    closed = "Cannot change the base branch of a closed pull request."
    assert refusal(lambda: pull.edit(base="main")) == (422, closed)
    gone = "state cannot be changed. The a branch has been deleted."
    assert refusal(lambda: pull.edit(state="open")) == (422, gone)


def test_a_pull_is_reopened_unless_its_branch_was_rewritten(
    github: GitHubDouble, repo: Repository
) -> None:
    number = opened(github, repo, "a")
    github.people.close(number)
    github.people.push("a", {"a.txt": "2\n"})
    repo.get_pull(number).edit(state="open")
    assert repo.get_pull(number).head.sha == github.bare.tip("a")
    github.people.close(number)
    github.people.push("a", {"a.txt": "3\n"}, onto="main")
    words = "state cannot be changed. The a branch was force-pushed or recreated."
    assert refusal(lambda: repo.get_pull(number).edit(state="open")) == (422, words)


def test_a_base_must_leave_something_to_merge(github: GitHubDouble, repo: Repository) -> None:
    lower, upper = opened(github, repo, "a"), opened(github, repo, "b", base="a")
    assert refusal(lambda: repo.get_pull(upper).edit(base="b"))[0] == 422
    assert refusal(lambda: repo.get_pull(upper).edit(base="none"))[0] == 422
    repo.get_pull(upper).edit(base="main")
    assert (repo.get_pull(upper).base.ref, repo.get_pull(upper).commits) == ("main", 2)
    assert repo.get_pull(lower).state == "open"
