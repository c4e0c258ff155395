"""Requests as the SDKs of the four wires make them, and what the answers say."""

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Body: TypeAlias = Mapping[str, Any]
Made: TypeAlias = Sequence[tuple[str, str]]
"""The calls made so far, as the command and what it printed."""

_SCHEMA = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
_SHELL = {"name": "bash", "description": "Run a command", "parameters": _SCHEMA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP response; `broken` if the server hung up before its end."""

    status: int
    headers: Mapping[str, str]
    text: str
    broken: bool = False

    @property
    def events(self) -> list[Any]:
        """The data of each server-sent event, or the whole body as the only one."""
        if not self.headers.get("content-type", "").startswith("text/event-stream"):
            return [json.loads(self.text)]
        lines = [line[6:] for line in self.text.splitlines() if line.startswith("data: ")]
        return [json.loads(line) for line in lines if line != "[DONE]"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said: its text, the command that it calls for, tokens given and made."""

    text: str = ""
    command: str = ""
    given: int = 0
    made: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One wire: where it asks, which header bears the key, how it says and hears things."""

    path: Callable[[bool], str]
    header: str
    body: Callable[[str, Made, bool], Body]
    said: Callable[[Sequence[Any]], Said]

    def ask(
        self, url: str, prompt: str, made: Made = (), *, stream: bool = True, key: str = "key"
    ) -> Response:
        """Ask for the next turn of a conversation."""
        value = f"Bearer {key}" if self.header == "Authorization" else key
        return post(url + self.path(stream), self.body(prompt, made, stream), {self.header: value})


def post(url: str, body: Body, headers: Mapping[str, str]) -> Response:
    """Send one request on a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    target = f"{parts.path}?{parts.query}"
    try:
        connection.request("POST", target, json.dumps(body), headers)
        response = connection.getresponse()
        kept = {name.lower(): value for name, value in response.getheaders()}
        try:
            read, broken = response.read(), False
        except http.client.IncompleteRead as cut:
            read, broken = cut.partial, True
        text = read.decode(errors="replace")
        return Response(status=response.status, headers=kept, text=text, broken=broken)
    finally:
        connection.close()


def _anthropic(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 as the wires have it
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
    tool = {"name": "bash", "description": "Run a command", "input_schema": _SCHEMA}
    return {
        "model": "m",
        "max_tokens": 100,
        "messages": messages,
        "tools": [tool],
        "stream": stream,
    }


def _anthropic_said(events: Sequence[Any]) -> Said:
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
    return Said(text, _command(command), given, made)


def _responses(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 as the wires have it
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
        "tools": [{"type": "function", **_SHELL}],
        "stream": stream,
    }


def _responses_said(events: Sequence[Any]) -> Said:
    last = events[-1].get("response", events[-1])
    streamed = "".join(e["delta"] for e in events if e.get("type", "").endswith("text.delta"))
    parts = [part for item in last["output"] for part in item.get("content", ())]
    whole = "".join(part["text"] for part in parts)
    assert streamed in ("", whole)
    calls = [item["arguments"] for item in last["output"] if item["type"] == "function_call"]
    usage = last["usage"]
    return Said(whole, _command("".join(calls)), usage["input_tokens"], usage["output_tokens"])


def _chat(prompt: str, made: Made, stream: bool) -> Body:  # noqa: FBT001 as the wires have it
    messages: list[Body] = [{"role": "user", "content": prompt}]
    for number, (command, result) in enumerate(made):
        function = {"name": "bash", "arguments": json.dumps({"command": command})}
        call = {"id": f"c{number}", "type": "function", "function": function}
        messages += [
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"c{number}", "content": result},
        ]
    tools = [{"type": "function", "function": _SHELL}]
    options = {"stream_options": {"include_usage": True}} if stream else {}
    return {"model": "m", "messages": messages, "tools": tools, "stream": stream, **options}


def _chat_said(events: Sequence[Any]) -> Said:
    said = [choice.get("delta") or choice["message"] for e in events for choice in e["choices"] if
            choice.get("delta") or choice.get("message")]  # fmt: skip
    calls = [call["function"]["arguments"] for one in said for call in one.get("tool_calls") or ()]
    text = "".join(one.get("content") or "" for one in said)
    usage: Body = next((e["usage"] for e in events if e.get("usage")), {})
    given, made = usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0)
    return Said(text, _command("".join(calls)), given, made)


def _gemini(prompt: str, made: Made, _: bool) -> Body:  # noqa: FBT001 as the wires have it
    contents: list[Body] = [{"role": "user", "parts": [{"text": prompt}]}]
    for command, result in made:
        call = {"name": "bash", "args": {"command": command}}
        answer = {"name": "bash", "response": {"output": result}}
        contents += [
            {"role": "model", "parts": [{"functionCall": call}]},
            {"role": "user", "parts": [{"functionResponse": answer}]},
        ]
    return {"contents": contents, "tools": [{"functionDeclarations": [_SHELL]}]}


def _gemini_said(events: Sequence[Any]) -> Said:
    parts = [p for e in events for c in e["candidates"] for p in c["content"].get("parts", ())]
    calls = [part["functionCall"]["args"]["command"] for part in parts if "functionCall" in part]
    usage = events[-1]["usageMetadata"]
    text = "".join(part.get("text", "") for part in parts)
    given, made = usage["promptTokenCount"], usage["candidatesTokenCount"]
    return Said(text, "".join(calls), given, made)


def _command(arguments: str) -> str:
    return str(json.loads(arguments)["command"]) if arguments else ""


CLIENTS: Mapping[str, Client] = {
    "anthropic": Client(
        path=lambda _: "/v1/messages?beta=true",
        header="x-api-key",
        body=_anthropic,
        said=_anthropic_said,
    ),
    "responses": Client(
        path=lambda _: "/v1/responses",
        header="Authorization",
        body=_responses,
        said=_responses_said,
    ),
    "chat": Client(
        path=lambda _: "/v1/chat/completions",
        header="Authorization",
        body=_chat,
        said=_chat_said,
    ),
    "gemini": Client(
        path=lambda stream: (
            "/v1beta/models/m:streamGenerateContent?alt=sse"
            if stream
            else "/v1beta/models/m:generateContent"
        ),
        header="x-goog-api-key",
        body=_gemini,
        said=_gemini_said,
    ),
}
