"""A request to a language model as it is passed on.

An agent has no network. Tools that its model's maker runs (web search, fetching pages, remote MCP
servers, code) would be one, so they are taken out of what it asks for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestrator.domain.jsons import loads
from orchestrator.domain.wires import Format

_HOSTED: Mapping[Format, tuple[str, ...]] = {
    "anthropic": ("web_search", "web_fetch", "code_execution", "mcp_toolset"),
    "responses": ("web_search", "mcp", "code_interpreter", "file_search", "image_generation"),
    "chat": ("web_search", "mcp"),
    "gemini": (),
}
"""How the types of hosted tools begin; a tool of the agent's own is a function or `custom`."""
_HOSTED_KEYS = ("mcp_servers", "container", "web_search_options")
_OWN_GEMINI = ("functionDeclarations", "function_declarations")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is passed on. `model` is "" where the path names it, `removed` the tools taken out."""

    body: bytes
    model: str
    removed: tuple[str, ...] = ()


def asked(form: Format, body: bytes) -> Asked:
    """Return the request to pass on; it is the one that came wherever that will do.

    Raises:
        ValueError: the body is no JSON object.
    """
    request = loads(body)
    if not isinstance(request, dict):
        raise ValueError("the request is no JSON object")  # noqa: TRY004 (what it is is data)
    removed = _without_hosted(form, request)
    counted = form == "chat" and _count_the_stream(request)
    model = request.get("model")
    return Asked(
        body=json.dumps(request).encode() if removed or counted else body,
        model=model if isinstance(model, str) else "",
        removed=removed,
    )


def _count_the_stream(request: dict[str, Any]) -> bool:
    """Ask for the usage at the end of a stream; say whether that was new."""
    options = request.get("stream_options") or {}
    if not request.get("stream") or not isinstance(options, dict) or options.get("include_usage"):
        return False
    request["stream_options"] = {**options, "include_usage": True}
    return True


def _without_hosted(form: Format, request: dict[str, Any]) -> tuple[str, ...]:
    removed = [key for key in _HOSTED_KEYS if request.pop(key, None) is not None]
    tools = request.get("tools")
    if not isinstance(tools, list):
        return tuple(removed)
    kept = []
    for tool in tools:
        own, hosted = _split(form, tool)
        removed.extend(hosted)
        if own:
            kept.append(own)
    if removed:
        request["tools"] = kept
        if not kept:
            del request["tools"]
            request.pop("tool_choice", None)
    return tuple(removed)


def _split(form: Format, tool: Any) -> tuple[Any, list[str]]:
    """Return what of a tool the agent runs itself, and the names of what it does not."""
    if not isinstance(tool, dict):
        return tool, []
    if form == "gemini":
        own = {key: value for key, value in tool.items() if key in _OWN_GEMINI}
        return own, sorted(tool.keys() - own.keys())
    kind = str(tool.get("type", ""))
    return (None, [kind]) if kind.startswith(_HOSTED[form]) else (tool, [])
