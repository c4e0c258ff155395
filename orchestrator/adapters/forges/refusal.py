"""What GitHub's refusals mean for a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import requests
from github import BadAttributeException, GithubException, IncompletableObject

from orchestrator.adapters.forges.address import Address
from orchestrator.errors import (
    AuthenticationError,
    InvalidInputError,
    LeafcutError,
    MissingRequirementError,
)

P = ParamSpec("P")
T = TypeVar("T")

_CODES = requests.codes
_SERVER = 500
_LATER = "run it again: it goes on where it stopped"
_UNREADABLE = (
    BadAttributeException, IncompletableObject, AssertionError, AttributeError, LookupError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What the client raises of an answer that is not as documented: a login page, half of a text, a
redirect to another host."""


@contextmanager
def explained(where: Address, doing: str, permission: str) -> Iterator[None]:
    """Turn what the client raises into what is wrong, where, and what to do.

    `doing` says what was tried, `permission` which one it needs.
    """
    try:
        yield
    except _UNREADABLE as error:
        raise MissingRequirementError(
            f"what {where.host} answers is not GitHub's, to {doing}: {type(error).__name__}",
            hint="see the address, and what stands before it, such as a proxy; then run it again",
        ) from error
    except GithubException as error:
        raise _of_github(error, where, doing, permission) from error
    except requests.RequestException as error:
        raise MissingRequirementError(
            f"{where.host} cannot be reached to {doing}: {type(error).__name__}",
            hint=f"see the address and the network, then {_LATER}",
        ) from error


def telling(doing: str, permission: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Have a method of what is at `self.where` tell so of all that it finds in answers."""

    def of(method: Callable[P, T]) -> Callable[P, T]:
        @wraps(method)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            with explained(cast("Any", args[0]).where, doing, permission):
                return method(*args, **kwargs)

        return asked

    return of


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
