"""What GitHub's refusals mean for a person."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from github import GithubException

from orchestrator.adapters.forges.address import Address
from orchestrator.errors import (
    AuthenticationError,
    InvalidInputError,
    LeafcutError,
    MissingRequirementError,
)

_CODES = requests.codes
_SERVER = 500
_LATER = "run it again: it goes on where it stopped"


@contextmanager
def explained(where: Address, doing: str, permission: str) -> Iterator[None]:
    """Turn what the client raises into what is wrong, where, and what to do.

    `doing` says what was tried, `permission` which one it needs.
    """
    try:
        yield
    except GithubException as error:
        raise _of_github(error, where, doing, permission) from error
    except requests.RequestException as error:
        raise MissingRequirementError(
            f"{where.host} cannot be reached to {doing}: {type(error).__name__}", hint=_LATER
        ) from error


def _of_github(error: GithubException, where: Address, doing: str, permission: str) -> LeafcutError:
    said = said_by(error)
    if error.status == _CODES.unauthorized:
        return AuthenticationError(
            f"{where.host} does not take the key: {said}",
            hint="give another GH_TOKEN, or gh auth login; docs/github.md",
        )
    if error.status == _CODES.forbidden:
        return MissingRequirementError(
            f"{where.host} does not let this key {doing}: {said}",
            hint=f"it needs the permission {permission} on {where.full_name}",
        )
    if error.status in {_CODES.not_found, _CODES.gone, _CODES.moved}:
        return MissingRequirementError(
            f"{where.host} has no {where.full_name} for this key, to {doing}: {said}",
            hint=f"see the address, and that the key has the permission {permission} there",
        )
    if error.status >= _SERVER:
        return MissingRequirementError(
            f"{where.host} answers {error.status} again and again, to {doing}", hint=_LATER
        )
    return InvalidInputError(f"{where.host} does not {doing}: {said}", hint=_LATER)


def said_by(error: GithubException) -> str:
    """Return GitHub's words, one line: the message and what it says of each fault."""
    data = error.data if isinstance(error.data, dict) else {}
    faults = data.get("errors") or ()
    words = [
        str(one.get("message") or f"{one.get('field', '')} {one.get('code', '')}".strip())
        if isinstance(one, dict)
        else str(one)
        for one in faults
    ]
    return " ".join("; ".join([str(data.get("message") or error.status), *words]).split())
