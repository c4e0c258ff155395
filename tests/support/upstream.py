"""A loopback server in place of a language model's: it answers as it is told, byte by byte."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

from tests.support.llm.wire import frame

CUT = b"cut"
"""In place of a part of a reply: the connection ends here."""

SSE = {"Content-Type": "text/event-stream"}
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer: each part is one chunk as it is, a number a pause in seconds."""

    parts: Sequence[bytes | float]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: SSE)


Script: TypeAlias = Callable[[Seen], Reply]


class Upstream:
    """The server; `calls` has what it was asked, oldest first."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.calls: list[Seen] = []
        self.url = ""


@contextmanager
def upstream(script: Script) -> Iterator[Upstream]:
    """Serve on a free loopback port."""
    there = Upstream(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name)
            pass

        def _serve(self) -> None:
            length = int(self.headers.get("content-length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            seen = Seen(self.command, self.path, headers, self.rfile.read(length))
            there.calls.append(seen)
            _send(self, there.script(seen))

        do_GET = do_POST = _serve  # noqa: N815 (its names)

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing: a client that hangs up is part of many tests."""

    server = Server(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    for part in reply.parts:
        if isinstance(part, float):
            time.sleep(part)
        elif part is CUT:
            handler.close_connection = True
            return
        elif part:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            handler.wfile.flush()
    handler.wfile.write(b"0\r\n\r\n")


def event(data: Mapping[str, Any]) -> bytes:
    """Return one server-sent event, named by its type."""
    return frame(data, str(data.get("type", "message")))


def messages(*, model: str = "claude-sonnet-4-5", output: int = 20) -> list[bytes | float]:
    """Return an answer of Anthropic's: 100 tokens in, 10 read from a cache, 5 written to it."""
    usage = {
        "input_tokens": 100,
        "cache_read_input_tokens": 10,
        "cache_creation_input_tokens": 5,
        "output_tokens": 1,
    }
    text = {
        "type": "content_block_delta",
        "index": 0,
        "delta": {"type": "text_delta", "text": "ok"},
    }
    return [
        event({"type": "message_start", "message": {"model": model, "usage": usage}}),
        event(text),
        event({"type": "message_delta", "delta": {}, "usage": {"output_tokens": output}}),
        event({"type": "message_stop"}),
    ]
