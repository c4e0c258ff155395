"""Readers, on what the real clients printed (versions as in agents/*/Dockerfile) and on garbage.

The recorded conversations are those with a model that follows a script: call `verify`, write a file
with the shell, say "All done."; ids, times and paths are taken out.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.adapters.agents.transcripts import READERS, read_so_far
from orchestrator.adapters.agents.transcripts.events import LONGEST_LINE
from orchestrator.domain.agent_spec import TranscriptFormat
from orchestrator.domain.attempt import Usage
from orchestrator.domain.transcript import Transcript, readable

RECORDED = Path(__file__).parent / "transcripts"
CLIENTS: dict[str, TranscriptFormat] = {
    "claude-code": "claude-stream-json",
    "codex": "codex-json",
    "gemini": "gemini-stream-json",
    "gemini-acp": "acp",
    "opencode": "opencode-json",
    "opencode-acp": "acp",
}


def read(client: str, ending: str) -> Transcript:
    return READERS[CLIENTS[client]]((RECORDED / f"{client}-{ending}.txt").read_bytes())


@pytest.mark.parametrize(
    ("client", "tools", "usage"),
    [
        ("claude-code", ("mcp__leafcut__verify", "Bash: printf hello > made.txt"), (360, 0.0012)),
        ("codex", ("leafcut.verify", "shell: /bin/bash -lc 'printf hello > made.txt'"), (360, 0)),
        ("gemini", ("mcp_leafcut_verify", "run_shell_command: printf hello > made.txt"), (360, 0)),
        ("gemini-acp", ("verify (leafcut MCP Server)", "printf hello > made.txt"), (0, 0)),
        ("opencode", ("leafcut_verify", "bash: printf hello > made.txt"), (360, 0)),
        ("opencode-acp", ("leafcut_verify", "printf hello > made.txt"), (120, 0)),
    ],
)
def test_a_conversation_that_went_well(
    client: str, tools: tuple[str, ...], usage: tuple[int, float]
) -> None:
    found = read(client, "ok")
    assert tuple(step.text for step in found.steps if step.kind == "tool") == tools
    assert [step.text for step in found.steps if step.kind == "message"] == ["All done."]
    assert "2 failures" in [step.text for step in found.steps if step.kind == "result"]
    assert found.error == ""
    assert found.usage is not None
    assert found.usage.tokens == usage[0]
    assert found.usage.cost_usd == pytest.approx(usage[1])


@pytest.mark.parametrize(
    ("client", "ending", "error"),
    [
        ("claude-code", "401", "Failed to authenticate. API Error: 401 authentication error"),
        ("codex", "401", "unexpected status 401 Unauthorized: invalid api key"),
        ("gemini", "429", "[API Error: resource exhausted"),
        ("gemini", "empty", "The model returned an empty response"),
        ("opencode", "401", "invalid api key"),
        ("opencode-acp", "401", "Internal error: invalid api key"),
        ("opencode-acp", "stall", "it stopped: cancelled"),
    ],
)
def test_a_conversation_that_went_wrong(client: str, ending: str, error: str) -> None:
    assert read(client, ending).error.startswith(error)


@pytest.mark.parametrize("client", ["claude-code", "codex", "opencode"])
def test_an_empty_answer_says_nothing(client: str) -> None:
    found = read(client, "empty")
    assert not found.said_something
    assert found.error == ""
    assert found.usage is not None


def test_claude_that_was_denied_a_tool_and_calls_it_a_success() -> None:
    end = {"type": "result", "subtype": "success", "result": "Done!", "is_error": False}
    denied = {**end, "permission_denials": [{"tool_name": "Bash"}, {"tool_name": "Bash"}, {}]}
    found = READERS["claude-stream-json"](json.dumps(denied).encode())
    assert found.error == "it was denied Bash, a tool"


def test_claude_that_ran_out_of_turns() -> None:
    end = {"type": "result", "subtype": "error_max_turns", "is_error": False}
    assert READERS["claude-stream-json"](json.dumps(end).encode()).error == "error_max_turns"


@pytest.mark.parametrize("client", ["claude-code", "codex", "gemini", "opencode-acp"])
def test_a_stream_that_breaks_off_is_no_success(client: str) -> None:
    whole = (RECORDED / f"{client}-ok.txt").read_bytes()
    lines = [line for line in whole.splitlines() if line.startswith(b"{")]
    cut = READERS[CLIENTS[client]](b"\n".join(lines[:-1]) + b"\n" + lines[-1][:40])
    assert cut.error.startswith("its output breaks off")
    assert cut.steps[-1].kind == "other"


@pytest.mark.parametrize("client", CLIENTS)
def test_a_stream_is_read_so_far_at_each_of_its_lines(client: str) -> None:
    lines = (RECORDED / f"{client}-ok.txt").read_bytes().splitlines(keepends=True)
    whole = read(client, "ok").steps
    for count in range(len(lines)):
        so_far = read_so_far(CLIENTS[client], b"".join(lines[:count]))
        assert so_far.error == ""
        steps = [one for one in so_far.steps if not one.text.endswith("(not ended)")]
        assert steps[:-1] == list(whole[: len(steps)])[:-1]
        assert all(whole[len(steps) - 1].text.startswith(one.text) for one in steps[-1:])


def test_what_went_wrong_so_far_is_told_of_one_that_is_at_work() -> None:
    said = (RECORDED / "codex-401.txt").read_bytes()
    assert read_so_far("codex-json", said).error == read("codex", "401").error != ""


def test_more_of_a_long_text_changes_nothing_before_it() -> None:
    lines = [f"line {number} {'x' * (number % 300)}\n".encode() for number in range(600)]
    whole = READERS["text"](b"".join(lines)).steps
    assert "\n".join(one.text for one in whole).encode() + b"\n" == b"".join(lines)
    for count in range(1, 600, 7):
        so_far = READERS["text"](b"".join(lines[:count])).steps
        assert so_far[:-1] == whole[: len(so_far) - 1]
        assert whole[len(so_far) - 1].text.startswith(so_far[-1].text)


@pytest.mark.parametrize("name", READERS)
def test_a_huge_line_is_noise(name: TranscriptFormat) -> None:
    line = b'{"type": "result", "result": "' + b"x" * LONGEST_LINE + b'"}'
    steps = READERS[name](line).steps
    assert len(steps) == 1
    assert len(steps[0].text) < 21_000


def test_half_a_character_can_be_written() -> None:
    line = rb'{"type": "error", "message": "\ud800"}'
    readable(READERS["codex-json"](line)).encode()


def test_plan_updates_and_requests_are_told() -> None:
    entries = [{"content": "Edit", "status": "pending"}]
    plan = {"sessionUpdate": "plan", "entries": entries}
    cost = {"sessionUpdate": "usage_update", "cost": {"amount": 0.5, "currency": "USD"}}
    asked = {"toolCall": {"title": "Write a.py"}}
    messages = [
        {"method": "session/update", "params": {"update": plan}},
        {"method": "session/update", "params": {"update": cost}},
        {"id": 0, "method": "session/request_permission", "params": asked},
        {"id": 2, "result": {"stopReason": "max_tokens"}},
    ]
    found = READERS["acp"]("\n".join(map(json.dumps, messages)).encode())
    assert [step.text for step in found.steps] == [
        "plan\n[pending] Edit",
        "asks for leave: Write a.py",
    ]
    assert found.error == "it stopped: max_tokens"
    assert found.usage == Usage(cost_usd=0.5)


KEYS = st.sampled_from(
    [
        "type", "message", "content", "item", "part", "state", "usage", "result", "error", "text",
        "method", "params", "update", "sessionUpdate", "input_tokens", "tokens", "cost", "status",
        "name", "input", "role", "stats", "total_tokens", "permission_denials", "subtype", "output",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    [
        "assistant", "user", "result", "item.completed", "turn.completed", "tool_use", "text",
        "step_finish", "error", "message", "session/update", "tool_call", "plan", "usage_update",
        "tool_result", "success", "agent_message", "mcp_tool_call", "command_execution", "system",
    ]
)  # fmt: skip
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
EVENTS = st.dictionaries(KEYS, JSONS, max_size=6).map(json.dumps).map(str.encode)
LINES = st.lists(st.binary(max_size=40) | EVENTS, max_size=12)


@given(lines=LINES, name=st.sampled_from(list(READERS)))
def test_nothing_makes_a_reader_raise(lines: list[bytes], name: TranscriptFormat) -> None:
    readable(READERS[name](b"\n".join(lines))).encode()


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"a":' * 100_000, b"1" * 10_000, b"\xff\x00"])
def test_deep_and_broken_lines(name: TranscriptFormat, line: bytes) -> None:
    assert READERS[name](line).steps
