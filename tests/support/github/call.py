"""One request of REST, as the functions that answer it see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.github.answers import invalid, not_found
from tests.support.github.state import Account, Pull, State

BODY = 65_536
"""The most characters that a body may have."""


@dataclass(frozen=True)
class Call:
    """Who asks what; `api` and `site` are the addresses that answers name, with no slash at end."""

    state: State
    who: Account
    api: str
    site: str
    named: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    authorization: str = ""

    @property
    def repo(self) -> str:
        """The address of the repository."""
        return f"{self.api}/repos/{self.state.full_name}"

    def pull(self) -> Pull:
        """Return the pull request that the path names.

        Raises:
            Refused: there is none.
        """
        found = self.state.pulls.get(int(self.named["number"]))
        if found is None:
            raise not_found("pulls/pulls#get-a-pull-request")
        return found

    def given(self, name: str, default: str = "") -> str:
        """Return a text of the request's body."""
        value = self.body.get(name, default) if isinstance(self.body, dict) else default
        return default if value is None else str(value)

    def text(self, resource: str, *, page: str, required: bool = True) -> str:
        """Return the body of a comment or a pull request.

        GitHub refuses more than 65,536 characters
        (https://github.com/renovatebot/renovate/issues/2032) and an empty comment.
        """
        text = self.given("body")
        if required and not text.strip():
            raise invalid(resource, "body", "missing_field", page=page)
        check_length(resource, text, page)
        return text


def check_length(resource: str, text: str, page: str) -> None:
    """Refuse a body that is too long."""
    if len(text) > BODY:
        words = f"body is too long (maximum is {BODY} characters)"
        raise invalid(resource, "body", "custom", words, page)
