"""Agents in folders."""

from pathlib import Path

import pytest

from orchestrator.adapters.library.agents import agent_names, load_agent
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.errors import UsageError
from tests.support.playbooks import AGENTS

COMMAND = """\
version: 1
name: mine
kind: command
command: [mine, --file, "${{ prompt_file }}"]
llm: {wire: openai, url: LLM_URL, token: LLM_KEY}
"""
BUILT_IN = ("aider", "claude-code", "codemod", "codex", "gemini", "opencode", "openhands")


def faults(folder: Path, text: str) -> list[str]:
    """Return the faults of an agent.yaml, each as file:line:column: message."""
    (folder / "agent.yaml").write_text(text)
    with pytest.raises(InvalidFileError) as caught:
        load_agent(str(folder), [])
    return [str(fault).removeprefix(f"{folder}/") for fault in caught.value.faults]


def test_the_agents_that_come_with_leafcut() -> None:
    assert sorted(agent_names([AGENTS])) == list(BUILT_IN)
    for name in BUILT_IN:
        loaded = load_agent(name, [AGENTS])
        assert loaded.folder == AGENTS / name
        assert (loaded.folder / "README.md").is_file()
        assert loaded.spec.thinks is (name != "codemod")


@pytest.mark.parametrize("name", [name for name in BUILT_IN if name != "codemod"])
def test_a_built_in_clients_image_is_pinned_and_without_addresses(name: str) -> None:
    text = (AGENTS / name / "Dockerfile").read_text()
    version = text.partition("leafcut.agent.version=")[2].split()[0]
    assert f"@{version}" in text or f"=={version}" in text
    assert f"leafcut.agent={name}" in text
    assert "://" not in text
    assert text.rstrip().splitlines()[-1] == "USER 65534:65534"
    assert "\nARG BASE\nFROM ${BASE}" in text


def test_an_agent_by_its_folder(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text("version: 1\nname: mine\nkind: codemod\n")
    assert load_agent(str(tmp_path), []).spec.name == "mine"


def test_a_folder_here_is_not_taken_for_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "codemod").mkdir()
    (tmp_path / "codemod" / "agent.yaml").write_text("version: 1\nname: evil\nkind: codemod\n")
    monkeypatch.chdir(tmp_path)
    assert load_agent("codemod", [AGENTS]).spec.name == "codemod"
    with pytest.raises(UsageError) as caught:
        load_agent("codmod", [AGENTS])
    assert caught.value.hint == "did you mean codemod?"


def test_the_target_repository_brings_no_agent(tmp_path: Path) -> None:
    target = tmp_path / "target"
    (target / "agents").mkdir(parents=True)
    (target / "agents" / "agent.yaml").write_text(COMMAND)
    (tmp_path / "link").symlink_to(target / "agents")
    for way in (target / "agents", tmp_path / "link", target / ".." / "target" / "agents"):
        with pytest.raises(UsageError, match="belongs to the target repository"):
            load_agent(str(way), [], foreign=target)
    assert load_agent(str(target / "agents"), [], foreign=tmp_path / "other").spec.name == "mine"


