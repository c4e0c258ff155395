"""A gateway's place: a small HTTP server at a Unix socket and at a loopback port alike."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, ThreadingMixIn, UnixStreamServer

from orchestrator.ports.sandbox import GatewayAddress


class _Echo(BaseHTTPRequestHandler):
    """Says what it is told twice, in pieces."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (body, body):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
        self.wfile.write(b"0\r\n\r\n")

    def address_string(self) -> str:
        return "somebody"

    def log_message(self, *_: object) -> None:
        return


class _UnixServer(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


class _TcpServer(ThreadingHTTPServer):
    request_queue_size = 128


@contextmanager
def serving(folder: Path) -> Iterator[GatewayAddress]:
    """Serve in `folder`, whose path must be a short one."""
    socket = folder / "s"
    with ExitStack() as stack:
        tcp = _TcpServer(("127.0.0.1", 0), _Echo)
        servers: list[BaseServer] = [_UnixServer(str(socket), _Echo), tcp]
        for server in servers:
            stack.enter_context(server)
            threading.Thread(target=server.serve_forever, args=(0.05,)).start()
            stack.callback(server.shutdown)
        yield GatewayAddress(socket=socket, url=f"http://127.0.0.1:{tcp.server_address[1]}")
