"""A headless client of a language model in one file: Anthropic's wire, a shell, tools over MCP.

It does what the well-known ones do and nothing more: no retries, no settings, no wish to please.
It needs Python alone, so that it starts in a fraction of a second in whatever sandbox.
"""

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

SHELL: Json = {
    "name": "bash",
    "description": "Run a command",
    "input_schema": {
        "type": "object",
        "properties": {"command": {"type": "string"}},
        "required": ["command"],
    },
}
MCP_VERSION = "2025-06-18"


class RefusedError(Exception):
    """The other side answered with an error."""


def post(url: str, body: Json, headers: Mapping[str, str]) -> tuple[Mapping[str, str], str]:
    """Send a request and return the headers and the text of the response."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    connection.request(
        "POST", parts.path, json.dumps(body), {"Content-Type": "application/json", **headers}
    )
    response = connection.getresponse()
    text = response.read().decode()
    if response.status >= http.client.BAD_REQUEST:
        message = f"HTTP {response.status}: {text[:500]}"
        raise RefusedError(message)
    kept = {name.lower(): value for name, value in response.getheaders()}
    return kept, text


def events(text: str) -> Iterator[Json]:
    """Return the data of server-sent events."""
    for line in text.splitlines():
        if line.startswith("data: "):
            yield json.loads(line[6:])


class Mcp:
    """The tools that an MCP server offers over streamable HTTP."""

    def __init__(self, url: str, token: str) -> None:
        """Say hello and ask for the tools."""
        self._url = url
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json, text/event-stream",
        }
        self._number = 0
        hello = {"name": "light", "version": "1"}
        self._ask(
            "initialize",
            {"protocolVersion": MCP_VERSION, "capabilities": {}, "clientInfo": hello},
        )
        self._headers["MCP-Protocol-Version"] = MCP_VERSION
        said = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        post(self._url, said, self._headers)
        self.tools: list[Json] = self._ask("tools/list", {})["tools"]

    def call(self, name: str, arguments: Json) -> str:
        """Call a tool and return the text of its answer."""
        result = self._ask("tools/call", {"name": name, "arguments": arguments})
        return "\n".join(part.get("text", "") for part in result["content"])

    def _ask(self, method: str, parameters: Json) -> Json:
        self._number += 1
        asked = {"jsonrpc": "2.0", "id": self._number, "method": method, "params": parameters}
        headers, text = post(self._url, asked, self._headers)
        if "mcp-session-id" in headers:
            self._headers["Mcp-Session-Id"] = headers["mcp-session-id"]
        streamed = headers.get("content-type", "").startswith("text/event-stream")
        said = list(events(text)) if streamed else [json.loads(text)]
        answer = next(one for one in said if one.get("id") == self._number)
        if "error" in answer:
            raise RefusedError(str(answer["error"]))
        return dict(answer["result"])


def turn(url: str, token: str, body: Json) -> list[Json]:
    """Ask the model for the next turn and return its blocks."""
    _, text = post(f"{url}/v1/messages", body, {"x-api-key": token})
    blocks: list[Json] = []
    written = ""
    for event in events(text):
        if event["type"] == "content_block_start":
            blocks.append(dict(event["content_block"]))
            written = ""
        elif event["type"] == "content_block_delta":
            delta = event["delta"]
            written += delta.get("text", "") + delta.get("partial_json", "")
        elif event["type"] == "content_block_stop":
            _finish(blocks[-1], written)
        elif event["type"] == "message_stop":
            return blocks
    message = "the answer has no end"
    raise RefusedError(message)


def _finish(block: Json, written: str) -> None:
    if block["type"] == "text":
        block["text"] = written
    else:
        block["input"] = json.loads(written or "null") or dict[str, Any]()


def run(command: str) -> str:
    """Run a shell command and return what it printed."""
    done = subprocess.run(
        ["bash", "-c", command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return f"exit code {done.returncode}\n" + done.stdout.decode(errors="replace")[-20_000:]


def work(prompt: str) -> str:
    """Work at a prompt until the model calls no more tools; return its last words."""
    url, token = os.environ["LIGHT_URL"], os.environ["LIGHT_TOKEN"]
    mcp = Mcp(os.environ["LIGHT_MCP"], token) if os.environ.get("LIGHT_MCP") else None
    offered = [
        {"name": tool["name"], "input_schema": tool["inputSchema"]}
        for tool in (mcp.tools if mcp else ())
    ]
    messages: list[Json] = [{"role": "user", "content": prompt}]
    asked = {"model": os.environ["LIGHT_MODEL"], "max_tokens": 1000, "stream": True}
    while True:
        body = {**asked, "tools": [SHELL, *offered], "messages": messages}
        blocks = turn(url, token, body)
        calls = [block for block in blocks if block["type"] == "tool_use"]
        if not calls:
            return "".join(block["text"] for block in blocks)
        messages.append({"role": "assistant", "content": blocks})
        messages.append({"role": "user", "content": [_result(mcp, call) for call in calls]})


def _result(mcp: Mcp | None, call: Json) -> Json:
    if call["name"] == SHELL["name"]:
        text = run(call["input"]["command"])
    else:
        assert mcp is not None
        text = _called(mcp, call)
    return {"type": "tool_result", "tool_use_id": call["id"], "content": text}


def _called(mcp: Mcp, call: Json) -> str:
    """Call a tool; a refusal is an answer for the model, too."""
    try:
        return mcp.call(call["name"], call["input"])
    except RefusedError as error:
        return f"refused: {error}"


if __name__ == "__main__":
    try:
        sys.stdout.write(work(sys.stdin.read()) + "\n")
    except RefusedError as error:
        sys.exit(f"light: {error}")
