"""What a comment may start: its event read, and GitHub asked about its author."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orchestrator.domain.actions.gate import MAY_WRITE, Gate, heard, is_foreign
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.adapters.forges.callers import Callers


def gate(event: Mapping[str, Any], environment: Mapping[str, str]) -> Gate:
    """Return what the comment of an `issue_comment` event may do.

    Raises:
        LeafcutError: GitHub cannot be asked.
    """
    said = heard(event)
    if isinstance(said, Gate):
        return said
    callers = _callers(environment)
    if callers.role_of(said.who) not in MAY_WRITE:
        return Gate(why=f"{said.who} may not write to this repository, so the comment does nothing")
    if said.asked is None:
        return Gate(why=said.problem)
    if said.asked.action == "approve":
        kept = callers.kept_by(int(said.asked.run_id))
        if is_foreign(kept, callers.where.full_name, callers.main()):
            run = f"workflow run {said.asked.run_id}"
            return Gate(why=f"{run} is none of this repository's main branch")
    return Gate(asked=said.asked, who=said.who, commit=environment["GITHUB_SHA"])


def _callers(environment: Mapping[str, str]) -> "Callers":
    from github import Auth

    from orchestrator.adapters.forges.address import address
    from orchestrator.adapters.forges.callers import Callers

    token = environment.get("GITHUB_TOKEN") or environment.get("GH_TOKEN")
    if not token:
        raise UsageError(
            "there is no GITHUB_TOKEN to ask GitHub with", hint="docs/github-action.md"
        )
    url = f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}"
    return Callers(address(url, named=True), environment["GITHUB_API_URL"], Auth.Token(token))
