"""What agents ask of the desk, through the client that MCP's makers wrote."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent

from orchestrator.adapters.gateway import Gateway, Line
from orchestrator.adapters.gateway import mcp as desks
from orchestrator.domain.playbook import Exchanged
from orchestrator.errors import LeafcutError
from tests.support.lines import KEY, Notebook, call, gateway, spec

Ask = Callable[[ClientSession], Awaitable[Any]]


@pytest.fixture
def opened() -> Iterator[Gateway]:
    with gateway("http://127.0.0.1:9") as there:
        yield there


def ask(there: Gateway, line: Line, *asks: Ask) -> list[Any]:
    """Open a session over the Unix socket as an agent in a container would, and ask."""

    async def session() -> list[Any]:
        transport = httpx2.AsyncHTTPTransport(uds=str(there.address.socket))
        headers = {"Authorization": f"Bearer {line.token}"}
        async with (
            httpx2.AsyncClient(transport=transport, headers=headers, timeout=30) as http,
            streamable_http_client("http://127.0.0.1/mcp", http_client=http) as streams,
            ClientSession(streams[0], streams[1]) as opened,
        ):
            await opened.initialize()
            return [await one(opened) for one in asks]

    return asyncio.run(session())


def tool(name: str, **arguments: Any) -> Ask:
    async def said(session: ClientSession) -> tuple[str, bool]:
        result = await session.call_tool(name, arguments)
        content = result.content[0]
        assert isinstance(content, TextContent)
        return content.text, bool(result.is_error)

    return said


def test_the_tools_and_what_the_desk_hears(opened: Gateway) -> None:
    desk = Notebook(lambda: f"a.py:3 expected 2, got 1 ({KEY})")
    with opened.open(spec(), desk) as line:
        assert line.reached == frozenset()
        listed, *said = ask(
            opened,
            line,
            lambda session: session.list_tools(),
            tool("get_task"),
            tool("verify"),
            tool("hand_off", note="half done"),
            tool("report_blocked", why="no compiler"),
        )
        names = {one.name: one for one in listed.tools}
        assert names.keys() == {"get_task", "verify", "report_blocked", "hand_off"}
        assert names["hand_off"].input_schema["required"] == ["note"]
        assert all(one.description for one in names.values())
        assert '"task": "t1"' in said[0][0]
        assert said[1] == ("a.py:3 expected 2, got 1 ([redacted anthropic key])", False)
        assert desk.said == ["verify", "hand-off: half done", "blocked: no compiler"]
        assert line.reached == names.keys()


SHARED = ("find_learnings", "share_learning")
MESSAGES = ("send_message", "read_messages")


@pytest.mark.parametrize(
    ("shares", "offered"),
    [
        (frozenset[Exchanged](), ()),
        (frozenset[Exchanged]({"learnings"}), SHARED),
        (frozenset[Exchanged]({"learnings", "messages"}), (*SHARED, *MESSAGES)),
    ],
)
def test_what_is_not_shared_is_neither_listed_nor_answered(
    opened: Gateway, shares: frozenset[Exchanged], offered: tuple[str, ...]
) -> None:
    desk = Notebook(shares=shares)
    with opened.open(spec(), desk) as line:
        asked = [line.offered]
        listed, find, send = ask(
            opened,
            line,
            lambda session: session.list_tools(),
            tool("find_learnings", query="get"),
            tool("send_message", to="all", kind="warning", text="mind get"),
        )
        assert [*asked, line.offered] == [False, True]
        names = [one.name for one in listed.tools]
        assert names == ["get_task", "verify", "report_blocked", "hand_off", *offered]
        assert find[1] == ("find_learnings" not in offered)
        assert send[1] == ("send_message" not in offered)
        assert len(desk.said) == len(line.reached) == (not find[1]) + (not send[1])


def test_some_arguments_may_be_left_out_and_some_have_few_values(opened: Gateway) -> None:
    desk = Notebook(shares=frozenset({"learnings"}))
    with opened.open(spec(), desk) as line:
        listed, *said = ask(
            opened,
            line,
            lambda session: session.list_tools(),
            tool("find_learnings"),
            tool("share_learning", kind="fix", text="call fetch", paths="*.py"),
            tool("share_learning", kind="fix", text="x" * 1_000_000),
            tool("share_learning", text="call fetch"),
        )
        schema = next(one for one in listed.tools if one.name == "share_learning").input_schema
        assert schema["required"] == ["kind", "text"]
        assert schema["properties"]["kind"]["enum"] == ["fix", "convention", "pitfall"]
        assert [wrong for _, wrong in said] == [False, False, True, True]
        assert desk.said == ["find:  ", "share: fix call fetch  *.py"]


@pytest.mark.parametrize(
    ("name", "arguments", "says"),
    [
        ("hand_off", {}, "takes these arguments, all texts: note"),
        ("hand_off", {"note": 3}, "takes these arguments, all texts: note"),
        ("hand_off", {"note": "a", "more": "b"}, "takes these arguments"),
        ("hand_off", {"note": "x" * 70_000}, "at most 65536 characters"),
        ("get_task", {"task": "t2"}, "takes these arguments, all texts: none"),
        ("rm", {}, "there is no tool rm"),
    ],
)
def test_what_a_tool_cannot_take_is_said(
    opened: Gateway, name: str, arguments: dict[str, Any], says: str
) -> None:
    desk = Notebook()
    with opened.open(spec(), desk) as line:
        ((text, wrong),) = ask(opened, line, tool(name, **arguments))
        assert says in text
        assert wrong
        assert not desk.said


def test_a_desk_that_fails_is_an_answer_too(
    opened: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    def unable() -> str:
        raise LeafcutError("the check sandbox is gone")

    for checks, says in ((broken, "Leafcut failed at verify"), (unable, "sandbox is gone")):
        with opened.open(spec(), Notebook(checks)) as line:
            ((text, wrong),) = ask(opened, line, tool("verify"))
            assert says in text
            assert wrong
    assert caplog.text.count("the desk failed at verify") == 1


def test_a_long_verify_gives_signs_of_life(
    opened: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "_SIGN_OF_LIFE_S", 0.2)
    signs: list[str | None] = []

    def slow() -> str:
        time.sleep(1)
        return "all is well"

    async def heard(progress: float, total: float | None, message: str | None) -> None:  # noqa: ARG001 (MCP's names)
        signs.append(message)

    async def verify(session: ClientSession) -> Any:
        return await session.call_tool("verify", {}, progress_callback=heard)

    with opened.open(spec(), Notebook(slow)) as line:
        (result,) = ask(opened, line, verify)
    assert result.content[0].text == "all is well"
    assert signs[:2] == ["verify is at work"] * 2


def test_one_line_asks_one_thing_at_a_time_and_others_meanwhile(opened: Gateway) -> None:
    both = threading.Barrier(2, timeout=10)
    at_once, most = [0], [0]

    def checks() -> str:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.2)
        at_once[0] -= 1
        return "ok"

    async def twice(session: ClientSession) -> None:
        await asyncio.gather(session.call_tool("verify", {}), session.call_tool("verify", {}))

    with opened.open(spec(), Notebook(checks)) as line:
        ask(opened, line, twice)
    assert most[0] == 1

    def meet() -> str:
        both.wait()
        return "ok"

    with opened.open(spec(), Notebook(meet)) as one, opened.open(spec(), Notebook(meet)) as other:
        agents = [
            threading.Thread(target=ask, args=(opened, line, tool("verify")))
            for line in (one, other)
        ]
        for agent in agents:
            agent.start()
        for agent in agents:
            agent.join(20)
        assert not both.broken


def test_a_line_that_ends_waits_for_its_desk_and_asks_it_nothing_more(opened: Gateway) -> None:
    began, done = threading.Event(), threading.Event()

    def slow() -> str:
        began.set()
        time.sleep(0.5)
        done.set()
        return "ok"

    desk = Notebook(slow)

    async def twice(session: ClientSession) -> None:
        await asyncio.gather(session.call_tool("verify", {}), session.call_tool("verify", {}))

    def agent() -> None:
        try:
            ask(opened, line, twice)
        except BaseException:  # noqa: BLE001 (how a client takes being cut off is its own affair)
            return

    with opened.open(spec(), desk) as line:
        thread = threading.Thread(target=agent, daemon=True)
        thread.start()
        assert began.wait(10)
    assert done.is_set()
    time.sleep(0.3)
    assert desk.said == ["verify"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_there_are_no_sessions(opened: Gateway, method: str) -> None:
    with opened.open(spec(), Notebook()) as line:
        got = call(opened.address, line.token, "/mcp", method=method)
        assert (got.status, got.headers["allow"]) == (405, "POST")


def test_a_large_message_is_refused(opened: Gateway) -> None:
    with opened.open(spec(), Notebook()) as line:
        body = b"x" * 2_000_000
        headers = {"accept": "application/json, text/event-stream"}
        assert call(opened.address, line.token, "/mcp", body, headers=headers).status == 413
