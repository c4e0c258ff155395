"""What GitHub's REST does, as PyGithub sees it: of the double, and of the independent `emulate`.

Neither has met github.com. Where `emulate` deviates from GitHub's documentation, the table says so.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from github import Github, GithubException
from github.Repository import Repository

from tests.support.emulate import Emulate
from tests.support.github import GitHubDouble

DEVIATIONS = {
    "test_no_second_pull_is_opened_of_the_same_branches": "it opens duplicates",
    "test_a_pull_needs_a_head_and_a_base_that_exist": "it takes a head that is no branch",
    "test_a_pull_needs_commits_of_its_own": "it does not compare head and base",
    "test_a_wrong_token_is_nobodys": "it takes an unknown token for the first user",
    "test_a_merge_of_another_head_than_was_seen_is_refused": "it answers 422, GitHub 409",
    "test_what_is_merged_is_not_merged_again": "it answers 422, GitHub 405",
    "test_a_branch_is_deleted_by_its_ref": "its refs name an address at which it does not delete",
    "test_statuses_come_to_one": "it has no commits by name, nor statuses",
}


@dataclass(frozen=True)
class Hub:
    """One that stands in for GitHub: its client, its repository, and how a branch is made."""

    client: Callable[..., Github]
    repo: Repository
    branch: Callable[[str], None]


def _emulated(emulate: Emulate) -> Hub:
    repo = emulate.client().get_repo(emulate.new_repository())
    main = repo.get_git_ref("heads/main").object.sha

    def branch(name: str) -> None:
        repo.create_git_ref(f"refs/heads/{name}", main)

    return Hub(emulate.client, repo, branch)


def _doubled(github: GitHubDouble) -> Hub:
    def branch(name: str) -> None:
        github.people.push(name, {f"{name}.txt": "one\ntwo\n"}, f"Add {name}", by="ada")

    return Hub(github.client, github.client().get_repo(github.full_name), branch)


@pytest.fixture(params=["double", "emulate"], scope="session")
def rival(request: pytest.FixtureRequest) -> Emulate | None:
    """Return what stands in beside the double, in its turn."""
    running: Emulate | None = None
    if request.param == "emulate":
        running = request.getfixturevalue("emulate")
    return running


@pytest.fixture
def hub(request: pytest.FixtureRequest, rival: Emulate | None) -> Hub:
    if rival is None:
        return _doubled(request.getfixturevalue("github"))
    reason = DEVIATIONS.get(request.node.originalname)
    if reason:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    return _emulated(rival)


def refusal(act: Callable[[], object]) -> int:
    """Return the status with which GitHub refuses it."""
    with pytest.raises(GithubException) as refused:
        act()
    return refused.value.status


def test_a_pull_is_as_it_was_opened(hub: Hub) -> None:
    hub.branch("a")
    made = hub.repo.create_pull(base="main", head="a", title="A", body="why", draft=True)
    got = hub.repo.get_pull(made.number)
    assert (got.title, got.body, got.draft, got.state) == ("A", "why", True, "open")
    assert (got.head.ref, got.base.ref, got.merged) == ("a", "main", False)
    assert got.html_url.endswith(f"/{hub.repo.full_name}/pull/{made.number}")
    assert got.head.sha == hub.repo.get_branch("a").commit.sha


def test_pulls_are_found_by_state_head_and_base(hub: Hub) -> None:
    for name in ("a", "b"):
        hub.branch(name)
        hub.repo.create_pull(base="main", head=name, title=name, body="")
    hub.repo.get_pull(1).edit(state="closed")
    owner = hub.repo.owner.login
    assert [one.number for one in hub.repo.get_pulls()] == [2]
    assert [one.number for one in hub.repo.get_pulls(state="closed")] == [1]
    assert [one.number for one in hub.repo.get_pulls(state="all", head=f"{owner}:a")] == [1]
    assert [one.number for one in hub.repo.get_pulls(state="open", head=f"{owner}:a")] == []
    assert {one.number for one in hub.repo.get_pulls(state="all", base="main")} == {1, 2}
    assert list(hub.repo.get_pulls(state="all", base="a")) == []


def test_lists_come_in_pages_that_lead_on(hub: Hub) -> None:
    for number in range(5):
        hub.branch(f"b{number}")
        hub.repo.create_pull(base="main", head=f"b{number}", title=f"{number}", body="")
    paged = hub.client()
    paged.per_page = 2
    pulls = paged.get_repo(hub.repo.full_name).get_pulls(direction="asc", sort="created")
    assert [one.number for one in pulls] == [1, 2, 3, 4, 5]
    assert pulls.totalCount == 5


def test_texts_base_and_state_are_changed(hub: Hub) -> None:
    for name in ("a", "b"):
        hub.branch(name)
    pull = hub.repo.create_pull(base="main", head="b", title="B", body="")
    pull.edit(title="C", body="new", base="a")
    got = hub.repo.get_pull(pull.number)
    assert (got.title, got.body, got.base.ref) == ("C", "new", "a")
    pull.edit(state="closed")
    assert hub.repo.get_pull(pull.number).state == "closed"
    assert hub.repo.get_pull(pull.number).closed_at is not None


def test_labels_are_made_on_demand(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    pull.add_to_labels("leafcut", "codemod only")
    assert {one.name for one in pull.get_labels()} == {"leafcut", "codemod only"}
    pull.remove_from_labels("leafcut")
    assert [one.name for one in hub.repo.get_pull(pull.number).labels] == ["codemod only"]


def test_comments_stand_in_order_and_can_be_changed(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    first = pull.create_issue_comment("one")
    pull.create_issue_comment("two")
    first.edit("three")
    assert [one.body for one in pull.get_issue_comments()] == ["three", "two"]


def test_a_review_is_somebodys_verdict(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    pull.create_review(body="look", event="COMMENT")
    assert [(one.state, one.body) for one in pull.get_reviews()] == [("COMMENTED", "look")]


def test_a_merged_pull_is_closed(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    done = pull.merge(merge_method="squash", sha=pull.head.sha)
    got = hub.repo.get_pull(pull.number)
    assert done.merged
    assert (got.state, got.merged) == ("closed", True)
    assert hub.repo.get_branch("main").commit.sha == got.merge_commit_sha == done.sha


def test_what_is_merged_is_not_merged_again(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    pull.merge()
    assert refusal(pull.merge) == 405


def test_a_merge_of_another_head_than_was_seen_is_refused(hub: Hub) -> None:
    hub.branch("a")
    pull = hub.repo.create_pull(base="main", head="a", title="A", body="")
    assert refusal(lambda: pull.merge(sha="0" * 40)) == 409


def test_no_second_pull_is_opened_of_the_same_branches(hub: Hub) -> None:
    hub.branch("a")
    hub.repo.create_pull(base="main", head="a", title="A", body="")
    assert refusal(lambda: hub.repo.create_pull(base="main", head="a", title="A", body="")) == 422


def test_a_pull_needs_a_head_and_a_base_that_exist(hub: Hub) -> None:
    hub.branch("a")
    assert refusal(lambda: hub.repo.create_pull(base="none", head="a", title="A", body="")) == 422
    assert refusal(lambda: hub.repo.create_pull(base="main", head="no", title="A", body="")) == 422


def test_a_pull_needs_commits_of_its_own(hub: Hub) -> None:
    hub.repo.create_git_ref("refs/heads/same", hub.repo.get_branch("main").commit.sha)
    assert refusal(lambda: hub.repo.create_pull(base="main", head="same", title="A")) == 422


def test_a_wrong_token_is_nobodys(hub: Hub) -> None:
    assert refusal(lambda: hub.client("wrong").get_user().login) == 401


def test_what_is_not_there_is_not_found(hub: Hub) -> None:
    assert refusal(lambda: hub.repo.get_pull(99)) == 404
    assert refusal(lambda: hub.repo.get_branch("none")) == 404
    assert refusal(lambda: hub.client().get_repo(f"{hub.repo.owner.login}/none")) == 404


def test_a_branch_is_deleted_by_its_ref(hub: Hub) -> None:
    hub.branch("leafcut/a")
    ref = hub.repo.get_git_ref("heads/leafcut/a")
    ref.delete()
    assert refusal(lambda: hub.repo.get_git_ref("heads/leafcut/a")) == 404


def test_statuses_come_to_one(hub: Hub) -> None:
    commit = hub.repo.get_commit(hub.repo.get_branch("main").commit.sha)
    assert commit.get_combined_status().state == "pending"
    commit.create_status("success", context="lint")
    assert commit.get_combined_status().state == "success"
    commit.create_status("failure", context="tests")
    assert commit.get_combined_status().state == "failure"


def test_an_owner_may_write(hub: Hub) -> None:
    assert hub.repo.get_collaborator_permission(hub.repo.owner.login) == "admin"
