"""A gateway before any server, a desk that writes down what it is told, and plain HTTP."""

import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from orchestrator.adapters.gateway import Gateway, GatewaySettings, LineSpec, Upstream
from orchestrator.domain.playbook import Exchanged
from orchestrator.domain.wires import Wire
from orchestrator.ports.sandbox import GatewayAddress

KEY = "sk-real-0123456789/abcdefghij+KLMNOP"
HELLO = {
    "model": "claude-sonnet-4-5",
    "stream": True,
    "messages": [{"role": "user", "content": "Hi"}],
}
MESSAGES = "/llm/anthropic/v1/messages"


@dataclass
class Notebook:
    """A desk that keeps what it is told."""

    checks: Callable[[], str] = lambda: "all is well"
    said: list[str] = field(default_factory=list)

    heard: list[bytes] = field(default_factory=list)
    prompt: str = ""

    shares: frozenset[Exchanged] = frozenset()

    def hear(self, said: bytes) -> None:
        """Keep it."""
        self.heard.append(said)

    def given(self, prompt: str) -> None:
        """Keep it."""
        self.prompt = prompt

    def task(self) -> Mapping[str, object]:
        """Return a task."""
        return {"task": "t1", "files": ["a.py"]}

    def verify(self) -> str:
        """Return what the checks say."""
        self.said.append("verify")
        return self.checks()

    def report_blocked(self, why: str) -> None:
        """Keep it."""
        self.said.append(f"blocked: {why}")

    def hand_off(self, note: str) -> None:
        """Keep it."""
        self.said.append(f"hand-off: {note}")

    def find_learnings(self, query: str = "", signature: str = "") -> str:
        """Keep it."""
        self.said.append(f"find: {query} {signature}")
        return "a lesson"

    def share_learning(self, kind: str, text: str, signature: str = "", paths: str = "") -> str:
        """Keep it."""
        self.said.append(f"share: {kind} {text} {signature} {paths}")
        return "noted"

    def send_message(self, to: str, kind: str, text: str) -> str:
        """Keep it."""
        self.said.append(f"send: {to} {kind} {text}")
        return "sent"

    def read_messages(self) -> str:
        """Keep it."""
        self.said.append("read")
        return "no messages"


@dataclass(frozen=True)
class Got:
    """A response, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=30)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(self._path)


def connection(address: GatewayAddress) -> http.client.HTTPConnection:
    """Connect as the local sandbox does."""
    return http.client.HTTPConnection(urlsplit(address.url).netloc, timeout=30)


def call(
    address: GatewayAddress,
    token: str,
    path: str = MESSAGES,
    body: Mapping[str, Any] | bytes | None = HELLO,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
) -> Got:
    """Make one request as an agent would; the path goes out as it is."""
    there = connection(address)
    data = json.dumps(body).encode() if isinstance(body, Mapping) else body
    sent = {"x-api-key": token, "content-type": "application/json", **(headers or {})}
    try:
        there.request(method, path, data, sent)
        response = there.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Got(response.status, names, response.read())
    finally:
        there.close()


def settings(url: str, **more: Any) -> GatewaySettings:
    """Return settings in which one server stands for all upstreams."""
    wires: tuple[Wire, ...] = ("anthropic", "openai", "gemini")
    return GatewaySettings(
        upstreams={
            wire: Upstream(url=f"{url}/v1" if wire == "openai" else url, key=KEY) for wire in wires
        },
        **more,
    )


def spec(wire: Wire = "anthropic", **more: Any) -> LineSpec:
    """Return the line of an attempt."""
    return LineSpec(run="r", task="t1", attempt=1, agent="claude-code", wire=wire, **more)


@contextmanager
def gateway(url: str, **more: Any) -> Iterator[Gateway]:
    """Run a gateway before the server at `url`."""
    with Gateway(settings(url, **more)) as opened:
        yield opened
