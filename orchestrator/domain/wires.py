"""What agents may ask of a language model: the formats, their paths, their forms of an error.

Paths are an allow-list. What is not in it is not passed on, whatever it would have been.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import parse_qsl, urlencode

Wire: TypeAlias = Literal["anthropic", "openai", "gemini"]
"""Whose API an agent speaks."""
Format: TypeAlias = Literal["anthropic", "responses", "chat", "gemini"]
"""How answers are written; `openai` has two."""

WIRE_PATHS: Mapping[Wire, str] = {
    "anthropic": "/llm/anthropic",
    "openai": "/llm/openai/v1",
    "gemini": "/llm/gemini",
}
"""Where the gateway speaks each wire; clients append the rest."""

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_GEMINI = rf"/v1(?:beta)?/models/{_NAME}"
_ROUTES: tuple[tuple[Wire, str, str, Format | None], ...] = (
    ("anthropic", "POST", "/v1/messages", "anthropic"),
    ("anthropic", "POST", "/v1/messages/count_tokens", None),
    ("anthropic", "GET", rf"/v1/models(?:/{_NAME})?", None),
    ("openai", "POST", "/responses(?:/compact)?", "responses"),
    ("openai", "POST", "/responses/input_tokens", None),
    ("openai", "POST", "/chat/completions", "chat"),
    ("openai", "GET", rf"/models(?:/{_NAME})?", None),
    ("gemini", "POST", rf"{_GEMINI}:(?:generateContent|streamGenerateContent)", "gemini"),
    ("gemini", "POST", rf"{_GEMINI}:countTokens", None),
    ("gemini", "GET", rf"/v1(?:beta)?/models(?:/{_NAME})?", None),
)
_QUERY = frozenset({"after", "after_id", "alt", "before_id", "beta", "limit", "pageSize"})


@dataclass(frozen=True, slots=True)
class Route:
    """An allowed request: `path` is what follows the upstream's base.

    Without a `format` there is nothing to pay for: a list of models, a count of tokens.
    """

    wire: Wire
    path: str
    format: Format | None


def route(method: str, path: str) -> Route | None:
    """Return what a request asks for, None when it may not.

    `path` is as it came, nothing decoded: no allowed path has anything to decode.
    """
    for wire, verb, pattern, form in _ROUTES:
        base = WIRE_PATHS[wire]
        rest = path.removeprefix(base)
        if verb == method and rest != path and re.fullmatch(pattern, rest):
            return Route(wire, rest, form)
    return None


def wire_of(path: str) -> Wire | None:
    """Return the wire whose place a path is in, to answer in its form."""
    for wire, base in WIRE_PATHS.items():
        if path.startswith(base.removesuffix("/v1")):
            return wire
    return None


def query(text: str) -> str:
    """Return the part of a query that is passed on; a key in it never is."""
    return urlencode([(name, value) for name, value in parse_qsl(text) if name in _QUERY])


_ANTHROPIC_WORDS: Mapping[int, str] = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_GEMINI_WORDS: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    502: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error_body(wire: Wire | None, status: int, message: str) -> bytes:
    """Return an error of ours in the form that a wire's clients read."""
    word = _ANTHROPIC_WORDS.get(status, "api_error")
    body: dict[str, object] = {"error": {"type": word, "code": status, "message": message}}
    if wire == "anthropic":
        body = {"type": "error", "error": {"type": word, "message": message}}
    elif wire == "openai":
        body = {"error": {"message": message, "type": word, "param": None, "code": word}}
    elif wire == "gemini":
        status_word = _GEMINI_WORDS.get(status, "INTERNAL")
        body = {"error": {"code": status, "message": message, "status": status_word}}
    return json.dumps(body).encode()
