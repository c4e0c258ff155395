"""Agents built by their kind, with what a run gives them."""

from pathlib import Path

import pytest

from orchestrator.adapters.agents.acp import AcpAgent
from orchestrator.adapters.agents.codemod import CodemodAgent
from orchestrator.adapters.agents.command import CommandAgent
from orchestrator.adapters.library.playbooks import load
from orchestrator.errors import MissingRequirementError, UsageError
from orchestrator.wiring.agents import Equipment, build_agents, named, secrets_of, told
from tests.support.clients import OneLine
from tests.support.playbooks import AGENTS, MINIMAL, write_playbook

LADDER = "agents: [codemod, claude-code]\nlimits: {attempt_timeout: 90s}\nprompt: prompt.md\n"


def test_a_ladder_of_every_kind(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + LADDER)
    (folder / "prompt.md").write_text("Do it.")
    playbook = load(folder, "path", [AGENTS]).playbook
    asked: list[tuple[str, str]] = []

    def gateway(name: str, wire: str) -> OneLine:
        asked.append((name, wire))
        return OneLine()

    images = {"claude-code": "sha256:1", "openhands": "sha256:2"}
    equipment = Equipment(gateway=gateway, images=images, model="opus")
    agents = build_agents(playbook, (folder,), equipment)
    assert isinstance(agents["codemod"], CodemodAgent)
    claude, openhands = agents["claude-code"], agents["openhands"]
    assert isinstance(claude, CommandAgent)
    assert isinstance(openhands, AcpAgent)
    assert (claude.name, claude.client.image, claude.client.model) == (
        "claude-code",
        "sha256:1",
        "opus",
    )
    assert claude.client.limits.wall_s == 90.0
    prompt = claude.client.prompting({"files": ["a.py"]}, {"playbook.title": "T"}, tools=True)
    assert prompt.startswith("Do it.\n\n## Your task")
    assert asked == [("claude-code", "anthropic"), ("openhands", "openai")]


def test_an_agent_keeps_its_own_model_and_needs_a_gateway(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + "agents: [gemini]\n")
    playbook = load(folder, "path", [AGENTS]).playbook
    agents = build_agents(playbook, (folder,), Equipment(gateway=lambda _name, _wire: OneLine()))
    gemini = agents["gemini"]
    assert isinstance(gemini, CommandAgent)
    assert (gemini.client.model, gemini.client.image) == ("gemini-2.5-pro", "")
    with pytest.raises(MissingRequirementError, match="needs a gateway"):
        build_agents(playbook, (folder,))


def test_what_a_ladder_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets_of(["codemod", "codex", "claude-code", "aider"]) == (
        "ANTHROPIC_API_KEY",
        "OPENAI_API_KEY",
    )
    with pytest.raises(UsageError, match="there is no agent 'cloud-code'"):
        secrets_of(["cloud-code"])
    monkeypatch.chdir(tmp_path)
    assert named(["codex", "./mine"]) == ("codex", str(tmp_path / "mine"))


def test_a_transcript_as_people_read_it(tmp_path: Path) -> None:
    line = b'{"type": "error", "message": "no"}\n'
    assert told("codex", line).startswith("\N{BALLOT X} no\n")
    assert told(str(tmp_path / "gone"), line) == line.decode()
