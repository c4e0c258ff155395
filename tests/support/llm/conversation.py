"""What a request says, whatever wire it came over."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A tool that the request offers: its name, its JSON schema, the namespace it is called in."""

    name: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    namespace: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What a request holds: what people said, what tools said, and how many calls were made.

    `shape` is the JSON schema that the answer must have, empty for a free text. `searched` are
    the tools that were searched for, where there are more than `offers`; else None.
    """

    prompt: str
    results: tuple[str, ...] = ()
    calls: int = 0
    offers: tuple[Offer, ...] = ()
    model: str = ""
    stream: bool = False
    searched: frozenset[str] | None = None
    shape: Mapping[str, Any] = field(default_factory=dict)


def text_of(content: object) -> str:
    """Return all text in a message's content, which every wire nests in its own way."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        found = next((content[key] for key in ("text", "output", "content") if key in content), "")
        return text_of(found)
    if isinstance(content, Sequence):
        return "\n".join(text_of(part) for part in content)
    return "" if content is None else json.dumps(content)
