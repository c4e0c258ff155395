"""Who may start something by a comment: asked of GitHub itself, never of the event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestrator.domain.actions.ask import Asked, asked
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from github.Repository import Repository

MAY_WRITE = frozenset({"admin", "maintain", "write"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a comment may do: nothing (`asked` is None) and why, or what it asks for.

    `commit` is the commit of the main branch that the event saw: nothing else is worked on.
    """

    asked: Asked | None = None
    why: str = ""
    who: str = ""
    commit: str = ""


def gate(event: Mapping[str, Any], environment: Mapping[str, str]) -> Gate:
    """Return what the comment of an `issue_comment` event may do.

    Raises:
        LeafcutError: GitHub cannot be asked.
    """
    comment = event.get("comment") or {}
    if event.get("action") != "created":
        return Gate(why="only a new comment starts something, no edited one")
    try:
        wanted = asked(str(comment.get("body") or ""))
    except ValueError as error:
        wanted, problem = None, str(error)
    else:
        problem = ""
    if wanted is None and not problem:
        return Gate()
    author = comment.get("user") or {}
    who = str(author.get("login") or "")
    if author.get("type") != "User" or not who:
        return Gate(why="only a person's comment starts something")
    return _allowed(wanted, problem, who, environment)


def _allowed(wanted: Asked | None, problem: str, who: str, environment: Mapping[str, str]) -> Gate:
    from orchestrator.adapters.forges.address import address
    from orchestrator.adapters.forges.pace import Pace
    from orchestrator.adapters.forges.refusal import explained

    where = address(
        f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}", named=True
    )
    repository = _repository(environment)
    pace = Pace(lambda _: None)
    with explained(where, "read who may write", "metadata: read"):
        role = pace.read(lambda: repository.get_collaborator_role_name(who))
        if role not in MAY_WRITE:
            return Gate(why=f"{who} may not write to this repository, so the comment does nothing")
        if wanted is None:
            return Gate(why=problem)
        if wanted.action == "approve" and (why := pace.read(lambda: _foreign(repository, wanted))):
            return Gate(why=why)
    return Gate(asked=wanted, who=who, commit=environment["GITHUB_SHA"])


def _repository(environment: Mapping[str, str]) -> "Repository":
    from github import Auth, Github

    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN")
    if not token:
        raise UsageError(
            "there is no GITHUB_TOKEN to ask GitHub with", hint="docs/github-action.md"
        )
    client = Github(
        base_url=environment["GITHUB_API_URL"],
        auth=Auth.Token(token),
        timeout=30,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
        lazy=True,
    )
    return client.get_repo(environment["GITHUB_REPOSITORY"])


def _foreign(repository: "Repository", wanted: Asked) -> str:
    """Say why what a workflow run kept is not to be gone on with; nothing where it is ours.

    A pull request's workflow runs with its author's own code, and may keep what it likes.
    """
    found = repository.get_workflow_run(int(wanted.run_id))
    own = found.head_repository.full_name.lower() == repository.full_name.lower()
    if not own or found.head_branch != repository.default_branch or "pull" in found.event:
        return f"workflow run {wanted.run_id} is none of this repository's main branch"
    return ""
