"""What is said of a pull request on GitHub, as remarks that may ask for work."""

from collections.abc import Iterator
from typing import Any, cast

import requests
from github import Github, GithubException
from github.CheckRun import CheckRun
from github.NamedUser import NamedUser
from github.PullRequest import PullRequest
from github.Repository import Repository

from orchestrator.adapters.forges.judging import RED
from orchestrator.adapters.forges.pace import is_limit
from orchestrator.domain.pulls import Remark

_NEAR = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""Who may be able to write to the repository, as GitHub calls them; some of them only read.

https://docs.github.com/graphql/reference/enums#commentauthorassociation
"""
_WRITES = frozenset({"admin", "write"})
_UNTOLD = frozenset({requests.codes.forbidden, requests.codes.not_found})
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


class Writers:
    """Who may write to a repository: each who may be able to is asked about, once."""

    def __init__(self, repository: Repository) -> None:
        """Ask about nobody yet."""
        self._repository = repository
        self._known: dict[str, bool] = {}

    def has(self, login: str, association: object) -> bool:
        """Say whether what somebody says may be an order; not where GitHub does not tell us."""
        if association not in _NEAR:
            return False
        if login not in self._known:
            self._known[login] = self._asked(login)
        return self._known[login]

    def _asked(self, login: str) -> bool:
        try:
            return self._repository.get_collaborator_permission(login) in _WRITES
        except GithubException as error:
            if error.status not in _UNTOLD or is_limit(error):
                raise
            return False


def said(
    client: Github, full_name: str, request: PullRequest, repository: Repository
) -> list[Remark]:
    """Return unresolved threads, and comments and reviews with words, the oldest first of each."""
    owner, _, name = full_name.partition("/")
    asked = {"owner": owner, "name": name, "number": request.number}
    writers = Writers(repository)
    return [
        *_threads(client, asked, writers),
        *_comments(request, writers),
        *_reviews(request, writers),
    ]


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


def _threads(client: Github, asked: dict[str, Any], writers: Writers) -> Iterator[Remark]:
    after: str | None = None
    while True:
        variables = {**asked, "after": after}
        _, answer = client.requester.graphql_query(_THREADS, variables)
        page = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
        for thread in page["nodes"]:
            if not thread["isResolved"] and thread["comments"]["nodes"]:
                yield _thread(thread, writers)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _thread(thread: dict[str, Any], writers: Writers) -> Remark:
    """Return a thread: what insiders say in it, or what all do where none of them does."""
    comments = thread["comments"]["nodes"]
    inside = [one for one in comments if writers.has(_login(one), one["authorAssociation"])]
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


def _comments(request: PullRequest, writers: Writers) -> Iterator[Remark]:
    for one in request.get_issue_comments():
        text = one.body or ""
        author = cast("NamedUser | None", one.user)  # None: the account is gone
        if author is None or author.type == "Bot":
            continue
        if not text.strip() or text.lstrip().startswith("/leafcut"):
            continue
        yield Remark(
            key=f"comment/{one.id}",
            kind="comment",
            who=author.login,
            text=text,
            insider=writers.has(author.login, one.author_association),
        )


def _reviews(request: PullRequest, writers: Writers) -> Iterator[Remark]:
    for one in request.get_reviews():
        if one.body and one.state in {"CHANGES_REQUESTED", "COMMENTED"} and one.user is not None:
            yield Remark(
                key=f"review/{one.id}",
                kind="comment",
                who=one.user.login,
                text=one.body,
                insider=writers.has(one.user.login, one.author_association),
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
