"""Who gets in, and by which paths."""

import http.client
import json
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orchestrator.adapters.gateway import Bounds, Gateway, GatewaySettings
from orchestrator.adapters.gateway.peers import MOST
from orchestrator.errors import MissingRequirementError
from tests.support.lines import (
    HELLO,
    KEY,
    MESSAGES,
    Notebook,
    UnixConnection,
    call,
    gateway,
    settings,
    spec,
)
from tests.support.upstream import Reply, Upstream, messages


@pytest.fixture
def opened(model: Upstream) -> Iterator[Gateway]:
    with gateway(model.url, bounds=Bounds(request=10_000, calls=2)) as there:
        yield there


def test_the_socket_is_this_users_alone(opened: Gateway) -> None:
    path = opened.address.socket
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert opened.address.url.startswith("http://127.0.0.1:")


def test_both_addresses_lead_to_the_model(opened: Gateway, model: Upstream) -> None:
    with opened.open(spec(), Notebook()) as line:
        assert call(opened.address, line.token).status == 200
        there = UnixConnection(str(opened.address.socket))
        there.request("POST", MESSAGES, json.dumps(HELLO), {"x-api-key": line.token})
        assert b"message_stop" in there.getresponse().read()
        there.close()
    assert len(model.calls) == 2


@pytest.mark.parametrize(
    "place",
    [
        lambda token: ({"x-api-key": token}, ""),
        lambda token: ({"authorization": f"Bearer {token}"}, ""),
        lambda token: ({"authorization": f"bearer {token}"}, ""),
        lambda token: ({"x-goog-api-key": token}, ""),
        lambda token: ({}, f"?key={token}"),
    ],
)
def test_the_token_may_be_where_the_key_would_be(
    opened: Gateway, model: Upstream, place: Callable[[str], tuple[dict[str, str], str]]
) -> None:
    with opened.open(spec(), Notebook()) as line:
        headers, query = place(line.token)
        got = call(opened.address, "", MESSAGES + query, headers={"x-api-key": "", **headers})
        assert got.status == 200
        seen = model.calls[0]
        assert seen.headers["x-api-key"] == KEY
        assert seen.path == "/v1/messages"
        assert line.token not in repr(seen)


@pytest.mark.parametrize("token", ["", "wrong", "x" * 5000])
def test_no_token_no_answer(opened: Gateway, model: Upstream, token: str) -> None:
    with opened.open(spec(), Notebook()):
        for path in (MESSAGES, "/mcp"):
            got = call(opened.address, token, path)
            assert got.status == 401
            assert "token is not known" in got.json["error"]["message"]
    assert not model.calls


def test_a_token_dies_with_its_line(opened: Gateway, model: Upstream) -> None:
    with opened.open(spec(), Notebook()) as line, opened.open(spec(), Notebook()) as other:
        assert line.token != other.token
        assert call(opened.address, line.token).status == 200
        with line:
            pass
        assert call(opened.address, line.token).status == 401
        assert call(opened.address, other.token).status == 200
    assert len(model.calls) == 2


def test_a_call_under_way_is_cut_with_its_line(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply([*messages()[:2], 20.0, *messages()[2:]])
    with opened.open(spec(), Notebook()) as line:
        there = UnixConnection(str(opened.address.socket))
        there.request("POST", MESSAGES, json.dumps(HELLO), {"x-api-key": line.token})
        response = there.getresponse()
        assert b"message_start" in response.read1()
        began = time.monotonic()
    assert time.monotonic() - began < 5
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        response.read()
    there.close()
    assert line.usage().input_tokens == 100, "what was seen counts"


def test_a_call_that_has_no_answer_yet_hears_that_the_attempt_is_over(
    opened: Gateway, model: Upstream
) -> None:
    asked = threading.Event()

    def silent(_: object) -> Reply:
        asked.set()
        time.sleep(3)
        return Reply(messages())

    model.script = silent
    got = []
    with opened.open(spec(), Notebook()) as line:
        agent = threading.Thread(target=lambda: got.append(call(opened.address, line.token)))
        agent.start()
        assert asked.wait(10)
    agent.join(10)
    assert [one.status for one in got] == [401]
    assert "attempt is over" in got[0].json["error"]["message"]


def test_leaving_the_gateway_cuts_all_lines(model: Upstream) -> None:
    with gateway(model.url) as there:
        line = there.open(spec(), Notebook())
        folder = there.address.socket.parent
        assert folder.exists()
    assert not folder.exists()
    with line:
        pass
    with pytest.raises(ConnectionRefusedError):
        call(there.address, line.token)


def test_a_line_speaks_its_wire_alone(opened: Gateway, model: Upstream) -> None:
    with opened.open(spec("openai"), Notebook()) as line:
        got = call(opened.address, line.token)
        assert got.status == 403
        assert "speaks openai" in got.json["error"]["message"]
    assert not model.calls


def test_a_wire_without_a_key_has_no_line() -> None:
    with (
        Gateway(GatewaySettings(upstreams={})) as there,
        pytest.raises(MissingRequirementError, match="no key for anthropic") as caught,
    ):
        there.open(spec(), Notebook())
    assert caught.value.hint.startswith("export ANTHROPIC_API_KEY")


@pytest.mark.parametrize("path", ["/", "/llm/anthropic", "/llm/anthropic/"])
def test_a_head_is_answered_here(opened: Gateway, model: Upstream, path: str) -> None:
    got = call(opened.address, "", path, None, method="HEAD")
    assert (got.status, got.body) == (200, b"")
    assert not model.calls


TRICKS = [
    "/llm/anthropic/../openai/v1/responses",
    "/llm/anthropic/%2e%2e/openai/v1/responses",
    "/llm/anthropic/v1/files",
    "/llm/anthropic/v1/messages/",
    "/llm/anthropic/v1/messages%00",
    "/llm/anthropic/v1/messages/../../admin",
    "/llm/anthropic/v1//messages",
    "//llm/anthropic/v1/messages",
    "/v1/messages",
    "/",
    "/.well-known/oauth-protected-resource",
    "http://example.invalid/llm/anthropic/v1/messages",
    "http://127.0.0.1:1/v1/messages",
    "example.invalid:443",
]


@pytest.mark.parametrize("path", TRICKS)
def test_no_other_path_leads_out(opened: Gateway, model: Upstream, path: str) -> None:
    with opened.open(spec(), Notebook()) as line:
        assert call(opened.address, line.token, path).status in {400, 404}
    assert not model.calls


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "CONNECT", "OPTIONS", "PATCH"])
def test_no_other_method_leads_out(opened: Gateway, model: Upstream, method: str) -> None:
    with opened.open(spec(), Notebook()) as line:
        assert call(opened.address, line.token, method=method).status in {400, 404}
    assert not model.calls


