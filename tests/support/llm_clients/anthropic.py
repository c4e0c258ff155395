"""How Anthropic Messages is asked and heard."""

import json
from collections.abc import Sequence
from typing import Any

from tests.support.llm_clients.client import SCHEMA, Body, Client, Made, Said, command_of


def _body(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 - every wire has it
    messages: list[Body] = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
    for number, (command, result) in enumerate(made):
        use = {
            "type": "tool_use",
            "id": f"t{number}",
            "name": "bash",
            "input": {"command": command},
        }
        answer = {"type": "tool_result", "tool_use_id": f"t{number}", "content": result}
        messages += [
            {"role": "assistant", "content": [use]},
            {"role": "user", "content": [answer]},
        ]
    tool = {"name": "bash", "description": "Run a command", "input_schema": SCHEMA}
    return {
        "model": "m",
        "max_tokens": 100,
        "messages": messages,
        "tools": [tool],
        "stream": stream,
    }


def _said(events: Sequence[Any]) -> Said:
    text = command = ""
    given = made = 0
    for event in events:
        kind, delta = event["type"], event.get("delta", {})
        usage = event.get("usage") or event.get("message", {}).get("usage") or {}
        given += usage.get("input_tokens", 0) + usage.get("cache_read_input_tokens", 0)
        made = usage.get("output_tokens", made)
        text += delta.get("text", "")
        command += delta.get("partial_json", "")
        for block in event["content"] if kind == "message" else ():
            text += block.get("text", "")
            command += json.dumps(block["input"]) if "input" in block else ""
    return Said(text, command_of(command), given, made)


CLIENT = Client(
    path=lambda _: "/v1/messages?beta=true",
    header="x-api-key",
    body=_body,
    said=_said,
)
