"""From HTTP to conversations and back."""

import json
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.support.llm.conversation import Conversation
from tests.support.llm.record import Record, key_of, without_secrets
from tests.support.llm.script import Answer, Trouble
from tests.support.llm.wire import Body, Wire, frame
from tests.support.llm.wires import wire_of

if TYPE_CHECKING:
    from tests.support.llm.server import ScriptedModel


class Handler(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    model: "ScriptedModel"

    def log_message(self, *_: object) -> None:
        """Say nothing: the records are kept."""

    def do_HEAD(self) -> None:
        """Say that somebody is there."""
        self._begin(200, "text/plain", {"Content-Length": "0"})

    def do_GET(self) -> None:
        """Name no models: whoever asks has one already."""
        self._keep({}, None, 200)
        self._json(200, {"object": "list", "data": [], "models": []})

    def do_POST(self) -> None:
        """Answer as the script says."""
        body = json.loads(self._read_body() or b"{}")
        wire = wire_of(self.path)
        if wire is None:
            self._count(body)
            return
        asked = wire.read(urlsplit(self.path).path, body)
        self.model.closing.wait(self.model.latency_s)
        script = self.model.script(asked)
        said = self.model.answer(asked, self._key)
        status = said.status if isinstance(said, Trouble) and said.manner == "refuse" else 200
        self._keep(body, asked, status, script.marker if script else "")
        try:
            self._send(wire, asked, said)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    @property
    def _key(self) -> str:
        return key_of(self.path, self._headers)

    @property
    def _headers(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def _read_body(self) -> bytes:
        if "chunked" not in self._headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self._headers.get("content-length", "0")))
        read = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            read += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return read

    def _keep(self, body: Body, asked: Conversation | None, status: int, script: str = "") -> None:
        path, headers = without_secrets(self.path, self._headers)
        self.model.keep(
            Record(
                method=self.command,
                path=path,
                headers=headers,
                key=self._key,
                body=body,
                script=script,
                turn=asked.calls if asked else 0,
                results=asked.results if asked else (),
                status=status,
            )
        )

    def _count(self, body: Body) -> None:
        """Count tokens where that is asked for; know nothing else."""
        plain = urlsplit(self.path).path
        known = plain.endswith(("/count_tokens", ":countTokens"))
        self._keep(body, None, 200 if known else 404)
        size = len(json.dumps(body)) // 4
        self._json(200 if known else 404, {"input_tokens": size, "totalTokens": size})

    def _send(self, wire: Wire, asked: Conversation, said: Answer | Trouble) -> None:
        if isinstance(said, Answer) and asked.stream:
            self._stream(wire.frames(said, asked.model))
        elif isinstance(said, Answer):
            self._json(200, wire.whole(said, asked.model))
        elif said.manner == "refuse":
            wait = {"Retry-After": said.retry_after} if said.retry_after else {}
            self._json(said.status, wire.refusal(said), wait)
        elif said.manner == "garble":
            self._stream([frame("{ this is no JSON", "message_start"), b"\x00\xff\n\n"])
        else:
            whole = b"".join(wire.frames(Answer(text="Half of an answer"), asked.model))
            self._stream([whole[: len(whole) // 2]], ends=False)

    def _json(self, status: int, body: Body, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self._begin(
            status, "application/json", {"Content-Length": str(len(data)), **(headers or {})}
        )
        self.wfile.write(data)

    def _stream(self, frames: Iterable[bytes], *, ends: bool = True) -> None:
        self._begin(200, "text/event-stream", {"Transfer-Encoding": "chunked"})
        for one in frames:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(one), one))
        if ends:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _begin(self, status: int, kind: str, headers: dict[str, Any]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in {**self.model.headers, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