def test_a_name_on_a_shelf_is_the_folders(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "agent.yaml").write_text(COMMAND)
    with pytest.raises(InvalidFileError, match="2:7: mine is not the folder's name — other"):
        load_agent("other", [tmp_path])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: shell\n", "3:7: kind is \"shell\" — it must be 'codemod', 'command' or 'acp'"),
        ("kind: codemod\nsecrets: [A]\n", "4:1: an agent of kind codemod has no secrets — it runs"),
        ("kind: codemod\nsecret: [A]\n", "4:1: unknown key secret — did you mean secrets?"),
    ],
)
def test_faults_of_a_codemod(tmp_path: Path, text: str, said: str) -> None:
    (fault,) = faults(tmp_path, f"version: 1\nname: mine\n{text}")
    assert fault.startswith(f"agent.yaml:{said}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: mine", "name: My Agent", "2:7: 'My Agent' cannot be part of a file's name"),
        ("[mine, ", '["", ', "4:10: the command is empty"),
        ("${{ prompt_file }}", "${{ prompt }}", "4:25: a prompt never travels as an argument"),
        ("${{ prompt_file }}", "x", "4:10: the prompt reaches the agent nowhere"),
        ("${{ prompt_file }}", "${{ promt_file }}", "4:26: ${{ promt_file }} is not known here"),
        ("${{ prompt_file }}", "${{ prompt_file", "4:25: ${{ is not closed"),
        ("${{ prompt_file }}", "${{ prompt_file }}${{ a b }}", "4:26: ${{ a b }} is no name"),
        ("${{ prompt_file }}", "${{ prompt_file }}${{ model }}", "4:25: ${{ model }} is used and"),
        ("llm:", "stdin: words\nllm:", "5:8: stdin can be ${{ prompt }} and nothing else"),
        ("wire: openai", "wire: ollama", "5:13: wire is"),
        ("url: LLM_URL", "url: LLM-URL", "5:26: 'LLM-URL' cannot be a variable"),
        ("llm:", "secrets: [A B]\nllm:", "5:11: 'A B' cannot be a variable"),
        ("llm:", "env: {HOME: x}\nllm:", "5:7: HOME is set by Leafcut"),
        ("llm:", "env: {LLM_KEY: x}\nllm:", "5:7: LLM_KEY is set by Leafcut"),
        ("llm:", "env: {LEAFCUT_NOTES: x}\nllm:", "5:7: LEAFCUT_NOTES is set by Leafcut"),
        ("llm:", "env: {A: '${{ home'}\nllm:", "5:10: ${{ is not closed"),
        ("llm:", "image: {}\nllm:", "5:8: image needs either dockerfile or ref"),
        ("llm:", "image: {ref: name:latest}\nllm:", "5:14: 'name:latest' names no digest"),
        ("llm:", "image: {dockerfile: ../D}\nllm:", "5:21: '../D' leaves the agent's folder"),
        ("llm:", "image: {dockerfile: D}\nllm:", "5:21: D is not in the agent's folder"),
        ("llm:", "files: {/etc/x: t.j2}\nllm:", "5:9: /etc/x is not a path below ${{ home }}/"),
        ("llm:", 'files: {"${{ home }}/../x": t.j2}\nllm:', "5:9: ${{ home }}/../x is not a path"),
        ("llm:", 'files: {"${{ home }}/x": no.j2}\nllm:', "5:26: no.j2 is not in the agent's"),
        ("llm:", "transcript: xml\nllm:", "5:13: transcript is"),
        ("llm:", "version_command: [a, '${{ home }}']\nllm:", "5:22: expressions are not known"),
    ],
)
def test_faults_of_a_command(tmp_path: Path, old: str, new: str, said: str) -> None:
    (tmp_path / "t.j2").write_text("{{ token }}")
    found = faults(tmp_path, COMMAND.replace(old, new, 1))
    assert any(fault.startswith(f"agent.yaml:{said}") for fault in found), found


def test_a_command_that_lacks_its_keys(tmp_path: Path) -> None:
    found = faults(tmp_path, "version: 1\nname: mine\nkind: acp\n")
    assert [fault.partition(": ")[2] for fault in found] == [
        "an agent of kind acp needs the key command — add it",
        "an agent of kind acp needs the key llm — add it",
    ]


def test_acp_brings_the_prompt_by_itself(tmp_path: Path) -> None:
    text = COMMAND.replace("kind: command", "kind: acp") + "stdin: ${{ prompt }}\n"
    (found,) = faults(tmp_path, text)
    assert found == "agent.yaml:6:8: ACP brings the prompt by itself — leave stdin out"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{}\n{{ token ", "t.j2:2:1: is no template: "),
        ("{}\n{{ tokn }}", "t.j2:2:1: tokn is not known here — did you mean token?"),
        ("{{ llm.ur }}", "t.j2:1:1: llm.ur is not known here — did you mean llm.url?"),
        (b"\xff", "t.j2:1:1: is not UTF-8"),
    ],
)
def test_faults_of_a_template(tmp_path: Path, template: str | bytes, said: str) -> None:
    content = template if isinstance(template, bytes) else template.encode()
    (tmp_path / "t.j2").write_bytes(content)
    (found,) = faults(tmp_path, COMMAND + 'files: {"${{ home }}/x": t.j2}\n')
    assert found.startswith(said)


def test_a_template_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.j2").symlink_to("/etc/hostname")
    (found,) = faults(tmp_path, COMMAND + 'files: {"${{ home }}/x": t.j2}\n')
    assert "leaves the agent's folder" in found
