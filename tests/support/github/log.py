"""What was asked, in order, without the secrets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request and the status of its answer; 0 where the connection was broken off.

    `token` says of the token only whether it was right; None where there was none. `path` has no
    query and no `/api/v3`; `body` is the JSON of REST, None of git.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    token: bool | None
    body: Any
    status: int


def harmless(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers, with no credentials in them."""
    return {
        name.lower(): "***" if name.lower() == "authorization" else value
        for name, value in headers.items()
    }
