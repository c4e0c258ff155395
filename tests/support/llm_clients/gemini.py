"""How Gemini's generateContent is asked and heard."""

from collections.abc import Sequence
from typing import Any

from tests.support.llm_clients.client import SHELL, Body, Client, Made, Said


def _body(prompt: str, made: Made, _: bool) -> Body:  # noqa: FBT001 - every wire has it
    contents: list[Body] = [{"role": "user", "parts": [{"text": prompt}]}]
    for command, result in made:
        call = {"name": "bash", "args": {"command": command}}
        answer = {"name": "bash", "response": {"output": result}}
        contents += [
            {"role": "model", "parts": [{"functionCall": call}]},
            {"role": "user", "parts": [{"functionResponse": answer}]},
        ]
    return {"contents": contents, "tools": [{"functionDeclarations": [SHELL]}]}


def _said(events: Sequence[Any]) -> Said:
    parts = [p for e in events for c in e["candidates"] for p in c["content"].get("parts", ())]
    calls = [part["functionCall"]["args"]["command"] for part in parts if "functionCall" in part]
    usage = events[-1]["usageMetadata"]
    text = "".join(part.get("text", "") for part in parts)
    given, made = usage["promptTokenCount"], usage["candidatesTokenCount"]
    return Said(text, "".join(calls), given, made)


CLIENT = Client(
    path=lambda stream: (
        "/v1beta/models/m:streamGenerateContent?alt=sse"
        if stream
        else "/v1beta/models/m:generateContent"
    ),
    header="x-goog-api-key",
    body=_body,
    said=_said,
)
