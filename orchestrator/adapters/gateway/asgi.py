"""The few words of ASGI that the gateway speaks."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qs

from orchestrator.domain.wires import error_body, wire_of

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

_BEARER = "bearer "


class TooLargeError(Exception):
    """A body is larger than allowed."""


class Asked:
    """A request: its path as it came, its headers by lower-case name."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["raw_path"].decode("latin-1").partition("?")[0]
        self.query: str = scope["query_string"].decode("latin-1")
        self.headers: Mapping[str, str] = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        self._receive = receive

    @property
    def tokens(self) -> tuple[str, ...]:
        """What may be the token, in each place that the wires put a key."""
        bearer = self.headers.get("authorization", "")
        found = (
            self.headers.get("x-api-key", ""),
            bearer[len(_BEARER) :] if bearer.lower().startswith(_BEARER) else "",
            self.headers.get("x-goog-api-key", ""),
            *parse_qs(self.query).get("key", ()),
        )
        return tuple(filter(None, found))

    async def body(self, limit: int) -> bytes:
        """Return the whole body.

        Raises:
            TooLargeError: it has more than `limit` bytes.
        """
        length = self.headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            raise TooLargeError
        parts: list[bytes] = []
        size, more = 0, True
        while more:
            message = await self._receive()
            part = message.get("body", b"")
            parts.append(part)
            size += len(part)
            if size > limit:
                raise TooLargeError
            more = message.get("more_body", False)
        return b"".join(parts)

    async def hung_up(self) -> None:
        """Return once the client has gone away; the body must have been read."""
        while (await self._receive())["type"] != "http.disconnect":
            pass


class Answer:
    """What goes back to a client, in one piece or in many."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._wire = wire_of(path)
        self.begun = False

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Send the head."""
        self.begun = True
        pairs = [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})

    async def part(self, data: bytes, *, last: bool = False) -> None:
        """Send a piece of the body."""
        if data or last:
            await self._send({"type": "http.response.body", "body": data, "more_body": not last})

    async def whole(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send all at once."""
        await self.begin(status, {**headers, "content-length": str(len(body))})
        await self.part(body, last=True)

    async def error(
        self, status: int, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Send an error of ours, in the form that the client reads."""
        kind = {"content-type": "application/json", **(headers or {})}
        await self.whole(status, kind, error_body(self._wire, status, f"Leafcut: {message}"))
