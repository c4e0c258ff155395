"""Requests as the SDKs of the four wires make them, and what the answers say."""

from collections.abc import Mapping

from tests.support.llm_clients import anthropic, chat, gemini, responses
from tests.support.llm_clients.client import Client, Response, Said, post

CLIENTS: Mapping[str, Client] = {
    "anthropic": anthropic.CLIENT,
    "responses": responses.CLIENT,
    "chat": chat.CLIENT,
    "gemini": gemini.CLIENT,
}

__all__ = ["CLIENTS", "Client", "Response", "Said", "post"]
