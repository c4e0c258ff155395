import json

import pytest

from orchestrator.domain.asking import asked
from orchestrator.domain.wires import Format, Route, error_body, query, route, wire_of


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", "/llm/anthropic/v1/messages", Route("anthropic", "/v1/messages", "anthropic")),
        (
            "POST",
            "/llm/anthropic/v1/messages/count_tokens",
            Route("anthropic", "/v1/messages/count_tokens", None),
        ),
        ("GET", "/llm/anthropic/v1/models/c-1", Route("anthropic", "/v1/models/c-1", None)),
        ("POST", "/llm/openai/v1/responses", Route("openai", "/responses", "responses")),
        (
            "POST",
            "/llm/openai/v1/responses/compact",
            Route("openai", "/responses/compact", "responses"),
        ),
        ("POST", "/llm/openai/v1/chat/completions", Route("openai", "/chat/completions", "chat")),
        ("GET", "/llm/openai/v1/models", Route("openai", "/models", None)),
        (
            "POST",
            "/llm/gemini/v1beta/models/gemini-2.5-pro:streamGenerateContent",
            Route("gemini", "/v1beta/models/gemini-2.5-pro:streamGenerateContent", "gemini"),
        ),
        (
            "POST",
            "/llm/gemini/v1/models/g:generateContent",
            Route("gemini", "/v1/models/g:generateContent", "gemini"),
        ),
        (
            "POST",
            "/llm/gemini/v1beta/models/g:countTokens",
            Route("gemini", "/v1beta/models/g:countTokens", None),
        ),
    ],
)
def test_what_is_passed_on(method: str, path: str, expected: Route) -> None:
    assert route(method, path) == expected


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/llm/anthropic/v1/messages"),
        ("DELETE", "/llm/anthropic/v1/messages"),
        ("POST", "/llm/anthropic/v1/files"),
        ("POST", "/llm/anthropic/v1/messages/batches"),
        ("POST", "/llm/anthropic/v1/messages/"),
        ("POST", "/llm/anthropic//v1/messages"),
        ("POST", "/llm/anthropic/../openai/v1/responses"),
        ("POST", "/llm/anthropic/%2e%2e/openai/v1/responses"),
        ("POST", "/llm/anthropic/v1/messages%2f..%2ffiles"),
        ("POST", "/llm/anthropic/v1/messages\n"),
        ("POST", "/llm/anthropic/v1/messages;x"),
        ("POST", "/v1/messages"),
        ("POST", "/LLM/anthropic/v1/messages"),
        ("POST", "http://evil.example/llm/anthropic/v1/messages"),
        ("GET", "/llm/anthropic/v1/models/.."),
        ("GET", "/llm/anthropic/v1/models/a/../b"),
        ("POST", "/llm/openai/v2/responses"),
        ("POST", "/llm/openai/v1/files"),
        ("GET", "/llm/openai/v1/responses/resp_1"),
        ("POST", "/llm/gemini/v1beta/models/g:batchEmbedContents"),
        ("POST", "/llm/gemini/v1beta/models/../x:generateContent"),
        ("POST", "/llm/gemini/upload/v1beta/files"),
    ],
)
def test_what_is_not(method: str, path: str) -> None:
    assert route(method, path) is None


def test_a_query_is_passed_on_without_the_key() -> None:
    assert query("key=secret&alt=sse") == "alt=sse"
    assert query("beta=true&callback=http://evil") == "beta=true"
    assert query("alt=a%26key%3Db") == "alt=a%26key%3Db", "what was data stays data"
    assert query("") == ""


@pytest.mark.parametrize(
    ("path", "key"),
    [("/llm/anthropic/x", "type"), ("/llm/openai/v1/x", "error"), ("/mcp", "error")],
)
def test_errors_of_ours_have_the_form_of_the_wire(path: str, key: str) -> None:
    assert key in json.loads(error_body(wire_of(path), 429, "no"))


def test_geminis_errors_have_a_status_word() -> None:
    error = json.loads(error_body("gemini", 429, "no"))["error"]
    assert error == {"code": 429, "message": "no", "status": "RESOURCE_EXHAUSTED"}


def request(**fields: object) -> bytes:
    return json.dumps({"model": "m", **fields}).encode()


def test_most_requests_pass_as_they_came() -> None:
    body = request(messages=[], tools=[{"name": "Bash", "input_schema": {}}])
    said = asked("anthropic", body)
    assert said.body is body
    assert (said.model, said.removed) == ("m", ())


def test_a_chat_stream_is_asked_to_tell_its_usage() -> None:
    said = json.loads(asked("chat", request(stream=True, stream_options={"x": 1})).body)
    assert said["stream_options"] == {"x": 1, "include_usage": True}
    body = request(stream=True, stream_options={"include_usage": True})
    assert asked("chat", body).body is body
    assert asked("chat", request()).body == request()


@pytest.mark.parametrize(
    ("form", "tools", "kept", "removed"),
    [
        (
            "anthropic",
            [{"type": "web_search_20250305", "name": "web_search"}, {"name": "Bash"}],
            [{"name": "Bash"}],
            ("web_search_20250305",),
        ),
        (
            "anthropic",
            [{"type": "bash_20250124", "name": "bash"}, {"type": "web_fetch_20250910"}],
            [{"type": "bash_20250124", "name": "bash"}],
            ("web_fetch_20250910",),
        ),
        (
            "responses",
            [{"type": "web_search"}, {"type": "function", "name": "f"}, {"type": "mcp"}],
            [{"type": "function", "name": "f"}],
            ("web_search", "mcp"),
        ),
        (
            "gemini",
            [{"functionDeclarations": [1], "googleSearch": {}}, {"urlContext": {}}],
            [{"functionDeclarations": [1]}],
            ("googleSearch", "urlContext"),
        ),
    ],
)
def test_tools_that_reach_the_network_are_taken_out(
    form: Format, tools: list[object], kept: list[object], removed: tuple[str, ...]
) -> None:
    said = asked(form, request(tools=tools))
    assert said.removed == removed
    assert json.loads(said.body)["tools"] == kept


def test_remote_servers_and_a_last_tool_go_with_what_chose_it() -> None:
    body = request(
        tools=[{"type": "web_search_1"}], tool_choice={"type": "any"}, mcp_servers=[{"url": "u"}]
    )
    said = asked("anthropic", body)
    assert json.loads(said.body) == {"model": "m"}
    assert set(said.removed) == {"web_search_1", "mcp_servers"}


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|Expecting|decode|column"):
        asked("anthropic", body)


def test_text_that_is_no_unicode_survives_a_rewrite() -> None:
    body = b'{"stream": true, "messages": ["\\ud800 \\u00e9"]}'
    assert b"\\ud800" in asked("chat", body).body