def raw(there: Gateway, data: bytes) -> bytes:
    """Send bytes and return all that comes back until the other side hangs up."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(10)
        connection.connect(str(there.address.socket))
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    opened: Gateway, model: Upstream
) -> None:
    with opened.open(spec(), Notebook()) as line:
        head = f"POST {MESSAGES} HTTP/1.1\r\nHost: x\r\nx-api-key: {line.token}\r\n"
        declared = raw(opened, f"{head}Content-Length: 10001\r\n\r\n".encode())
        assert declared.startswith(b"HTTP/1.1 413")
        chunk = b"1000\r\n" + b"x" * 4096 + b"\r\n"
        chunked = raw(opened, f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + 3 * chunk)
        assert chunked.startswith(b"HTTP/1.1 413")
        assert b"request_too_large" in chunked
    assert not model.calls


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: -1\r\n",
        "Bad Header: x\r\n",
        "X: " + "y" * 100_000 + "\r\n",
    ],
)
def test_requests_that_smuggle_are_refused(opened: Gateway, model: Upstream, lines: str) -> None:
    with opened.open(spec(), Notebook()) as line:
        head = f"POST {MESSAGES} HTTP/1.1\r\nHost: x\r\nx-api-key: {line.token}\r\n"
        said = raw(opened, f"{head}{lines}\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n".encode())
        assert said.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
    assert not model.calls


def test_a_compressed_request_is_refused_for_nobody_could_read_it(
    opened: Gateway, model: Upstream
) -> None:
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token, headers={"content-encoding": "gzip"})
        assert got.status == 415
        assert call(opened.address, line.token, body=b"[]").status == 400
    assert not model.calls


def test_one_line_has_so_many_calls_at_once(opened: Gateway, model: Upstream) -> None:
    model.script = lambda _: Reply([*messages()[:1], 1.0, *messages()[1:]])
    got = []
    with opened.open(spec(), Notebook()) as line:
        agents = [
            threading.Thread(target=lambda: got.append(call(opened.address, line.token)))
            for _ in range(3)
        ]
        for agent in agents:
            agent.start()
        for agent in agents:
            agent.join(20)
    assert sorted(one.status for one in got) == [200, 200, 429]


def test_a_path_too_long_for_a_socket_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(MissingRequirementError, match="too long") as caught:
        Gateway(settings("http://127.0.0.1:9")).__enter__()
    assert "TMPDIR" in caught.value.hint
    assert not list(long.iterdir())


def test_who_hoards_connections_keeps_no_other_sandbox_out(opened: Gateway) -> None:
    path = str(opened.address.socket)
    hoard = [_knocking(path) for _ in range(2 * MOST)]
    turned_away = [one for one in hoard if _is_closed(one)]
    assert len(turned_away) == MOST
    with opened.open(spec(), Notebook()) as line:  # this one comes by TCP, so from elsewhere
        assert call(opened.address, line.token).status == 200
    for one in hoard:
        one.close()
    time.sleep(0.2)
    again = _knocking(path)
    assert not _is_closed(again)
    again.close()


def _knocking(path: str) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(5)
    link.connect(path)
    return link


def _is_closed(link: socket.socket) -> bool:
    link.settimeout(0.05)
    try:
        return link.recv(1) == b""
    except TimeoutError:
        return False
