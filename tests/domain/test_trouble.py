import json
import math
from collections.abc import Mapping
from typing import Any

import pytest

from orchestrator.domain.durations import LONGEST_WAIT_S
from orchestrator.domain.trouble import TroubleKind, of_error, of_response

NOW = 1_800_000_000.0


def body(**error: Any) -> bytes:
    return json.dumps({"error": error}).encode()


GEMINI_LIMIT = body(
    code=429,
    status="RESOURCE_EXHAUSTED",
    message="slow down",
    details=[{"@type": "QuotaFailure"}, {"@type": "RetryInfo", "retryDelay": "34.5s"}],
)
GEMINI_KEY = body(
    code=400,
    status="INVALID_ARGUMENT",
    message="API key not valid.",
    details=[{"reason": "API_KEY_INVALID"}],
)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (401, body(type="authentication_error", message="invalid x-api-key"), "authentication"),
        (403, body(type="permission_error", message="no"), "authentication"),
        (400, GEMINI_KEY, "authentication"),
        (429, body(type="rate_limit_error", message="slow"), "limited"),
        (429, b"", "limited"),
        (429, GEMINI_LIMIT, "limited"),
        (429, b"[" + GEMINI_LIMIT + b"]", "limited"),
        (429, body(code="insufficient_quota", message="no money"), "limited"),
        (403, body(type="billing_error", message="no money"), "limited"),
        (402, b"", "limited"),
        (
            400,
            body(type="invalid_request_error", message="Your credit balance is too low to …"),
            "limited",
        ),
        (529, body(type="overloaded_error", message="Overloaded"), "overloaded"),
        (503, b"<html>busy</html>", "overloaded"),
        (500, body(type="api_error", message="oops"), "overloaded"),
        (500, body(type="authentication_error"), "overloaded"),
        (408, b"", "overloaded"),
        (404, body(type="not_found_error", message="model: nope"), "rejected"),
        (400, body(type="invalid_request_error", message="bad"), "rejected"),
        (413, b"", "rejected"),
    ],
)
def test_what_a_response_means(status: int, said: bytes, kind: TroubleKind) -> None:
    trouble = of_response(status, {}, said, NOW)
    assert trouble.kind == kind
    assert trouble.status == status
    assert trouble.message.startswith(f"HTTP {status}: ")


def test_a_message_that_repeats_what_an_agent_wrote_decides_nothing() -> None:
    echo = body(type="invalid_request_error", message="no model authentication_error rate_limit")
    assert of_response(400, {}, echo, NOW).kind == "rejected"


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after": "Fri, 15 Jan 2027 08:01:00 GMT"}, 60),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "1e99"}, LONGEST_WAIT_S),
        ({"anthropic-ratelimit-unified-reset": str(int(NOW) + 3600)}, 3600),
    ],
)
def test_when_to_come_back_is_read_from_headers(headers: Mapping[str, str], wait_s: float) -> None:
    retry_at = of_response(429, headers, b"", NOW).retry_at
    assert retry_at is not None
    assert retry_at - NOW == pytest.approx(wait_s)


def test_when_to_come_back_is_read_from_the_body() -> None:
    assert of_response(429, {}, GEMINI_LIMIT, NOW).retry_at == pytest.approx(NOW + 34.5)
    codex = body(type="usage_limit_reached", message="m", resets_in_seconds=90)
    assert of_response(429, {}, codex, NOW).retry_at == pytest.approx(NOW + 90)
    codex = body(type="usage_limit_reached", message="m", resets_at=NOW + 90)
    assert of_response(429, {}, codex, NOW).retry_at == pytest.approx(NOW + 90)


@pytest.mark.parametrize("value", ["", "soon", "nan", "inf", str(math.nan), "Fri, 99 Jan"])
def test_nonsense_is_no_time_to_come_back(value: str) -> None:
    assert of_response(429, {"retry-after": value}, b"", NOW).retry_at is None


@pytest.mark.parametrize(
    "said", [b"[]", b"null", b"3", b'"x"', b'{"error": "text"}', b"\xff\xfe", b"[" * 100_000]
)
def test_any_body_has_a_message(said: bytes) -> None:
    assert len(of_response(400, {}, said, NOW).message) > len("HTTP 400: ")


def test_a_message_is_short() -> None:
    assert len(of_response(400, {}, body(message="x \n" * 5000), NOW).message) < 600


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "overloaded_error", "message": "m"}, "overloaded"),
        ({"code": "rate_limit_exceeded", "message": "m"}, "limited"),
        ({"code": "insufficient_quota", "message": "m"}, "limited"),
        ({"type": "error", "code": "server_error", "message": "m"}, "overloaded"),
        ({"code": 503, "status": "UNAVAILABLE", "message": "m"}, "overloaded"),
        ({"type": "invalid_request_error", "message": "overloaded"}, "rejected"),
        ({}, "rejected"),
    ],
)
def test_what_an_error_within_an_answer_means(error: Mapping[str, Any], kind: TroubleKind) -> None:
    assert of_error(error, NOW).kind == kind
