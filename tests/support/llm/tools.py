"""From a script's turn to an answer in the tools that a request offers."""

import json
from collections.abc import Mapping
from typing import Any

from tests.support.llm.conversation import Conversation, Offer
from tests.support.llm.script import Answer, Say, Shell, Tokens, Tool, Turn

_SHELLS = (
    "Bash",
    "bash",
    "exec_command",
    "shell_command",
    "shell",
    "run_shell_command",
    "terminal",
    "execute_bash",
)
_COMMANDS = ("command", "cmd", "script")


class NotOfferedError(Exception):
    """A script calls a tool that the request does not offer."""


def answer(turn: Turn, asked: Conversation, key: str, tokens: Tokens) -> Answer:
    """Return what a turn says, in the words of whoever asked.

    Raises:
        NotOfferedError: the request offers no such tool.
    """
    if isinstance(turn, Say):
        text = turn.text.replace("{key}", key) * turn.times
        return Answer(text=text, tokens=tokens, id=f"{asked.calls + 1}")
    if isinstance(turn, Tool) and _may_search(asked, turn):
        return Answer(search=turn.name, tokens=tokens, id=f"search_{asked.calls + 1}")
    if isinstance(turn, Shell):
        offer = _shell(asked)
        command = turn.command.replace("{turn}", str(asked.calls)).replace("{key}", key)
        arguments = _shell_arguments(offer.schema, command)
    else:
        offer, arguments = _named(asked, turn), dict(turn.arguments)
    return Answer(
        tool=offer.name,
        namespace=offer.namespace,
        arguments=arguments,
        tokens=tokens,
        id=f"{asked.calls + 1}",
    )


def _shell(asked: Conversation) -> Offer:
    offers = {offer.name: offer for offer in asked.offers}
    for name in _SHELLS:
        if name in offers:
            return offers[name]
    raise NotOfferedError(f"no shell among {sorted(offers)}")


def _named(asked: Conversation, turn: Tool) -> Offer:
    offer = _find(asked, turn)
    if offer is None:
        names = sorted(one.name for one in asked.offers)
        raise NotOfferedError(f"no {turn.name} among {names}")
    return offer


def _may_search(asked: Conversation, turn: Tool) -> bool:
    if asked.searched is None or turn.name in asked.searched:
        return False
    return _find(asked, turn) is None


def _find(asked: Conversation, turn: Tool) -> Offer | None:
    ending = f"_{turn.name}"
    fits = (one for one in asked.offers if one.name == turn.name or one.name.endswith(ending))
    return next(fits, None)


def _shell_arguments(schema: Mapping[str, Any], command: str) -> dict[str, object]:
    """Fill what the schema requires: the command as it wants it, a word for every other text."""
    properties: Mapping[str, Any] = schema.get("properties", {})
    name = next((one for one in _COMMANDS if one in properties), "command")
    words = properties.get(name, {}).get("type") in {"array", "ARRAY"}
    arguments: dict[str, object] = {name: ["bash", "-lc", command] if words else command}
    for other in schema.get("required", ()):
        arguments.setdefault(other, filled(properties.get(other, {})))
    return arguments


def shaped(schema: Mapping[str, Any]) -> str:
    """Return a text for whoever asks on the side: a title, or JSON if it must have a shape."""
    return json.dumps(filled(schema)) if schema else "A title"


def filled(schema: Mapping[str, Any]) -> object:
    """Return some value of a JSON schema: the first of what it allows, little where all goes.

    A client that asks how sure the model is that it loops hears: not at all.
    """
    if "enum" in schema:
        return schema["enum"][0]
    kind = str(schema.get("type", "string")).lower()
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: filled(properties[name]) for name in schema.get("required", properties)}
    return {"boolean": False, "integer": 0, "number": 0, "array": []}.get(
        kind, "As the script says"
    )
