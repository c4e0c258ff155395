"""Reviews, threads, labels, checks and people in the double."""

from collections.abc import Callable
from typing import Any

import pytest
from github import GithubException
from github.PullRequest import PullRequest

from tests.support.github import GitHubDouble

THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewDecision
      reviewThreads(first: 2, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          id isResolved isOutdated path line originalLine
          comments(first: 10) { nodes { databaseId body author { login } } }
        }
      }
    }
  }
}
"""


@pytest.fixture
def pull(github: GitHubDouble) -> PullRequest:
    github.people.push("main", {"f.txt": "".join(f"{n}\n" for n in range(1, 31))}, "Add f")
    text = "".join(f"{n}{'!' if n == 10 else ''}\n" for n in range(1, 31))
    github.people.push("a", {"f.txt": text, "new.txt": "x\ny\n"}, "Change f", by="ada")
    repo = github.client().get_repo(github.full_name)
    return repo.create_pull(base="main", head="a", title="A", body="")


def refusal(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(GithubException) as refused:
        act()
    data = refused.value.data
    errors = data.get("errors") or [{}]
    return refused.value.status, errors[0].get("message") or data["message"]


def threads(github: GitHubDouble, after: str | None = None) -> dict[str, Any]:
    """Ask for the threads of the first pull request, as a forge would."""
    asked = {"owner": "acme", "name": "target", "number": 1, "after": after}
    _, data = github.client().requester.graphql_query(THREADS, asked)
    found: dict[str, Any] = data["data"]["repository"]["pullRequest"]
    return found


def test_threads_say_whether_they_are_resolved(github: GitHubDouble, pull: PullRequest) -> None:
    first = github.people.comment_on_line(pull.number, "f.txt", 10, "Why?")
    github.people.comment_on_line(pull.number, "new.txt", 2, "And this?")
    github.people.reply(first, "Because.", by="ada")
    github.people.resolve(first)
    nodes = threads(github)["reviewThreads"]["nodes"]
    assert [(one["path"], one["line"], one["isResolved"]) for one in nodes] == [
        ("f.txt", 10, True),
        ("new.txt", 2, False),
    ]
    said = [(one["author"]["login"], one["body"]) for one in nodes[0]["comments"]["nodes"]]
    assert said == [("grace", "Why?"), ("ada", "Because.")]
    assert [one.body for one in pull.get_review_comments()] == ["Why?", "And this?", "Because."]


def test_threads_come_in_pages(github: GitHubDouble, pull: PullRequest) -> None:
    for line in (9, 10, 11):
        github.people.comment_on_line(pull.number, "f.txt", line, "?")
    page = threads(github)["reviewThreads"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    rest = threads(github, page["pageInfo"]["endCursor"])["reviewThreads"]
    assert [one["line"] for one in page["nodes"] + rest["nodes"]] == [9, 10, 11]
    assert not rest["pageInfo"]["hasNextPage"]


def test_a_list_whose_size_is_not_said_is_refused(github: GitHubDouble, pull: PullRequest) -> None:
    query = THREADS.replace("(first: 10)", "")
    github.people.comment_on_line(pull.number, "f.txt", 10, "?")
    asked = {"owner": "acme", "name": "target", "number": 1}
    status, words = refusal(lambda: github.client().requester.graphql_query(query, asked))
    assert (status, "`first` or `last`" in words) == (400, True)


def test_a_thread_is_resolved_and_answered_by_the_api(
    github: GitHubDouble, pull: PullRequest
) -> None:
    github.people.comment_on_line(pull.number, "f.txt", 10, "Why?")
    node = threads(github)["reviewThreads"]["nodes"][0]
    pull.create_review_comment_reply(node["comments"]["nodes"][0]["databaseId"], "Done.")
    client = github.client().requester
    client.graphql_named_mutation(
        "resolveReviewThread", {"threadId": node["id"]}, "thread { isResolved }"
    )
    again = threads(github)["reviewThreads"]["nodes"][0]
    assert (again["isResolved"], len(again["comments"]["nodes"])) == (True, 2)


def test_a_thread_whose_line_changed_is_outdated(github: GitHubDouble, pull: PullRequest) -> None:
    github.people.comment_on_line(pull.number, "f.txt", 10, "Why?")
    github.people.comment_on_line(pull.number, "new.txt", 1, "And?")
    github.people.push("a", {"new.txt": "z\ny\n"})
    nodes = threads(github)["reviewThreads"]["nodes"]
    assert [(one["isOutdated"], one["line"]) for one in nodes] == [(False, 10), (True, None)]
    assert [one.line for one in pull.get_review_comments()] == [10, None]


def test_only_lines_of_the_diff_are_commented_on(pull: PullRequest) -> None:
    commit = pull.head.repo.get_commit(pull.head.sha)
    made = pull.create_review_comment("near", commit, "f.txt", line=13, side="RIGHT")
    assert made.diff_hunk.startswith("@@ -7,7 +7,7 @@")
    outside = refusal(lambda: pull.create_review_comment("far", commit, "f.txt", line=14))
    assert outside == (422, "pull_request_review_thread.line must be part of the diff")


def test_a_review_with_a_comment_outside_the_diff_is_none(pull: PullRequest) -> None:
    comments: list[Any] = [
        {"path": "f.txt", "line": 10, "body": "a"},
        {"path": "f.txt", "line": 1, "body": "b"},
    ]
    assert refusal(lambda: pull.create_review(body="x", comments=comments))[0] == 422
    assert (list(pull.get_reviews()), list(pull.get_review_comments())) == ([], [])
    made = pull.create_review(body="x", comments=comments[:1], event="COMMENT")
    assert [one.body for one in pull.get_single_review_comments(made.id)] == ["a"]


def test_reviewers_are_collaborators_and_not_the_author(
    github: GitHubDouble, pull: PullRequest
) -> None:
    github.state.teams.add("core")
    assert refusal(lambda: pull.create_review_request(["ada"])) == (
        422,
        "Review cannot be requested from pull request author.",
    )
    for reviewers, teams in ((["grace", "mallory"], []), (["nobody"], []), ([], ["strangers"])):
        status, words = refusal(lambda r=reviewers, t=teams: pull.create_review_request(r, t))  # type: ignore[misc]
        assert (status, "only be requested from collaborators" in words) == (422, True)
    pull.create_review_request(["grace", "linus"], ["core"])
    users, asked = pull.get_review_requests()
    assert ([one.login for one in users], [one.slug for one in asked]) == (
        ["grace", "linus"],
        ["core"],
    )
    github.people.review(pull.number, "APPROVE", by="grace")
    assert [one.login for one in pull.get_review_requests()[0]] == ["linus"]
    assert threads(github)["reviewDecision"] == "APPROVED"


def test_authors_do_not_approve_their_own(github: GitHubDouble, pull: PullRequest) -> None:
    words = "Can not approve your own pull request"
    assert refusal(lambda: pull.create_review(event="APPROVE")) == (422, words)
    github.people.review(pull.number, "REQUEST_CHANGES", "No.")
    assert [(one.user.login, one.state) for one in pull.get_reviews()] == [
        ("grace", "CHANGES_REQUESTED")
    ]


def test_checks_have_conclusions(github: GitHubDouble, pull: PullRequest) -> None:
    github.people.check(pull.number, "lint", None)
    github.people.check(pull.number, "tests", "failure", summary="1 failed")
    github.people.check(pull.number, "tests", "success")
    github.people.status(pull.number, "legacy", "pending")
    commit = pull.head.repo.get_commit(pull.head.sha)
    runs = {one.name: (one.status, one.conclusion) for one in commit.get_check_runs()}
    assert runs == {"lint": ("in_progress", None), "tests": ("completed", "success")}
    failed = [one for one in commit.get_check_runs(filter="all") if one.conclusion == "failure"]
    assert [one.output.summary for one in failed] == ["1 failed"]
    assert commit.get_combined_status().state == "pending"


def test_check_runs_are_made_by_apps_alone(pull: PullRequest) -> None:
    words = "You must authenticate via a GitHub App."
    repo = pull.head.repo
    assert refusal(lambda: repo.create_check_run("x", pull.head.sha)) == (403, words)


@pytest.mark.parametrize("where", ["pull", "comment", "opening"])
def test_a_body_has_an_end(github: GitHubDouble, pull: PullRequest, where: str) -> None:
    repo = github.client().get_repo(github.full_name)
    github.people.push("b", {"b.txt": "b"})
    acts: dict[str, Callable[[str], object]] = {
        "pull": lambda body: pull.edit(body=body),
        "comment": pull.create_issue_comment,
        "opening": lambda body: repo.create_pull(base="main", head="b", title="B", body=body),
    }
    words = "body is too long (maximum is 65536 characters)"
    assert refusal(lambda: acts[where]("ä" * 65_537)) == (422, words)
    acts[where]("ä" * 65_536)


def test_permissions_are_told_in_the_old_words(github: GitHubDouble) -> None:
    repo = github.client().get_repo(github.full_name)
    said = {login: repo.get_collaborator_permission(login) for login in ("ada", "grace", "linus")}
    assert said == {"ada": "write", "grace": "write", "linus": "read"}
    assert repo.get_collaborator_role_name("grace") == "maintain"
    assert repo.get_collaborator_permission("mallory") == "none"
    assert (repo.has_in_collaborators("linus"), repo.has_in_collaborators("mallory")) == (
        True,
        False,
    )
    assert refusal(lambda: repo.get_collaborator_permission("nobody"))[0] == 404


def test_a_filter_for_a_head_without_owner_filters_nothing(
    github: GitHubDouble, pull: PullRequest
) -> None:
    repo = github.client().get_repo(github.full_name)
    assert [one.number for one in repo.get_pulls(head="other")] == [pull.number]
    assert list(repo.get_pulls(head="acme:other")) == []


def test_what_people_do_shows(github: GitHubDouble, pull: PullRequest) -> None:
    github.people.edit(pull.number, body="Changed by hand")
    github.people.comment(pull.number, "/leafcut approve", by="mallory")
    github.people.close(pull.number)
    got = github.client().get_repo(github.full_name).get_pull(pull.number)
    assert (got.body, got.state) == ("Changed by hand", "closed")
    assert [(one.user.login, one.body) for one in got.get_issue_comments()] == [
        ("mallory", "/leafcut approve")
    ]
    github.people.reopen(pull.number)
    assert github.client().get_repo(github.full_name).get_pull(pull.number).state == "open"
