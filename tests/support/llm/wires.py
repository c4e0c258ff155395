"""The four wires, and which of them a request came over."""

import re
from urllib.parse import urlsplit

from tests.support.llm import anthropic, chat, gemini, responses
from tests.support.llm.wire import Wire

WIRES: tuple[Wire, ...] = (anthropic.WIRE, chat.WIRE, responses.WIRE, gemini.WIRE)


def wire_of(path: str) -> Wire | None:
    """Return the wire that a request path belongs to."""
    plain = urlsplit(path).path
    return next((wire for wire in WIRES if re.search(wire.path, plain)), None)
