"""Who asks: tokens, and what is hidden from whom."""

import base64
import binascii

from tests.support.github.answers import Refused, not_found, refuse
from tests.support.github.state import Account, Permission, State

_PAGE = "authentication/authenticating-to-the-rest-api"


def token_in(authorization: str) -> str:
    """Return the token of an Authorization header: `token`, `Bearer`, or Basic's password.

    https://docs.github.com/rest/authentication/authenticating-to-the-rest-api
    """
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "basic":
        return value.strip()
    try:
        return base64.b64decode(value).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def whose(state: State, authorization: str) -> Account | None:
    """Return the account whose token this is, if it is one and not over yet."""
    token = token_in(authorization)
    if state.clock() >= state.expiries.get(token, float("inf")):
        return None
    return state.tokens.get(token)


def bad_credentials() -> Refused:
    """Return the answer to a wrong token: 401.

    https://docs.github.com/rest/authentication/authenticating-to-the-rest-api#failed-login-limit
    """
    return refuse(401, "Bad credentials")


def admit(state: State, who: Account, least: Permission) -> None:
    """Refuse who may not do it.

    What one may not know of is "Not Found", not "Forbidden":
    https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#404-not-found-for-an-existing-resource
    What one may see and not change is 403, "Resource not accessible":
    https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#resource-not-accessible
    """
    if state.settings.private and not who.may("read"):
        raise not_found(_PAGE)
    if least not in {"none", "read"} and not who.may(least):
        kind = "integration" if who.bot else "personal access token"
        raise refuse(403, f"Resource not accessible by {kind}", _PAGE)
