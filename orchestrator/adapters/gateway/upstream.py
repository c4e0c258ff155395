"""The side of the gateway that has the keys."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from orchestrator import __version__
from orchestrator.adapters.gateway.settings import Bounds, Upstream
from orchestrator.domain.wires import Wire

_KEY: Mapping[Wire, tuple[str, str]] = {
    "anthropic": ("x-api-key", "{}"),
    "openai": ("authorization", "Bearer {}"),
    "gemini": ("x-goog-api-key", "{}"),
}
_PASSED_ON = ("accept", "anthropic-beta", "anthropic-version", "content-type", "openai-beta")
"""All that an upstream is told of a client's headers; the rest says who and where it is."""
_PASSED_BACK = ("content-type", "request-id", "retry-after", "retry-after-ms", "x-request-id")
_PASSED_BACK_BEGINNINGS = ("anthropic-ratelimit-", "x-ratelimit-", "x-should-retry")


class Upstreams:
    """Connections to the upstreams; used in one event loop."""

    def __init__(self, upstreams: Mapping[Wire, Upstream], bounds: Bounds) -> None:
        self._upstreams = upstreams
        self._proxies = getproxies()
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=bounds.connect_s, sock_read=bounds.silence_s
        )
        # No cookies, nothing of ~/.netrc, no header that aiohttp makes up.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=timeout,
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    @asynccontextmanager
    async def call(
        self, wire: Wire, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Yield the response to a request; `target` is a path with its query.

        Raises:
            aiohttp.ClientError: there is none, or it broke off.
            TimeoutError: there was none in time.
        """
        upstream = self._upstreams[wire]
        url = upstream.url.rstrip("/") + target
        async with self._session.request(
            method,
            URL(url, encoded=True),
            data=body or None,
            headers=_headers(wire, upstream, headers),
            allow_redirects=False,
            proxy=self._proxy(url),
        ) as response:
            yield response

    def _proxy(self, url: str) -> str | None:
        there = urlsplit(url)
        host = there.hostname or ""
        if host in {"localhost", "127.0.0.1", "::1"} or proxy_bypass(host):
            return None
        return self._proxies.get(there.scheme)


def _headers(wire: Wire, upstream: Upstream, headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return what an upstream is told: the key, and nothing of who asks."""
    name, form = _KEY[wire]
    return {
        **{known: headers[known] for known in _PASSED_ON if known in headers},
        "accept-encoding": "identity",
        "user-agent": f"leafcut/{__version__}",
        name: form.format(upstream.key),
    }


def passed_back(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    """Return the headers of a response that a client may see."""
    return {
        name.lower(): value
        for name, value in response.headers.items()
        if name.lower() in _PASSED_BACK or name.lower().startswith(_PASSED_BACK_BEGINNINGS)
    }
