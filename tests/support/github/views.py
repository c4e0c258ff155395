"""What GraphQL shows of the values: fields by name; a function where one takes arguments."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

from tests.support.github.greens import failing, lacking
from tests.support.github.merging import clean
from tests.support.github.state import Account, Comment, Pull, State, Thread
from tests.support.github.threads import current

_MOST = 100
View = dict[str, Any]


def connection(
    items: Sequence[Any],
    name: str,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
) -> View:
    """Return a page of at most 100; GitHub wants `first` or `last` to be said.

    https://docs.github.com/graphql/guides/using-pagination-in-the-graphql-api
    """
    size = first if first is not None else last
    if size is None:
        words = (
            "You must provide a `first` or `last` value to properly paginate "
            f"the `{name}` connection."
        )
        raise GraphQLError(words, extensions={"type": "MISSING_PAGINATION_BOUNDARIES"})
    if not 1 <= size <= _MOST:
        words = (
            f"Requesting {size} records on the `{name}` connection exceeds the `first` limit "
            f"of {_MOST} records."
        )
        raise GraphQLError(words, extensions={"type": "EXCESSIVE_PAGINATION"})
    start = int(after or 0) if first is not None else max(0, len(items) - size)
    page = list(items[start : start + size])
    end = start + len(page)
    return {
        "totalCount": len(items),
        "nodes": page,
        "edges": [{"cursor": str(start + at), "node": one} for at, one in enumerate(page, 1)],
        "pageInfo": {
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
            "startCursor": str(start + 1) if page else None,
            "endCursor": str(end) if page else None,
        },
    }


def actor(account: Account) -> View:
    """https://docs.github.com/graphql/reference/interfaces#actor."""
    return {"__typename": "User", "login": account.login}


def comment_view(comment: Comment, thread: Thread, page: str) -> View:
    """https://docs.github.com/graphql/reference/objects#pullrequestreviewcomment."""
    return {
        "id": f"PRRC_{comment.id}",
        "databaseId": comment.id,
        "body": comment.body,
        "path": thread.path,
        "diffHunk": thread.hunk,
        "createdAt": comment.created_at,
        "url": f"{page}#discussion_r{comment.id}",
        "author": actor(comment.author),
        "authorAssociation": "COLLABORATOR" if comment.author.collaborator else "NONE",
    }


def thread_view(state: State, pull: Pull, thread: Thread, page: str) -> View:
    """https://docs.github.com/graphql/reference/objects#pullrequestreviewthread.

    The line of an outdated thread is null.
    """
    by, fresh = thread.resolved_by, current(state, pull, thread)

    def comments(_: Any, **where: Any) -> View:
        views = [comment_view(one, thread, page) for one in thread.comments]
        return connection(views, "comments", **where)

    return {
        "__typename": "PullRequestReviewThread",
        "id": f"PRRT_{thread.id}",
        "isResolved": by is not None,
        "isOutdated": not fresh,
        "path": thread.path,
        "line": thread.line if fresh else None,
        "originalLine": thread.line,
        "diffSide": thread.side,
        "resolvedBy": actor(by) if by else None,
        "comments": comments,
    }


def pull_view(state: State, pull: Pull, page: str) -> View:
    """https://docs.github.com/graphql/reference/objects#pullrequest."""

    def threads(_: Any, **where: Any) -> View:
        views = [thread_view(state, pull, one, page) for one in pull.threads]
        return connection(views, "reviewThreads", **where)

    return {
        "__typename": "PullRequest",
        "id": f"PR_{pull.id}",
        "number": pull.number,
        "title": pull.title,
        "body": pull.body or "",
        "state": "OPEN" if pull.open else "MERGED" if pull.merged_at else "CLOSED",
        "isDraft": pull.draft,
        "merged": pull.merged_at is not None,
        "url": page,
        "author": actor(pull.author),
        "headRefName": pull.head,
        "headRefOid": pull.head_sha,
        "baseRefName": pull.base,
        "baseRefOid": pull.base_sha,
        "mergeable": lambda _: "MERGEABLE" if clean(state, pull) else "CONFLICTING",
        "mergeStateStatus": lambda _: _merge_state(state, pull),
        "reviewDecision": _decision(pull),
        "reviewThreads": threads,
    }


def _merge_state(state: State, pull: Pull) -> str:
    """https://docs.github.com/graphql/reference/enums#mergestatestatus."""
    if not clean(state, pull):
        return "DIRTY"
    if pull.draft or lacking(state, pull.head_sha):
        return "BLOCKED"
    return "UNSTABLE" if failing(state, pull.head_sha) else "CLEAN"


def _decision(pull: Pull) -> str | None:
    """https://docs.github.com/graphql/reference/enums#pullrequestreviewdecision."""
    last = {one.author.login: one.state for one in pull.reviews if one.state != "COMMENTED"}
    if "CHANGES_REQUESTED" in last.values():
        return "CHANGES_REQUESTED"
    return "APPROVED" if last else None
