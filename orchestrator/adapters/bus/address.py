"""Which Redis server is meant: a URL without a password, and how a client speaks to it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from orchestrator.adapters.bus import PREFIX
from orchestrator.errors import UsageError

PASSWORD = "LEAFCUT_REDIS_PASSWORD"
"""The name of the secret."""
_SCHEMES = ("redis", "rediss", "unix")
_PORT = 6379
_CERTIFICATES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
"""What a URL's query may name beside the prefix and the database: files, for TLS."""
_EXAMPLES = "redis://HOST:PORT/0, rediss://USER@HOST:PORT/0 or unix:///PATH"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """A server and the prefix of Leafcut's keys there; `options` are those of redis-py's client."""

    prefix: str
    options: dict[str, Any] = field(default_factory=dict)


def address_of(url: str) -> RedisAddress:
    """Read a URL.

    Raises:
        UsageError: it holds a password, or it is none that leads to a Redis server.
    """
    parts, place = _split(url)
    tls = parts.scheme == "rediss"
    said = _query(parts.query, tls=tls)
    prefix = said.pop("prefix", PREFIX)
    number = said.pop("db", "" if parts.scheme == "unix" else parts.path.strip("/"))
    if number and not number.isdecimal():
        raise UsageError(f"--redis names the database {number!r}", hint="a number, such as /0")
    user = unquote(parts.username) if parts.username else None
    options = {**place, "db": int(number or 0), "username": user, **said}
    return RedisAddress(prefix=prefix, options={**options, "ssl": True} if tls else options)


def _split(url: str) -> tuple[SplitResult, dict[str, Any]]:
    """Return a URL's parts and where it leads to."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORT
    except ValueError as error:
        raise UsageError(f"--redis is no URL: {error}", hint=_EXAMPLES) from error
    if parts.scheme not in _SCHEMES:
        raise UsageError("--redis begins with none of redis://, rediss://, unix://", hint=_EXAMPLES)
    if parts.password is not None:
        raise UsageError(
            "a password in --redis would show to whoever lists processes, and be kept with the run",
            hint=f"leave it out of the URL and say --secret {PASSWORD} or {PASSWORD}=@FILE",
        )
    if parts.scheme == "unix":
        return parts, {"unix_socket_path": unquote(parts.path)}
    return parts, {"host": parts.hostname or "localhost", "port": port}


def _query(text: str, *, tls: bool) -> dict[str, str]:
    """Return what the query says; nothing in it can relax what TLS makes sure of."""
    said = dict(parse_qsl(text))
    known = ("prefix", "db", *(_CERTIFICATES if tls else ()))
    for name in said:
        if name not in known:
            raise UsageError(
                f"--redis has a query that is not known: {name}", hint=f"known: {', '.join(known)}"
            )
    return said
