import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.metering.counts import Counts
from orchestrator.domain.metering.meter import LARGEST_ANSWER, Meter, Reading
from orchestrator.domain.metering.stream import EventStream
from orchestrator.domain.wires import Format

ANTHROPIC: Sequence[Mapping[str, Any]] = (
    {
        "type": "message_start",
        "message": {
            "model": "claude-sonnet-4-5-20250929",
            "usage": {
                "input_tokens": 100,
                "cache_read_input_tokens": 10,
                "cache_creation_input_tokens": 7,
                "cache_creation": {"ephemeral_1h_input_tokens": 2, "ephemeral_5m_input_tokens": 5},
                "output_tokens": 1,
            },
        },
    },
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 20}},
    {"type": "message_stop"},
)
RESPONSES: Sequence[Mapping[str, Any]] = (
    {"type": "response.created", "response": {"model": "gpt-5.6", "usage": None}},
    {"type": "response.output_text.delta", "delta": "a"},
    {
        "type": "response.completed",
        "response": {
            "model": "gpt-5.6",
            "error": None,
            "usage": {
                "input_tokens": 117,
                "input_tokens_details": {"cached_tokens": 10, "cache_write_tokens": 7},
                "output_tokens": 20,
                "output_tokens_details": {"reasoning_tokens": 12},
            },
        },
    },
)
CHAT: Sequence[Mapping[str, Any]] = (
    {"model": "gpt-4.1", "choices": [{"delta": {"content": "a"}}], "usage": None},
    {
        "model": "gpt-4.1",
        "choices": [],
        "usage": {
            "prompt_tokens": 110,
            "prompt_tokens_details": {"cached_tokens": 10},
            "completion_tokens": 20,
        },
    },
)
GEMINI: Sequence[Mapping[str, Any]] = (
    {
        "modelVersion": "gemini-2.5-pro",
        "candidates": [{"content": {}}],
        "usageMetadata": {"promptTokenCount": 110, "cachedContentTokenCount": 10},
    },
    {
        "modelVersion": "gemini-2.5-pro",
        "candidates": [{"finishReason": "STOP"}],
        "usageMetadata": {
            "promptTokenCount": 110,
            "cachedContentTokenCount": 10,
            "candidatesTokenCount": 15,
            "thoughtsTokenCount": 5,
        },
    },
)
STREAMS: Mapping[Format, Sequence[Mapping[str, Any]]] = {
    "anthropic": ANTHROPIC,
    "responses": RESPONSES,
    "chat": CHAT,
    "gemini": GEMINI,
}
COUNTED: Mapping[Format, Counts] = {
    "anthropic": Counts(
        model="claude-sonnet-4-5-20250929",
        fresh=100,
        output=20,
        cache_read=10,
        cache_write=5,
        cache_write_long=2,
    ),
    "responses": Counts(model="gpt-5.6", fresh=100, output=20, cache_read=10, cache_write=7),
    "chat": Counts(model="gpt-4.1", fresh=100, output=20, cache_read=10),
    "gemini": Counts(model="gemini-2.5-pro", fresh=100, output=20, cache_read=10),
}
PLAIN: Mapping[Format, object] = {
    "anthropic": {
        **ANTHROPIC[0]["message"],
        "usage": {**ANTHROPIC[0]["message"]["usage"], "output_tokens": 20},
    },
    "responses": RESPONSES[2]["response"],
    "chat": CHAT[1],
    "gemini": list(GEMINI),
}
FORMATS: Sequence[Format] = ("anthropic", "responses", "chat", "gemini")


def written(form: Format, line_end: bytes = b"\n") -> bytes:
    events = [
        b"event: x" + line_end + b"data: " + json.dumps(one).encode() + line_end * 2
        for one in STREAMS[form]
    ]
    end = b"data: [DONE]" + line_end * 2 if form == "chat" else b""
    return b": hello" + line_end * 2 + b"".join(events) + end


def metered(form: Format, *chunks: bytes, whole: bool = True, streamed: bool = True) -> Reading:
    meter = Meter(form, streamed=streamed, request_size=4000)
    for chunk in chunks:
        meter.feed(chunk)
    return meter.finish(whole=whole)


@pytest.mark.parametrize("form", FORMATS)
def test_a_stream_is_counted_as_its_maker_counts(form: Format) -> None:
    assert metered(form, written(form)) == Reading(counts=COUNTED[form])


@pytest.mark.parametrize("form", FORMATS)
def test_an_answer_in_one_piece_counts_the_same(form: Format) -> None:
    body = json.dumps(PLAIN[form]).encode()
    assert metered(form, body[:50], body[50:], streamed=False) == Reading(counts=COUNTED[form])


