"""The ACP agent, with an agent's process in the local sandbox and pipes between."""

import json
import os
import sys
from pathlib import Path

import pytest

from orchestrator.adapters.agents.acp import agent as acp_agent
from orchestrator.adapters.agents.acp import conversation
from orchestrator.adapters.agents.acp.policy import chosen, within
from orchestrator.adapters.agents.acp.tape import Tape
from orchestrator.domain.attempt import Usage
from orchestrator.ports.agent import AgentReport
from orchestrator.ports.sandbox import ResourceLimits
from tests.support.clients import TOKEN, URL, OneLine, OpenLine, met, work
from tests.support.lines import Notebook

PROGRAM = Path(__file__).with_name("acp_agent.py")


def talked(
    tmp_path: Path, part: str, *, wall_s: float = 20.0, gateway: OneLine | None = None,
    command: str | None = None, desk: Notebook | None = None,
) -> AgentReport:  # fmt: skip
    folder = tmp_path / "agent"
    folder.mkdir()
    words = json.dumps([command] if command else [sys.executable, str(PROGRAM), part])
    (folder / "agent.yaml").write_text(
        f"version: 1\nname: mine\nkind: acp\ncommand: {words}\ntranscript: acp\nreports: [mcp]\n"
        "llm: {wire: openai, url: LLM_URL, token: LLM_KEY}\n"
    )
    limits = ResourceLimits(wall_s=wall_s)
    return work(folder, tmp_path / "slot", limits=limits, gateway=gateway, desk=desk)


def test_a_session_that_goes_well(tmp_path: Path) -> None:
    desk = Notebook()
    report = talked(tmp_path, "well", desk=desk)
    assert (report.ending, report.message) == ("done", "")
    assert b"".join(desk.heard) == report.transcript
    made = (tmp_path / "slot" / "tree" / "made.txt").read_text()
    assert made == desk.prompt == "files ['a.py'], params ['params.x'], tools True\n"
    assert report.usage == Usage(tokens=120)
    assert b"All " in report.transcript
    asked = json.loads((tmp_path / "slot" / "scratch" / "home" / "session.json").read_text())
    assert asked["cwd"] == str(tmp_path / "slot" / "tree")
    (server,) = asked["mcpServers"]
    assert (server["type"], server["name"], server["url"]) == ("http", "leafcut", f"{URL}/mcp")
    assert server["headers"] == [{"name": "Authorization", "value": f"Bearer {TOKEN}"}]


def test_the_token_is_not_on_tape(tmp_path: Path) -> None:
    assert TOKEN.encode() not in talked(tmp_path, "well").transcript


def test_leave_is_given_within_the_tree_and_for_nothing_else(tmp_path: Path) -> None:
    report = talked(tmp_path, "permissions")
    said = json.loads(report.transcript.splitlines()[-2])["params"]["update"]["content"]["text"]
    inside, outside, reading, shell = json.loads(said)
    assert inside == {"outcome": "selected", "optionId": "y"}
    assert outside == {"outcome": "selected", "optionId": "n"}
    method_not_found = -32601
    assert reading == shell == method_not_found


def test_noise_on_standard_output_disturbs_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = talked(tmp_path, "noise")
    assert report.ending == "done"
    assert "Loading plugins…".encode() in report.transcript
    assert capfd.readouterr().err == ""


def test_a_line_of_megabytes_is_one_message(tmp_path: Path) -> None:
    report = talked(tmp_path, "big")
    assert report.ending == "done"
    assert len(report.transcript) > 3_000_000


def test_a_flood_of_requests_is_answered(tmp_path: Path) -> None:
    assert talked(tmp_path, "flood").ending == "done"


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("silent", "mine ended without an answer"),
        ("dies", "mine gave up: its output breaks off: it did not say how it ended"),
        ("refuses", "mine gave up: Authentication required"),
    ],
)
def test_sessions_that_come_to_nothing(tmp_path: Path, part: str, message: str) -> None:
    report = talked(tmp_path, part)
    assert (report.ending, report.message) == ("gave_up", message)


def test_a_client_that_is_not_there(tmp_path: Path) -> None:
    report = talked(tmp_path, "well", command="no-such-client")
    assert report.ending == "environment"
    assert "no-such-client" in report.message


def test_it_is_told_to_stop_when_its_time_is_over(tmp_path: Path) -> None:
    report = talked(tmp_path, "hang", wall_s=1.0)
    assert (report.ending, report.message) == ("timeout", "mine did not end within 1 s")
    assert b"Stopped." in report.transcript


def test_one_that_does_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "CANCEL_S", 0.2)
    assert talked(tmp_path, "deaf", wall_s=0.5).ending == "timeout"


def test_what_the_gateway_met_counts_first(tmp_path: Path) -> None:
    line = OpenLine(
        trouble=met(kind="limited", retry_at=5e9),
        metered=Usage(tokens=7),
    )
    report = talked(tmp_path, "well", gateway=OneLine(line=line))
    assert (report.ending, report.retry_at, report.usage) == ("limited", 5e9, Usage(tokens=7))


def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    talked(tmp_path, "well")
    assert len(os.listdir("/proc/self/fd")) == before
    assert acp_agent.GRACE_S > conversation.CANCEL_S


def test_a_tape_tells_what_comes_up_to_its_limit_and_nothing_after_a_gap() -> None:
    heard: list[bytes] = []
    tape = Tape(10, heard.append)
    for line in (b"one", b"two", b"three", b"4"):
        tape.add(line)
    assert heard == [b"one\n", b"two\n"]


def test_a_tape_keeps_both_ends() -> None:
    tape = Tape(40)
    for number in range(20):
        tape.add(b"line %02d" % number)
    first, gap, *last = tape.kept().splitlines()
    assert first == b"line 00"
    assert gap == b"line 01"
    assert last[0] == b"[... 128 bytes left out ...]"
    assert last[1:] == [b"line 18", b"line 19"]


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("a.py", True), ("/w", True), ("/w/a/../b", True), ("../x", False), ("/wx", False),
        ("/w/../etc/passwd", False), ("/notes/n", True),
    ],
)  # fmt: skip
def test_paths_within_an_agents_places(path: str, inside: bool) -> None:  # noqa: FBT001
    assert within(path, "/w", ("/w", "/notes/")) is inside


def test_where_no_option_fits_none_is_taken() -> None:
    assert chosen([("reject_once", "n")], allowed=True) is None
    assert chosen([("allow_always", "a")], allowed=True) == "a"
