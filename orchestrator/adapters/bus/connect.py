"""Clients of Redis servers, with patience that has an end."""

from pathlib import Path
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from orchestrator.adapters.bus.address import PASSWORD, address_of
from orchestrator.adapters.bus.redis import PATIENCE_S, RedisBus
from orchestrator.errors import MissingRequirementError
from orchestrator.ports.bus import BusLostError


def connected(url: str, password: str = "") -> RedisBus:
    """Return the bus at a URL; nothing is sent yet.

    Raises:
        UsageError: it is no URL of a Redis server, or holds a password.
    """
    address = address_of(url)
    client = _client(password=password or None, **address.options)
    return RedisBus(client, prefix=address.prefix)


def on_socket(path: Path) -> RedisBus:
    """Return the bus of a server that listens on a Unix socket."""
    return RedisBus(_client(unix_socket_path=str(path)))


def require(url: str, password: str = "") -> None:
    """See that a server answers and lets us in.

    Raises:
        MissingRequirementError: it does not.
        UsageError: it is no URL of a Redis server, or holds a password.
    """
    bus = connected(url, password)
    try:
        bus.epoch()
    except BusLostError as error:
        raise MissingRequirementError(
            f"--redis {url} cannot be used: {error.message.removeprefix('Redis: ')}",
            hint="start that server, or mend its address (docs/redis.md); a password comes by "
            f"--secret {PASSWORD}; without --redis learnings are shared within this run only",
        ) from error
    finally:
        bus.close()


def _client(**options: Any) -> redis.Redis:
    """Return a client. It retries nothing by itself: whoever uses the bus knows when to wait."""
    return redis.Redis(
        **options,
        protocol=2,
        decode_responses=True,
        encoding_errors="replace",
        socket_timeout=PATIENCE_S,
        socket_connect_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 0),
    )
