"""What the four wires have in common."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.support.llm.conversation import Conversation
from tests.support.llm.script import Answer, Trouble

Body: TypeAlias = Mapping[str, Any]

_PIECE = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One wire format: how it asks, how it is answered at once or in pieces, how it is refused."""

    path: str
    read: Callable[[str, Body], Conversation]
    whole: Callable[[Answer, str], Body]
    frames: Callable[[Answer, str], Iterator[bytes]]
    refusal: Callable[[Trouble], Body]


def frame(data: Body | str, event: str = "") -> bytes:
    """Return one server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {event}\n" if event else "").encode() + f"data: {text}\n\n".encode()


def pieces(text: str) -> Iterator[str]:
    """Return a text in two pieces at least, so that a reader must put it together."""
    size = min(_PIECE, max(1, (len(text) + 1) // 2))
    return (text[start : start + size] for start in range(0, len(text), size))
