"""Takes secrets out of text: as they are, in base64, in hex, URL-encoded, and as JSON writes them.

In base64 a secret looks different at each of three alignments, and its ends mix with what stands
beside it; what is searched is the part that is the secret's alone. Output of `base64` is wrapped:
line breaks within a secret are looked past.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

SHORTEST = 8
"""A secret of fewer characters cannot be told from other text."""

_BREAK = rb"(?:\\r|\\n|[\r\n])*"


class Redactor:
    """Replaces each secret by `[redacted NAME]`.

    Raises:
        ValueError: a secret is too short.
    """

    def __init__(self, secrets: Mapping[str, str]) -> None:
        marks: dict[bytes, bytes] = {}
        for name, secret in secrets.items():
            if len(secret) < SHORTEST:
                raise ValueError(f"secret {name} is too short: {SHORTEST} characters at least")
            for form in forms(secret.encode("utf-8", "surrogateescape")):
                marks.setdefault(_squeezed(form), b"[redacted %s]" % name.encode())
        self._beginnings = frozenset(_beginnings(marks))
        # A secret may hold another one: the longer goes first.
        self._marks = dict(sorted(marks.items(), key=lambda item: -len(item[0])))

    def text(self, text: str) -> str:
        """Return text without secrets."""
        return self.clean(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def clean(self, data: bytes) -> bytes:
        """Return bytes without secrets."""
        squeezed = _squeezed(data)
        for form, mark in self._marks.items():
            if form in squeezed:
                data = _without(form, mark, data)
                squeezed = _squeezed(data)
        return data

    def stream(self) -> "RedactedStream":
        """Return one that takes bytes in pieces."""
        return RedactedStream(self, self._beginnings)


class RedactedStream:
    """Redacts what comes in pieces; holds back only what may be the beginning of a secret."""

    def __init__(self, redactor: Redactor, beginnings: frozenset[bytes]) -> None:
        self._redactor = redactor
        self._beginnings = beginnings
        self._last = frozenset(one[-1] for one in beginnings)
        self._longest = max(map(len, beginnings), default=0)
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """Return what can be passed on."""
        data = self._redactor.clean(self._held + chunk)
        cut = len(data) - self._open(data)
        self._held = data[cut:]
        return data[:cut]

    def flush(self) -> bytes:
        """Return what was held back: it did not become a secret."""
        held, self._held = self._held, b""
        return held

    def _open(self, data: bytes) -> int:
        """Return how many bytes at the end may belong to a secret that goes on."""
        # Up to every second character may be a line break. A lone backslash may begin one, or be
        # the secret's own.
        tail = data[-4 * self._longest :]
        return max(self._begun(tail, _squeezed), self._begun(tail, _squeezed_before_backslash))

    def _begun(self, tail: bytes, squeezed: Callable[[bytes], bytes]) -> int:
        end = squeezed(tail)[-self._longest :]
        if not end or end[-1] not in self._last:
            return 0
        begun = next((len(end) - n for n in range(len(end)) if end[n:] in self._beginnings), 0)
        length = begun
        while begun and len(squeezed(tail[-length:])) < begun:
            length += 1
        return length


def forms(secret: bytes) -> Iterator[bytes]:
    """Yield how a secret may be written."""
    text = secret.decode("utf-8", "surrogateescape")
    yield secret
    yield json.dumps(text)[1:-1].encode()
    yield json.dumps(text, ensure_ascii=False)[1:-1].encode("utf-8", "surrogateescape")
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for coded in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield coded.encode()
        yield re.sub("%..", lambda found: found[0].lower(), coded).encode()
    for before in range(3):
        for alphabet in (b"+/", b"-_"):
            yield _in_base64(secret, before, alphabet)


def _in_base64(secret: bytes, before: int, alphabet: bytes) -> bytes:
    """Return the characters that no neighbour changes, `before` bytes into a group of three."""
    coded = base64.b64encode(bytes(before) + secret, alphabet)
    first = -(-before * 8 // 6)
    last = (before + len(secret)) * 8 // 6
    return coded[first:last]


def _squeezed(data: bytes) -> bytes:
    """Return data without line breaks, written as such or as JSON writes them."""
    return data.replace(rb"\n", b"").replace(rb"\r", b"").translate(None, b"\r\n")


def _squeezed_before_backslash(data: bytes) -> bytes:
    return _squeezed(data).removesuffix(b"\\")


def _without(form: bytes, mark: bytes, data: bytes) -> bytes:
    data = data.replace(form, mark)
    broken = _BREAK.join(re.escape(form[n : n + 1]) for n in range(len(form)))
    return re.sub(broken, lambda _: mark, data)


def _beginnings(whole: Iterable[bytes]) -> Iterator[bytes]:
    for form in whole:
        for length in range(1, len(form)):
            yield form[:length]
