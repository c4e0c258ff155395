"""Whether a comment starts something: what its event says, and what GitHub says of its author."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.actions.ask import Asked, asked

MAY_WRITE = frozenset({"admin", "maintain", "write"})
"""The roles on a repository whose comments start something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a comment may do: nothing (`asked` is None) and why, or what it asks for.

    `commit` is the commit of the main branch that the event saw: nothing else is worked on.
    """

    asked: Asked | None = None
    why: str = ""
    who: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A person's comment to Leafcut. `asked` is None where it cannot be followed: `problem`."""

    who: str
    asked: Asked | None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBy:
    """The workflow run that kept a state: `repository` and `branch` it was for, and its event."""

    repository: str
    branch: str
    event: str


def heard(event: Mapping[str, Any]) -> Heard | Gate:
    """Return what an `issue_comment` event has to say to us; a gate where that is nothing."""
    comment = event.get("comment") or {}
    if event.get("action") != "created":
        return Gate(why="only a new comment starts something, no edited one")
    problem = ""
    try:
        wanted = asked(str(comment.get("body") or ""))
    except ValueError as error:
        wanted, problem = None, str(error)
    if wanted is None and not problem:
        return Gate()
    author = comment.get("user") or {}
    who = str(author.get("login") or "")
    if author.get("type") != "User" or not who:
        return Gate(why="only a person's comment starts something")
    return Heard(who=who, asked=wanted, problem=problem)


def is_foreign(kept: KeptBy, repository: str, main: str) -> bool:
    """Say whether what a workflow run kept is not to be gone on with.

    A pull request's workflow runs with its author's own code, and may keep what it likes.
    """
    own = kept.repository.lower() == repository.lower()
    return not own or kept.branch != main or "pull" in kept.event
