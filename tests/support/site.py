"""A small web site on the loopback: files of a folder over HTTP and HTTPS, by a certificate."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

NAME = "packages.example.org"
"""What the certificate is for, beside the loopback's address."""


@dataclass(slots=True)
class Site:
    """Where it is served; `seen` has the host and the path of each request."""

    http: int = 0
    https: int = 0
    certificate: bytes = b""
    seen: list[tuple[str, str]] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Return where it is served over HTTPS by a name."""
        return f"https://{name}:{self.https}"


class _Files(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: Site, *arguments: object, directory: str) -> None:
        self._site = site
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._site.seen.append((self.headers["Host"], self.path))
        super().do_GET()

    def log_message(self, *_: object) -> None:
        return


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that break off: tests break them."""


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and a certificate for `NAME` and the loopback in a folder."""
    key, certificate = folder / "key.pem", folder / "ca.pem"
    words = f"openssl req -x509 -nodes -days 2 -newkey ec -pkeyopt ec_paramgen_curve:P-256 \
        -subj /CN=test -addext subjectAltName=DNS:{NAME},IP:127.0.0.1".split()
    subprocess.run([*words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return key, certificate


@contextmanager
def site(folder: Path, files: Path) -> Iterator[Site]:
    """Serve `files`; the certificate is made in `folder`."""
    there = Site()
    key, certificate = make_certificate(folder)
    there.certificate = certificate.read_bytes()
    handler = partial(_Files, there, directory=str(files))
    with ExitStack() as stack:
        plain, secure = (stack.enter_context(_Server(("127.0.0.1", 0), handler)) for _ in "ab")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        secure.socket = context.wrap_socket(
            secure.socket, server_side=True, do_handshake_on_connect=False
        )
        for server in (plain, secure):
            threading.Thread(target=server.serve_forever, args=(0.05,)).start()
            stack.callback(server.shutdown)
        there.http, there.https = plain.server_address[1], secure.server_address[1]
        yield there
