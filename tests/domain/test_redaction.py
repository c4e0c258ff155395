import base64
import json
import time
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.domain.redaction import Redactor, forms

KEY = "sk-ant-api03-" + "aB3_-xYz/+=" * 9
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
SECRETS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=8)
NOISE = st.binary(max_size=60)


def written(secret: str, how: int, before: bytes, after: bytes) -> bytes:
    """Write a secret among other bytes, as somebody who wants to get it out may."""
    raw = secret.encode()
    mixed = before + raw + after
    return (
        mixed,
        base64.b64encode(mixed),
        base64.urlsafe_b64encode(mixed),
        base64.encodebytes(mixed),
        mixed.hex().encode(),
        mixed.hex().upper().encode(),
        before + quote(secret, safe="").encode() + after,
        before + quote_plus(secret).encode() + after,
        before + json.dumps(secret).encode() + after,
        json.dumps(base64.encodebytes(mixed).decode()).encode(),
    )[how]


@given(SECRETS, st.integers(0, 9), NOISE, NOISE)
def test_a_secret_is_found_however_it_is_written(
    secret: str, how: int, before: bytes, after: bytes
) -> None:
    text = written(secret, how, before, after)
    clean = Redactor({"KEY": secret}).clean(text)
    assert b"[redacted KEY]" in clean
    squeezed = clean.replace(b"\n", b"").replace(rb"\n", b"")
    assert not any(form in squeezed for form in forms(secret.encode()))


@given(SECRETS, st.integers(0, 9), NOISE, NOISE, st.lists(st.integers(0, 600)))
@example("\xa00000000", 8, bytes(6), b"", [8])
def test_in_pieces_as_well(
    secret: str, how: int, before: bytes, after: bytes, cuts: list[int]
) -> None:
    text = written(secret, how, before, after)
    edges = [0, *sorted(cuts), len(text)]
    stream = Redactor({"KEY": secret}).stream()
    parts = [stream.feed(text[a:b]) for a, b in pairwise(edges)]
    clean = b"".join([*parts, stream.flush()])
    assert b"[redacted KEY]" in clean
    squeezed = clean.replace(b"\n", b"").replace(rb"\n", b"")
    assert not any(form in squeezed for form in forms(secret.encode()))


@given(st.binary(max_size=300), st.lists(st.integers(0, 300)))
def test_other_text_passes_unchanged(text: bytes, cuts: list[int]) -> None:
    redactor = Redactor({"KEY": KEY})
    assert redactor.clean(text) == text
    edges = [0, *sorted(cuts), len(text)]
    stream = redactor.stream()
    parts = [stream.feed(text[a:b]) for a, b in pairwise(edges)]
    assert b"".join([*parts, stream.flush()]) == text


@given(TEXT)
def test_text_passes_unchanged(text: str) -> None:
    assert Redactor({"KEY": KEY}).text(text) == text


def test_an_event_is_not_held_back() -> None:
    stream = Redactor({"KEY": KEY}).stream()
    event = b'data: {"delta": "sk-ant"}\n\n'
    assert stream.feed(event) == event
    assert stream.feed(b"data: sk-ant-api03") == b"data: "
    assert stream.feed(b"\n\nmore}") == b"sk-ant-api03\n\nmore}"


def test_several_secrets_have_their_names_and_the_longer_goes_first() -> None:
    redactor = Redactor({"SHORT": "abcdefgh", "LONG": "abcdefgh-ijklmnop"})
    assert redactor.text("abcdefgh abcdefgh-ijklmnop") == "[redacted SHORT] [redacted LONG]"


def test_a_key_of_many_lines_is_found_in_json_too() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END-----"
    redactor = Redactor({"PEM": pem})
    assert redactor.text(f"x {pem} y") == "x [redacted PEM] y"
    assert redactor.text(json.dumps({"k": pem})) == '{"k": "[redacted PEM]"}'


def test_a_secret_that_cannot_be_told_from_text_is_refused() -> None:
    with pytest.raises(ValueError, match="secret PIN is too short: 8 characters"):
        Redactor({"PIN": "1234567"})


def test_no_secrets_no_change() -> None:
    redactor = Redactor({})
    assert redactor.text("abc") == "abc"
    assert redactor.stream().feed(b"abc") == b"abc"


def test_megabytes_take_milliseconds() -> None:
    text = json.dumps({"text": "what an agent printed\n" * 100_000}).encode()
    redactor = Redactor({"KEY": KEY, "OTHER": KEY[::-1]})
    began = time.process_time()
    assert redactor.clean(text) == text
    assert time.process_time() - began < 1.0
