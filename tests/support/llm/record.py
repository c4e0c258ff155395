"""What the scripted model was asked, for a test to look at."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

_SECRET = {"authorization", "x-api-key", "x-goog-api-key", "cookie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One request. `key` is the credential that came with it; neither path nor headers hold it.

    `script` is the marker of the script that it belongs to, "" for none, `turn` the number of tool
    calls made before, `status` that of the response.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    key: str = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    script: str = ""
    turn: int = 0
    status: int = 200
    results: tuple[str, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """All of the request but what stands where the credential belongs."""
        return json.dumps([self.path, dict(self.headers), dict(self.body)], ensure_ascii=False)

    def holds(self, secret: str) -> bool:
        """Tell whether the secret is anywhere but where it belongs."""
        return secret in self.text


def key_of(path: str, headers: Mapping[str, str]) -> str:
    """Return the credential of a request, as any of the four wires carries it."""
    query = parse_qs(urlsplit(path).query).get("key", [""])[0]
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("x-api-key") or headers.get("x-goog-api-key") or bearer or query


def without_secrets(path: str, headers: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return path and headers with no credential in them."""
    parts = urlsplit(path)
    query = "&".join(one for one in parts.query.split("&") if one and not one.startswith("key="))
    kept = {name: value for name, value in headers.items() if name not in _SECRET}
    return urlunsplit(parts._replace(query=query)), kept
