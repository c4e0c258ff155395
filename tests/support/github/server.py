"""HTTP in and out: reads a request, lets faults happen, writes what is answered, keeps the log."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.github.access import token_in, whose
from tests.support.github.answers import Answer
from tests.support.github.faults import Fault, Faults
from tests.support.github.git_http import GitHttp, Raw
from tests.support.github.log import Request, harmless
from tests.support.github.service import Asked, Service

PREFIX = "/api/v3"
_GRAPHQL = "/api/graphql"


@dataclass
class Desk:
    """What answers; the handler asks it."""

    service: Service
    git: GitHttp
    faults: Faults
    log: list[Request] = field(default_factory=list)

    def answer(self, asked: Asked) -> Raw | None:
        """Answer a request, or return None where the connection is to break off."""
        fault = self.faults.take(asked.method, asked.path)
        answered = self._faulty(fault, asked) if fault else self._answer(asked)
        self._note(asked, 0 if answered is None else answered.status)
        return answered

    def _faulty(self, fault: Fault, asked: Asked) -> Raw | None:
        time.sleep(fault.seconds)
        if fault.drop == "before":
            return None
        answered = _raw(fault.instead) if fault.instead else self._answer(asked)
        return None if fault.drop else answered

    def _answer(self, asked: Asked) -> Raw:
        service = self.git.takes(asked.path)
        if service is not None:
            return self.git.answer(asked, service)
        return _raw(self.service.answer(asked))

    def _note(self, asked: Asked, status: int) -> None:
        right = whose(self.service.state, asked.authorization) is not None
        try:
            body: Any = asked.body if self.git.takes(asked.path) is None else None
        except ValueError:
            body = None
        self.log.append(
            Request(
                asked.method,
                asked.path,
                asked.query,
                harmless(asked.headers),
                right if token_in(asked.authorization) else None,
                body or None,
                status,
            )
        )


def _raw(answer: Answer) -> Raw:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-GitHub-Request-Id": uuid.uuid4().hex,
        **answer.headers,
    }
    if isinstance(answer.body, bytes):  # a fault: what GitHub never says
        return Raw(answer.status, headers, answer.body)
    content = b"" if answer.body is None else json.dumps(answer.body).encode()
    return Raw(answer.status, headers, content)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "GitHubDouble"
    wbufsize = -1  # head and body in one piece: no waiting for acknowledgements
    disable_nagle_algorithm = True

    def __init__(self, answer: Callable[[Asked], Raw | None], *arguments: Any) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def _serve(self) -> None:
        answered = self._answer(self._asked())
        if answered is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answered.content)))
        self.end_headers()
        self.wfile.write(answered.content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # the names of http.server

    def _asked(self) -> Asked:
        site = f"http://127.0.0.1:{self.connection.getsockname()[1]}"
        parts = urlsplit(self.path)
        prefixed = parts.path.startswith(PREFIX)
        path = "/graphql" if parts.path == _GRAPHQL else parts.path
        return Asked(
            self.command,
            path.removeprefix(PREFIX) or "/",
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self._content(),
            f"{site}{PREFIX}" if prefixed else site,
            site,
        )

    def _content(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def log_message(self, *_: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def serving(answer: Callable[[Asked], Raw | None]) -> Iterator[str]:
    """Serve on a free port of the loopback, and give the address."""
    with _Server(("127.0.0.1", 0), partial(_Handler, answer)) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
