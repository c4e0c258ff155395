"""GraphQL: what REST cannot do, by a schema that is a small part of GitHub's.

https://docs.github.com/graphql/overview/about-the-graphql-api. Queries are parsed and validated by
graphql-core, so that a field that this schema lacks is refused, though GitHub may have it.
"""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError, build_schema, graphql_sync

from tests.support.github.answers import Answer
from tests.support.github.call import Call
from tests.support.github.schema import SCHEMA
from tests.support.github.state import Pull, Thread
from tests.support.github.threads import reply
from tests.support.github.views import View, actor, pull_view, thread_view

_SCHEMA = build_schema(SCHEMA)
_READY = "markPullRequestReadyForReview"
_DRAFT = "convertPullRequestToDraft"


def answer(call: Call) -> Answer:
    """Answer a query: always 200, what went wrong stands in `errors`.

    https://docs.github.com/graphql/guides/forming-calls-with-graphql
    """
    variables = call.body.get("variables") or {}
    root = _root(call)
    result = graphql_sync(_SCHEMA, call.given("query"), root, variable_values=variables)
    body: dict[str, Any] = {"data": result.data}
    if result.errors:
        body["errors"] = [_error(one) for one in result.errors]
    return Answer(200, body)


def _error(error: GraphQLError) -> dict[str, Any]:
    formatted: dict[str, Any] = dict(error.formatted)
    return {**formatted.pop("extensions", {}), **formatted}


def _lost(what: str, name: str) -> GraphQLError:
    words = f"Could not resolve to a {what} '{name}'."
    return GraphQLError(words, extensions={"type": "NOT_FOUND"})


def _root(call: Call) -> dict[str, Callable[..., Any]]:
    """Return the queries and the mutations.

    https://docs.github.com/graphql/reference/queries
    https://docs.github.com/graphql/reference/mutations
    """
    return {
        "viewer": lambda _: actor(call.who),
        "repository": lambda _, owner, name: _repository(call, f"{owner}/{name}"),
        "node": lambda _, id: _node(call, id),  # noqa: A006
        _READY: lambda _, input: _drafted(call, input, draft=False),  # noqa: A006
        _DRAFT: lambda _, input: _drafted(call, input, draft=True),  # noqa: A006
        "resolveReviewThread": lambda _, input: _resolved(call, input, resolved=True),  # noqa: A006
        "unresolveReviewThread": lambda _, input: _resolved(call, input, resolved=False),  # noqa: A006
        "addPullRequestReviewThreadReply": lambda _, input: _replied(call, input),  # noqa: A006
    }


def _repository(call: Call, full_name: str) -> View:
    hidden = call.state.settings.private and not call.who.may("read")
    if hidden or full_name.lower() != call.state.full_name.lower():
        raise _lost("Repository with the name", full_name)

    def pull(_: Any, number: int) -> View:
        if number not in call.state.pulls:
            raise _lost("PullRequest with the number of", str(number))
        return _pull_view(call, call.state.pulls[number])

    return {"id": "R_1", "nameWithOwner": call.state.full_name, "pullRequest": pull}


def _page(call: Call, pull: Pull) -> str:
    return f"{call.site}/{call.state.full_name}/pull/{pull.number}"


def _pull_view(call: Call, pull: Pull) -> View:
    return pull_view(call.state, pull, _page(call, pull))


def _thread_view(call: Call, pull: Pull, thread: Thread) -> View:
    return thread_view(call.state, pull, thread, _page(call, pull))


def _node(call: Call, node: str) -> View:
    if node.startswith("PRRT_"):
        return _thread_view(call, *_thread(call, node))
    return _pull_view(call, _pull(call, node))


def _pull(call: Call, node: str) -> Pull:
    for pull in call.state.pulls.values():
        if f"PR_{pull.id}" == node and call.who.may("read"):
            return pull
    raise _lost("node with the global id of", node)


def _thread(call: Call, node: str) -> tuple[Pull, Thread]:
    for pull in call.state.pulls.values():
        for thread in pull.threads:
            if f"PRRT_{thread.id}" == node and call.who.may("read"):
                return pull, thread
    raise _lost("node with the global id of", node)


def _check_write(call: Call) -> None:
    """Refuse who may not write, as REST does."""
    if not call.who.may("write"):
        kind = "integration" if call.who.bot else "personal access token"
        words = f"Resource not accessible by {kind}"
        raise GraphQLError(words, extensions={"type": "FORBIDDEN"})


def _drafted(call: Call, given: dict[str, str], *, draft: bool) -> View:
    """https://docs.github.com/graphql/reference/mutations#markpullrequestreadyforreview."""
    pull = _pull(call, given["pullRequestId"])
    _check_write(call)
    if not pull.open:
        raise GraphQLError("Pull request is closed", extensions={"type": "UNPROCESSABLE"})
    pull.draft, pull.updated_at = draft, call.state.now()
    return _paid(given, pullRequest=_pull_view(call, pull))


def _resolved(call: Call, given: dict[str, str], *, resolved: bool) -> View:
    """https://docs.github.com/graphql/reference/mutations#resolvereviewthread."""
    pull, thread = _thread(call, given["threadId"])
    _check_write(call)
    thread.resolved_by = call.who if resolved else None
    return _paid(given, thread=_thread_view(call, pull, thread))


def _replied(call: Call, given: dict[str, str]) -> View:
    """https://docs.github.com/graphql/reference/mutations#addpullrequestreviewthreadreply."""
    pull, thread = _thread(call, given["pullRequestReviewThreadId"])
    _check_write(call)
    reply(call.state, thread, call.who, given["body"])
    page = _thread_view(call, pull, thread)["comments"](None, last=1)
    return _paid(given, comment=page["nodes"][0])


def _paid(given: dict[str, str], **views: View) -> View:
    return {"clientMutationId": given.get("clientMutationId"), **views}
