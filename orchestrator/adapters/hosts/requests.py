"""What a client asks of the proxy, and what it is answered."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from orchestrator.domain.hosts import Place, place_of

_FIRST = re.compile(r"([A-Z]+) (\S+) (HTTP/1\.[01])")
_PLAIN = re.compile(r"http://([^/?#]+)([^#]*)", re.IGNORECASE)
_NOT_PASSED_ON = frozenset({"connection", "host", "keep-alive", "upgrade"})
"""Headers between a client and its proxy, and the host, which is the one that is connected."""

TUNNELLED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: where to, and the head that is passed on; without one it is for a tunnel."""

    place: Place
    passed_on: bytes = b""


def asked(head: bytes) -> Asked:
    """Return what a request's head asks for.

    Raises:
        ValueError: it is none that a proxy answers.
    """
    first, *headers = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    line = _FIRST.fullmatch(first)
    if line is None:
        message = "this is a proxy for HTTP/1.1"
        raise ValueError(message)
    method, target, version = line.groups()
    if method == "CONNECT":
        return Asked(place_of(target))
    plain = _PLAIN.fullmatch(target)
    if plain is None:
        message = "this is a proxy: CONNECT, or http:// with a host"
        raise ValueError(message)
    place = place_of(plain[1], 80)
    path = plain[2] if plain[2].startswith("/") else f"/{plain[2]}"
    own = [f"{method} {path} {version}", f"Host: {plain[1]}", "Connection: close"]
    kept = [one for one in headers if _is_passed_on(one.partition(":")[0].strip().lower())]
    return Asked(place, "\r\n".join([*own, *kept, "", ""]).encode("latin-1"))


def answer(status: HTTPStatus, said: str) -> bytes:
    """Return an answer of the proxy's own."""
    body = f"Leafcut: {said}\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def _is_passed_on(header: str) -> bool:
    return header not in _NOT_PASSED_ON and not header.startswith("proxy-")