@given(
    form=st.sampled_from(FORMATS),
    line_end=st.sampled_from([b"\n", b"\r\n"]),
    cuts=st.lists(st.integers(0, 1500)),
)
def test_how_a_stream_is_cut_into_chunks_changes_nothing(
    form: Format, line_end: bytes, cuts: list[int]
) -> None:
    whole = written(form, line_end)
    edges = [0, *sorted(cuts), len(whole)]
    chunks = [whole[a:b] for a, b in pairwise(edges)]
    assert metered(form, *chunks) == Reading(counts=COUNTED[form])


def test_a_stream_that_is_cut_off_counts_what_was_seen_and_estimates_the_rest() -> None:
    seen = written("anthropic").partition(b'data: {"type": "message_delta"')[0]
    reading = metered("anthropic", seen, whole=False)
    assert (reading.counts.fresh, reading.counts.cache_read) == (100, 10)
    assert reading.counts.output == 2, "an event is about a token"
    assert reading.estimated == 1
    assert not reading.fault


def test_a_stream_that_tells_its_usage_last_is_estimated_when_cut_off() -> None:
    assert metered("chat", b": hello\n\n", whole=False).counts == Counts(fresh=1000)
    reading = metered("chat", b'data: {"model": "gpt-4.1"}\n\n', whole=False)
    assert reading.counts == Counts(model="gpt-4.1", fresh=1000, output=1)
    assert reading.estimated == 1001


def test_long_events_are_estimated_by_their_length() -> None:
    text = json.dumps({"delta": "x" * 4200}).encode()
    assert metered("chat", b"data: %s\n\n" % text, whole=False).counts.output > 1000


def test_an_upstream_that_never_tells_its_usage_is_estimated() -> None:
    reading = metered("chat", b'data: {"model": "m"}\n\ndata: [DONE]\n\n')
    assert reading.estimated == reading.counts.tokens == 1001
    assert not reading.fault


def test_nothing_came_so_nothing_is_counted() -> None:
    assert metered("anthropic", whole=False) == Reading(counts=Counts())


@pytest.mark.parametrize(
    ("chunk", "fault"),
    [
        (b'data: {"type": "message_start"\n\n', "malformed"),
        (b"data: <html>\n\n", "malformed"),
        (b'data: {"type": "ping"}\n\n', "ended before"),
        (b"", "ended before"),
        (b"data: " + b"[" * 100_000 + b"\n\n", "nested too deeply"),
    ],
)
def test_what_is_no_stream_is_a_fault(chunk: bytes, fault: str) -> None:
    assert fault in metered("anthropic", chunk).fault


def test_an_answer_that_is_no_json_is_a_fault() -> None:
    assert metered("anthropic", b"<html>", streamed=False).fault == "the answer is no JSON"


def test_an_answer_too_large_to_be_read_is_estimated() -> None:
    chunk = b"x" * (LARGEST_ANSWER // 2 + 1)
    reading = metered("responses", chunk, chunk, streamed=False)
    assert reading.counts.output == LARGEST_ANSWER // 4
    assert not reading.fault


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("anthropic", {"type": "error", "error": {"type": "overloaded_error", "message": "m"}}),
        (
            "responses",
            {
                "type": "response.failed",
                "response": {"error": {"code": "rate_limit_exceeded", "message": "m"}},
            },
        ),
        ("responses", {"type": "error", "code": "server_error", "message": "m"}),
        ("chat", {"error": {"code": 429, "message": "m"}}),
        ("gemini", {"error": {"code": 503, "status": "UNAVAILABLE", "message": "m"}}),
    ],
)
def test_an_error_within_a_stream_is_found(form: Format, message: Mapping[str, Any]) -> None:
    error = metered(form, b"data: %s\n\n" % json.dumps(message).encode()).error
    assert error is not None
    assert error["message"] == "m"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
KEYS = st.sampled_from(
    (
        *("type", "message", "usage", "usageMetadata", "response", "error", "candidates", "model"),
        *("promptFeedback", "input_tokens", "input_tokens_details", "cached_tokens"),
    )
)


@given(
    st.sampled_from(FORMATS),
    st.booleans(),
    st.dictionaries(KEYS, JSON | st.dictionaries(KEYS, JSON)),
)
def test_no_answer_brings_the_meter_down(form: Format, streamed: bool, message: object) -> None:  # noqa: FBT001
    text = json.dumps(message).encode()
    counts = metered(form, b"data: %s\n\n" % text if streamed else text, streamed=streamed).counts
    assert min(counts.fresh, counts.output, counts.cache_read, counts.cache_write) >= 0


def test_an_event_may_have_many_lines_of_data() -> None:
    assert EventStream().feed(b"data:a\ndata: b\n\ndata: c\n\n") == [b"a\nb", b"c"]


def test_an_endless_event_is_given_up() -> None:
    stream = EventStream(longest=100)
    with pytest.raises(ValueError, match="longer than 100"):
        stream.feed(b"data: " + b"x" * 100)
    stream = EventStream(longest=100)
    for _ in range(11):
        stream.feed(b"data: 123456789\n")
    with pytest.raises(ValueError, match="longer than 100"):
        stream.feed(b"data: 123456789\n")
