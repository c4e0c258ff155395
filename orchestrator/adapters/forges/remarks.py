"""What is said of a pull request on GitHub, as remarks that may ask for work."""

from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any, TypeAlias

from github import Github, UnknownObjectException
from github.CheckRun import CheckRun
from github.NamedUser import NamedUser
from github.Organization import Organization
from github.PullRequest import PullRequest
from github.Repository import Repository

from orchestrator.adapters.forges.judging import RED
from orchestrator.domain.pulls import Remark

_WRITE = frozenset({"admin", "write"})
"""The permissions of who may write; that of a maintainer is told as `write`.

An association such as MEMBER or COLLABORATOR would not do: either may have read access alone.
https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""
_THREADS = """
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id isResolved path line originalLine
        comments(last: 20) { nodes { databaseId body author { login } } } }
} } } }
"""
_SHOWN_ANNOTATIONS = 10
_GONE = "ghost"
"""How GitHub shows one whose account is deleted."""

MayWrite: TypeAlias = Callable[[str], bool]
"""Says whether somebody, by login, may write to the repository."""


def said(client: Github, repository: Repository, request: PullRequest) -> list[Remark]:
    """Return unresolved threads, and comments and reviews with words, the oldest first of each."""
    asked = {
        "owner": repository.owner.login,
        "name": repository.name,
        "number": request.number,
    }
    may_write = cache(partial(_may_write, repository))
    return [
        *_threads(client, asked, may_write),
        *_comments(request, may_write),
        *_reviews(request, may_write),
    ]


def _may_write(repository: Repository, login: str) -> bool:
    try:
        return repository.get_collaborator_permission(login) in _WRITE
    except UnknownObjectException:
        return False  # no user, such as an App's bot or one who is gone


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


def _threads(client: Github, asked: dict[str, Any], may_write: MayWrite) -> Iterator[Remark]:
    after: str | None = None
    while True:
        variables = {**asked, "after": after}
        _, answer = client.requester.graphql_query(_THREADS, variables)
        page = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
        for thread in page["nodes"]:
            if not thread["isResolved"] and thread["comments"]["nodes"]:
                yield _thread(thread, may_write)
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _thread(thread: dict[str, Any], may_write: MayWrite) -> Remark:
    """Return a thread: what insiders say in it, or what all do where none of them does."""
    comments = thread["comments"]["nodes"]
    inside = [one for one in comments if may_write(_login(one))]
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
    return str(comment["author"]["login"]) if comment["author"] else _GONE


def _comments(request: PullRequest, may_write: MayWrite) -> Iterator[Remark]:
    for one in request.get_issue_comments():
        if _is_bot(one.user) or one.body.lstrip().startswith("/leafcut"):
            continue
        yield Remark(
            key=f"comment/{one.id}",
            kind="comment",
            who=_name(one.user),
            text=one.body,
            insider=may_write(_name(one.user)),
        )


def _reviews(request: PullRequest, may_write: MayWrite) -> Iterator[Remark]:
    for one in request.get_reviews():
        if one.body and one.state in {"CHANGES_REQUESTED", "COMMENTED"}:
            yield Remark(
                key=f"review/{one.id}",
                kind="comment",
                who=_name(one.user),
                text=one.body,
                insider=may_write(_name(one.user)),
            )


def _is_bot(user: NamedUser | Organization | None) -> bool:
    return user is not None and user.type == "Bot"


def _name(user: NamedUser | Organization | None) -> str:
    return user.login if user else _GONE


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
