"""How OpenAI Responses is asked and heard."""

import json
from collections.abc import Sequence
from typing import Any

from tests.support.llm_clients.client import SHELL, Body, Client, Made, Said, command_of


def _body(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 - every wire has it
    content = [{"type": "input_text", "text": prompt}]
    items: list[Body] = [{"type": "message", "role": "user", "content": content}]
    for number, (command, result) in enumerate(made):
        kept = {"call_id": f"c{number}", "name": "bash"}
        arguments = json.dumps({"command": command})
        items += [
            {"type": "function_call", "arguments": arguments, **kept},
            {"type": "function_call_output", "call_id": f"c{number}", "output": result},
        ]
    return {
        "model": "m",
        "input": items,
        "tools": [{"type": "function", **SHELL}],
        "stream": stream,
    }


def _said(events: Sequence[Any]) -> Said:
    last = events[-1].get("response", events[-1])
    streamed = "".join(e["delta"] for e in events if e.get("type", "").endswith("text.delta"))
    parts = [part for item in last["output"] for part in item.get("content", ())]
    whole = "".join(part["text"] for part in parts)
    assert streamed in ("", whole)
    calls = [item["arguments"] for item in last["output"] if item["type"] == "function_call"]
    usage = last["usage"]
    return Said(whole, command_of("".join(calls)), usage["input_tokens"], usage["output_tokens"])


CLIENT = Client(
    path=lambda _: "/v1/responses",
    header="Authorization",
    body=_body,
    said=_said,
)
