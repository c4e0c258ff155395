"""GitHub Apps: a JWT that the App signs, against a token of its installation that ends.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.github.access import token_in
from tests.support.github.answers import Answer, Refused, not_found, refuse
from tests.support.github.call import Call
from tests.support.github.state import Account, State

_LONGEST = 600
_HOUR = 3600
_OVER = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at which "
    "the assertion expires"
)


@dataclass
class App:
    """An App that is installed on the repository; its bot has the account that is given."""

    id: int
    client_id: str
    installation: int
    bot: Account

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def private_key(self) -> str:
        """The key as GitHub gives it for download."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode()

    def check(self, authorization: str, now: float) -> None:
        """Refuse what is no JWT of this App: 401.

        Signed RS256 by its key; `iss` its id or its client's; `exp` at most ten minutes ahead.
        The words are those of https://github.com/backstage/backstage/issues/12887 and
        https://github.com/octokit/auth-app.js/issues/698.
        """
        try:
            claims = self._claims(token_in(authorization))
        except jwt.InvalidTokenError:
            raise _unauthorized("A JSON web token could not be decoded") from None
        if str(claims.get("iss")) not in {str(self.id), self.client_id}:
            raise _unauthorized("Integration not found")
        if claims["exp"] > now + _LONGEST:
            raise _unauthorized("'Expiration time' claim ('exp') is too far in the future")
        if claims["exp"] <= now:
            raise _unauthorized(_OVER)

    def _claims(self, token: str) -> dict[str, Any]:
        options: Any = {
            "require": ["iat", "exp", "iss"],
            "verify_exp": False,
            "verify_iat": False,
            "verify_iss": False,
        }
        key = self._key.public_key()
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], options=options)
        return claims

    def grant(self, state: State) -> dict[str, Any]:
        """Return a new token of the installation, good for an hour."""
        token = f"ghs_{secrets.token_urlsafe(24)}"
        state.tokens[token] = self.bot
        state.expiries[token] = state.clock() + _HOUR
        until = datetime.fromtimestamp(state.expiries[token], UTC)
        return {
            "token": token,
            "expires_at": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "permissions": {"contents": "write", "pull_requests": "write", "checks": "write"},
            "repository_selection": "selected",
        }


def _unauthorized(words: str) -> Refused:
    return refuse(401, words)


def access_token(call: Call, app: App) -> Answer:
    """https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app."""
    app.check(call.authorization, call.state.clock())
    if int(call.named["id"]) != app.installation:
        raise not_found("apps/apps#create-an-installation-access-token-for-an-app")
    return Answer(201, app.grant(call.state))


def installation(call: Call, app: App) -> Answer:
    """https://docs.github.com/rest/apps/apps#get-a-repository-installation-for-the-authenticated-app."""
    app.check(call.authorization, call.state.clock())
    url = f"{call.api}/app/installations/{app.installation}"
    body = {
        "id": app.installation,
        "app_id": app.id,
        "target_type": "Organization",
        "access_tokens_url": f"{url}/access_tokens",
        "html_url": f"{call.site}/settings/installations/{app.installation}",
        "permissions": {},
        "events": [],
    }
    return Answer(200, body)
