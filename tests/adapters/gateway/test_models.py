"""What passes between an agent and its model, and what is read off it."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from http.client import HTTPException
from typing import Any

import pytest

from orchestrator.adapters.gateway import Bounds, Gateway
from orchestrator.domain.attempt import Usage
from orchestrator.domain.trouble import TroubleKind
from orchestrator.domain.wires import Wire
from tests.support.lines import HELLO, KEY, MESSAGES, Notebook, call, connection, gateway, spec
from tests.support.upstream import CUT, JSON, Reply, Seen, Upstream, event, messages

BOUNDS = Bounds(silence_s=1.0, connect_s=1.0, response=300_000, patience_s=0.2)


@pytest.fixture
def opened(model: Upstream) -> Iterator[Gateway]:
    with gateway(model.url, bounds=BOUNDS) as there:
        yield there


RESPONSES = [
    event({"type": "response.created", "response": {"model": "gpt-5.6"}}),
    event(
        {
            "type": "response.completed",
            "response": {
                "model": "gpt-5.6",
                "usage": {
                    "input_tokens": 110,
                    "input_tokens_details": {"cached_tokens": 10},
                    "output_tokens": 20,
                },
            },
        }
    ),
]
CHAT = [
    event({"model": "gpt-4.1", "choices": [{"delta": {"content": "hi"}}]}),
    event(
        {
            "model": "gpt-4.1",
            "choices": [],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20},
        }
    ),
    b"data: [DONE]\n\n",
]
GEMINI = [
    event(
        {
            "modelVersion": "gemini-2.5-pro",
            "candidates": [{"finishReason": "STOP"}],
            "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20},
        }
    )
]
PLAIN = json.dumps(
    {"model": "claude-haiku-4-5", "usage": {"input_tokens": 100, "output_tokens": 20}}
).encode()
GEMINI_PATH = "/v1beta/models/gemini-2.5-pro:streamGenerateContent"


@pytest.mark.parametrize(
    ("wire", "paths", "parts", "usage"),
    [
        (
            "anthropic",
            ("/llm/anthropic/v1/messages?beta=true", "/v1/messages?beta=true"),
            messages(),
            Usage(
                tokens=135,
                cost_usd=(100 * 3 + 20 * 15 + 10 * 0.3 + 5 * 3.75) / 1e6,
                input_tokens=100,
                output_tokens=20,
                cache_read_tokens=10,
                cache_write_tokens=5,
            ),
        ),
        (
            "openai",
            ("/llm/openai/v1/responses", "/v1/responses"),
            RESPONSES,
            Usage(
                tokens=130,
                cost_usd=(100 * 4 + 20 * 20 + 10 * 0.4) / 1e6,
                input_tokens=100,
                output_tokens=20,
                cache_read_tokens=10,
            ),
        ),
        (
            "openai",
            ("/llm/openai/v1/chat/completions", "/v1/chat/completions"),
            CHAT,
            Usage(
                tokens=120,
                cost_usd=(100 * 2 + 20 * 8) / 1e6,
                input_tokens=100,
                output_tokens=20,
            ),
        ),
        (
            "gemini",
            (f"/llm/gemini{GEMINI_PATH}?alt=sse&key=TOKEN", f"{GEMINI_PATH}?alt=sse"),
            GEMINI,
            Usage(
                tokens=120,
                cost_usd=(100 * 1.25 + 20 * 10) / 1e6,
                input_tokens=100,
                output_tokens=20,
            ),
        ),
    ],
)
def test_each_format_is_passed_on_and_metered(
    opened: Gateway,
    model: Upstream,
    wire: Wire,
    paths: tuple[str, str],
    parts: list[bytes],
    usage: Usage,
) -> None:
    model.script = lambda _: Reply(parts)
    with opened.open(spec(wire), Notebook()) as line:
        got = call(opened.address, line.token, paths[0].replace("TOKEN", line.token))
        assert (got.status, got.body) == (200, b"".join(parts))
        found = line.usage()
        assert found.cost_usd == pytest.approx(usage.cost_usd)
        assert found == Usage(**{**_fields(usage), "cost_usd": found.cost_usd})
        assert line.trouble is None
    assert model.calls[0].path == paths[1]
    assert KEY in " ".join(model.calls[0].headers.values())
    assert line.token not in repr(model.calls)


def _fields(usage: Usage) -> dict[str, Any]:
    return {name: getattr(usage, name) for name in Usage.__slots__}


def test_a_chat_stream_is_asked_for_its_usage(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply(CHAT)
    with opened.open(spec("openai"), Notebook()) as line:
        call(opened.address, line.token, "/llm/openai/v1/chat/completions")
    assert json.loads(model.calls[0].body)["stream_options"] == {"include_usage": True}


def test_an_answer_in_one_piece_is_metered(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply([PLAIN[:20], PLAIN[20:]], headers=JSON)
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token)
        assert got.body == PLAIN
        assert line.usage().tokens == 120
        assert line.usage().cost_usd == pytest.approx((100 + 20 * 5) / 1e6)


def test_a_model_without_a_price_is_said(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply(messages(model="brand-new-9"))
    with opened.open(spec(), Notebook()) as line:
        call(opened.address, line.token, body={**HELLO, "model": "brand-new-9"})
        assert line.usage().unpriced == ("brand-new-9",)
        assert (line.usage().tokens, line.usage().cost_usd) == (135, 0)


@pytest.mark.parametrize(
    ("wire", "method", "path"),
    [
        ("anthropic", "POST", "/llm/anthropic/v1/messages/count_tokens"),
        ("anthropic", "GET", "/llm/anthropic/v1/models"),
        ("openai", "GET", "/llm/openai/v1/models"),
        ("gemini", "POST", "/llm/gemini/v1beta/models/g:countTokens"),
    ],
)
def test_what_costs_nothing_is_passed_on_unmetered(
    opened: Gateway, model: Upstream, wire: Wire, method: str, path: str
) -> None:
    model.script = lambda _: Reply([b'{"input_tokens": 5}'], headers=JSON)
    with opened.open(spec(wire), Notebook()) as line:
        got = call(opened.address, line.token, path, method=method)
        assert got.json == {"input_tokens": 5}
        assert line.usage() == Usage()


def test_nothing_tells_the_model_who_asks(opened: Gateway, model: Upstream) -> None:
    private = {
        "user-agent": "claude-cli/2.1",
        "x-stainless-os": "Linux",
        "x-forwarded-for": "10.0.0.1",
        "cookie": "a=b",
        "referer": "http://x",
        "openai-organization": "mine",
        "connection": "keep-alive, x-secret-hop",
        "x-secret-hop": "1",
        "proxy-authorization": "Basic eA==",
        "te": "trailers",
        "anthropic-version": "2023-06-01",
        "anthropic-beta": "a,b",
    }
    with opened.open(spec(), Notebook()) as line:
        call(opened.address, line.token, headers=private)
    assert model.calls[0].headers.keys() == {
        "host",
        "x-api-key",
        "user-agent",
        "accept-encoding",
        "anthropic-version",
        "anthropic-beta",
        "content-type",
        "content-length",
    }
    assert model.calls[0].headers["user-agent"].startswith("leafcut/")


def test_nothing_tells_the_agent_whose_key_it_is(opened: Gateway, model: Upstream) -> None:
    headers = {
        "Content-Type": "text/event-stream",
        "Set-Cookie": "session=1",
        "anthropic-organization-id": "org",
        "openai-organization": "org",
        "x-request-id": "r1",
        "anthropic-ratelimit-requests-remaining": "5",
        "server": "x",
    }
    model.script = lambda _: Reply(messages(), headers=headers)
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token)
    assert got.headers.keys() == {
        "content-type",
        "transfer-encoding",
        "x-request-id",
        "anthropic-ratelimit-requests-remaining",
    }


def test_an_answer_is_not_held_back(opened: Gateway, model: Upstream) -> None:
    go_on = threading.Event()

    def parts(_: Seen) -> Reply:
        class Parts(list[bytes | float]):
            def __iter__(self) -> Iterator[bytes | float]:
                yield messages()[0]
                assert go_on.wait(10)
                yield from messages()[1:]

        return Reply(Parts())

    model.script = parts
    with opened.open(spec(), Notebook()) as line:
        there = connection(opened.address)
        there.request("POST", MESSAGES, json.dumps(HELLO), {"x-api-key": line.token})
        response = there.getresponse()
        assert b"message_start" in response.read1()
        go_on.set()
        assert b"message_stop" in response.read()
        there.close()


def test_tools_that_the_models_maker_would_run_are_taken_out(
    opened: Gateway, model: Upstream
) -> None:
    tools = [{"type": "web_search_20250305", "name": "web_search"}, {"name": "Bash"}]
    with opened.open(spec(), Notebook()) as line:
        call(opened.address, line.token, body={**HELLO, "tools": tools})
    assert json.loads(model.calls[0].body)["tools"] == [{"name": "Bash"}]


def test_a_redirect_is_not_followed(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply([], status=307, headers={"Location": f"{model.url}/elsewhere"})
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token)
        assert got.status == 502
        assert line.trouble is not None
        assert line.trouble.kind == "unreachable"
    assert len(model.calls) == 1


LIMIT = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
SHORT_WAIT = {"Content-Type": "application/json", "Retry-After": "0"}


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        (401, "authentication_error", "authentication"),
        (403, "permission_error", "authentication"),
        (429, "rate_limit_error", "limited"),
        (403, "insufficient_quota", "limited"),
        (529, "overloaded_error", "overloaded"),
        (503, "api_error", "overloaded"),
        (404, "not_found_error", "rejected"),
    ],
)
def test_an_error_is_passed_on_as_it_came_and_remembered(
    opened: Gateway, model: Upstream, status: int, error: str, kind: TroubleKind
) -> None:
    body = json.dumps({"type": "error", "error": {"type": error, "message": "why"}}).encode()
    model.script = lambda _: Reply([body], status=status, headers=SHORT_WAIT)
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token)
        assert (got.status, got.body) == (status, body)
        assert got.headers["retry-after"] == "0"
        assert line.trouble is not None
        assert (line.trouble.kind, line.trouble.message) == (kind, f"HTTP {status}: why")
        assert line.usage() == Usage()
        model.script = lambda _: Reply(messages())
        assert call(opened.address, line.token).status == 200
        assert line.trouble is None, "a later call got past it"


def test_a_trouble_of_one_model_is_not_mended_by_another(opened: Gateway, model: Upstream) -> None:
    def script(seen: Seen) -> Reply:
        big = json.loads(seen.body)["model"] == "big"
        return Reply([b""], status=404, headers=JSON) if big else Reply(messages())

    model.script = script
    with opened.open(spec(), Notebook()) as line:
        call(opened.address, line.token, body={**HELLO, "model": "big"})
        call(opened.address, line.token)
        assert line.trouble is not None
        assert line.trouble.kind == "rejected"


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_time_to_come_back_is_kept(opened: Gateway, model: Upstream, form: str) -> None:
    at = time.time() + 90
    date = format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)
    headers = {**JSON, "Retry-After": "90" if form == "seconds" else date}
    model.script = lambda _: Reply([json.dumps(LIMIT).encode()], status=429, headers=headers)
    with opened.open(spec(), Notebook()) as line:
        assert call(opened.address, line.token).status == 403
        assert line.trouble is not None
        assert line.trouble.retry_at == pytest.approx(at, abs=3)


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        ([b"data: <html>\n\n"], "malformed"),
        (messages()[:2], "malformed"),
        ([*messages()[:2], CUT], "malformed"),
        (
            [
                messages()[0],
                event({"type": "error", "error": {"type": "overloaded_error", "message": "m"}}),
            ],
            "overloaded",
        ),
        ([*messages()[:2], 5.0], "malformed"),
        ([*messages()[:2], b": " + b"x" * 400_000 + b"\n\n"], "malformed"),
    ],
    ids=["no events", "no end", "cut", "error inside", "silence", "too long"],
)
def test_a_stream_that_goes_wrong_counts_what_was_seen(
    opened: Gateway, model: Upstream, parts: list[bytes | float], kind: TroubleKind
) -> None:
    model.script = lambda _: Reply(parts)
    with opened.open(spec(), Notebook()) as line:
        there = connection(opened.address)
        there.request("POST", MESSAGES, json.dumps(HELLO), {"x-api-key": line.token})
        response = there.getresponse()
        assert response.status == 200
        with suppress(OSError, HTTPException):  # how a stream is cut off
            while response.read1():
                pass
        there.close()
        deadline = time.monotonic() + 10
        while line.trouble is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert line.trouble is not None
        assert line.trouble.kind == kind
        if parts[0] == messages()[0]:
            assert line.usage().input_tokens == 100


@pytest.mark.parametrize(("script", "status"), [("silent", 504), ("hangs up", 502), ("gone", 502)])
def test_no_answer_at_all_is_an_error_of_ours(script: str, status: int, model: Upstream) -> None:
    def answer(_: Seen) -> Reply:
        if script == "silent":
            time.sleep(4)
        raise ConnectionError

    model.script = answer
    url = "http://127.0.0.1:9" if script == "gone" else model.url
    with gateway(url, bounds=BOUNDS) as there, there.open(spec(), Notebook()) as line:
        got = call(there.address, line.token)
        assert got.status == status
        assert got.json["type"] == "error"
        assert line.trouble is not None
        assert line.trouble.kind == "unreachable"
        assert KEY not in got.body.decode()


def test_a_key_that_comes_back_does_not_reach_the_agent(opened: Gateway, model: Upstream) -> None:
    def script(seen: Seen) -> Reply:
        echo = f"your key is {seen.headers['x-api-key']}, isn't it"
        error = {"error": {"type": "authentication_error", "message": echo}}
        if seen.path == "/v1/models":
            return Reply([json.dumps(error).encode()], status=401, headers=JSON)
        text = event({"type": "content_block_delta", "delta": {"text": echo}})
        return Reply([messages()[0], text[:70], 0.05, text[70:], *messages()[1:]])

    model.script = script
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token, "/llm/anthropic/v1/models", method="GET")
        assert "your key is [redacted anthropic key], isn't it" in got.body.decode()
        assert line.trouble is not None
        assert KEY not in line.trouble.message
        assert b"your key is [redacted anthropic key]" in call(opened.address, line.token).body


def test_an_agent_that_hangs_up_ends_its_call(opened: Gateway, model: Upstream) -> None:
    more: list[bytes | float] = [event({"type": "ping"}), 0.05] * 200
    model.script = lambda _: Reply([messages()[0], *more])
    with opened.open(spec(), Notebook()) as line:
        there = connection(opened.address)
        there.request("POST", MESSAGES, json.dumps(HELLO), {"x-api-key": line.token})
        assert b"message_start" in there.getresponse().read1()
        assert there.sock is not None
        there.sock.shutdown(2)
        there.close()
        deadline = time.monotonic() + 5
        while line.calls and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not line.calls
        assert line.usage().input_tokens == 100


def test_fifty_streams_at_once(model: Upstream) -> None:
    parts = [messages()[0], 0.2, *messages()[1:]]
    model.script = lambda _: Reply(parts)
    with gateway(model.url) as there:
        lines = [there.open(spec(), Notebook()) for _ in range(50)]
        got: list[Mapping[str, Any]] = []

        def work(token: str) -> None:
            for _ in range(2):
                answer = call(there.address, token)
                got.append({"status": answer.status, "whole": b"message_stop" in answer.body})

        agents = [threading.Thread(target=work, args=(line.token,)) for line in lines]
        for agent in agents:
            agent.start()
        for agent in agents:
            agent.join(60)
        assert got == [{"status": 200, "whole": True}] * 100
        assert {line.usage().tokens for line in lines} == {270}
