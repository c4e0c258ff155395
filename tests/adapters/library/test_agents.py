"""Agents in folders."""

from pathlib import Path

import pytest

from orchestrator.adapters.library.agents import load_agent
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.errors import UsageError
from tests.support.playbooks import AGENTS


def test_the_agent_that_comes_with_leafcut() -> None:
    assert load_agent("codemod", [AGENTS]).spec.kind == "codemod"


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
    assert caught.value.hint == "there are codemod"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: command\n", "3:7: kind is \"command\" — it must be 'codemod'"),
        ("kind: codemod\nsecrets: [A]\n", "4:1: secrets is not supported yet: only agents of kind"),
        ("kind: codemod\nsecret: [A]\n", "4:1: unknown key secret — known are"),
    ],
)
def test_faults_of_an_agent(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "agent.yaml"
    path.write_text(f"version: 1\nname: mine\n{text}")
    with pytest.raises(InvalidFileError) as caught:
        load_agent(str(tmp_path), [])
    (fault,) = caught.value.faults
    assert str(fault).removeprefix(f"{path}:").startswith(said)
