"""What is said of a pull request on GitHub, as remarks that may ask for work."""

from collections.abc import Iterator
from typing import Any

from github import Github
from github.CheckRun import CheckRun
from github.PullRequest import PullRequest
from github.Repository import Repository

from orchestrator.adapters.forges.standing import RED
from orchestrator.domain.pulls import Remark

_INSIDERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Who may write to the repository, or is of its organisation, as GitHub calls them.

https://docs.github.com/graphql/reference/enums#commentauthorassociation
"""
_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id isResolved path line originalLine
        comments(last: 20) { nodes { databaseId body authorAssociation author { login } } } }
} } } }
"""
_SHOWN_ANNOTATIONS = 10


def said(client: Github, full_name: str, request: PullRequest) -> list[Remark]:
    """Return unresolved threads, and comments and reviews with words, the oldest first of each."""
    owner, _, name = full_name.partition("/")
    asked = {"owner": owner, "name": name, "number": request.number}
    return [*_threads(client, asked), *_comments(request), *_reviews(request)]


def red(repository: Repository, commit: str) -> list[Remark]:
    """Return what red checks of a commit say."""
    found = repository.get_commit(commit)
    runs = [_check(run, commit) for run in found.get_check_runs() if run.conclusion in RED]
    statuses = [
        Remark(
            key=f"check/{one.context}/{commit}",
            kind="check",
            who=one.context,
            text=one.description or one.state,
        )
        for one in found.get_combined_status().statuses
        if one.state in {"failure", "error"}
    ]
    return [*runs, *statuses]


def _threads(client: Github, asked: dict[str, Any]) -> Iterator[Remark]:
    after: str | None = None
    while True:
        variables = {**asked, "after": after}
        _, answer = client.requester.graphql_query(_THREADS, variables)
        page = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
        for thread in page["nodes"]:
            if not thread["isResolved"] and thread["comments"]["nodes"]:
                yield _thread(thread)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _thread(thread: dict[str, Any]) -> Remark:
    """Return a thread: what insiders say in it, or what all do where none of them does."""
    comments = thread["comments"]["nodes"]
    inside = [one for one in comments if one["authorAssociation"] in _INSIDERS]
    told = inside or comments
    return Remark(
        key=f"thread/{thread['id']}/{told[-1]['databaseId']}",
        kind="thread",
        who=_login(told[-1]),
        text="\n\n".join(f"{_login(one)}: {one['body']}" for one in told),
        path=thread["path"] or "",
        line=thread["line"] or thread["originalLine"] or 0,
        insider=bool(inside),
    )


def _login(comment: dict[str, Any]) -> str:
    return str(comment["author"]["login"]) if comment["author"] else "ghost"


def _comments(request: PullRequest) -> Iterator[Remark]:
    for one in request.get_issue_comments():
        if one.user.type == "Bot" or one.body.lstrip().startswith("/leafcut"):
            continue
        yield Remark(
            key=f"comment/{one.id}",
            kind="comment",
            who=one.user.login,
            text=one.body,
            insider=one.raw_data.get("author_association") in _INSIDERS,
        )


def _reviews(request: PullRequest) -> Iterator[Remark]:
    for one in request.get_reviews():
        if one.body and one.state in {"CHANGES_REQUESTED", "COMMENTED"} and one.user is not None:
            yield Remark(
                key=f"review/{one.id}",
                kind="comment",
                who=one.user.login,
                text=one.body,
                insider=one.raw_data.get("author_association") in _INSIDERS,
            )


def _check(run: CheckRun, commit: str) -> Remark:
    output = run.output
    texts = [output.title, output.summary, output.text]
    places = [
        f"{one.path}:{one.start_line}: {one.message}"
        for one, _ in zip(run.get_annotations(), range(_SHOWN_ANNOTATIONS), strict=False)
    ]
    told = "\n\n".join(text for text in (*texts, "\n".join(places)) if text)
    return Remark(
        key=f"check/{run.name}/{commit}",
        kind="check",
        who=run.name,
        text=told or str(run.conclusion),
    )
