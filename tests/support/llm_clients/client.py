"""What the clients of the four wires have in common."""

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Body: TypeAlias = Mapping[str, Any]
Made: TypeAlias = Sequence[tuple[str, str]]
"""The calls made so far, as the command and what it printed."""

SCHEMA = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}
SHELL = {"name": "bash", "description": "Run a command", "parameters": SCHEMA}


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


def command_of(arguments: str) -> str:
    """Return the command in the arguments of a call, "" where there are none."""
    return str(json.loads(arguments)["command"]) if arguments else ""
