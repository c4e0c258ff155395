"""How OpenAI Chat Completions is asked and heard."""

import json
from collections.abc import Sequence
from typing import Any

from tests.support.llm_clients.client import SHELL, Body, Client, Made, Said, command_of


def _body(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 - every wire has it
    messages: list[Body] = [{"role": "user", "content": prompt}]
    for number, (command, result) in enumerate(made):
        function = {"name": "bash", "arguments": json.dumps({"command": command})}
        call = {"id": f"c{number}", "type": "function", "function": function}
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"c{number}", "content": result},
        ]
    tools = [{"type": "function", "function": SHELL}]
    options = {"stream_options": {"include_usage": True}} if stream else {}
    return {"model": "m", "messages": messages, "tools": tools, "stream": stream, **options}


def _said(events: Sequence[Any]) -> Said:
    said = [choice.get("delta") or choice["message"] for e in events for choice in e["choices"] if
            choice.get("delta") or choice.get("message")]  # fmt: skip
    calls = [call["function"]["arguments"] for one in said for call in one.get("tool_calls") or ()]
    text = "".join(one.get("content") or "" for one in said)
    usage: Body = next((e["usage"] for e in events if e.get("usage")), {})
    given, made = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
    return Said(text, command_of("".join(calls)), given, made)


CLIENT = Client(
    path=lambda _: "/v1/chat/completions",
    header="Authorization",
    body=_body,
    said=_said,
)
