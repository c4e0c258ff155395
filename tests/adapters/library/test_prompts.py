"""The prompts of a playbook: read and looked at before anything runs."""

from pathlib import Path

import pytest

from orchestrator.adapters.library.playbooks import load
from orchestrator.adapters.library.prompts import prompt_of
from orchestrator.adapters.library.source import InvalidFileError
from orchestrator.domain.staging import playbook_at
from tests.support.playbooks import AGENTS, MINIMAL, write_playbook

PARAMS = "params: {to: {default: x}}\n"


def test_a_prompt_beside_its_playbook(tmp_path: Path) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + PARAMS + "prompt: prompt.md\n")
    (folder / "prompt.md").write_text("{{ params.to }} {{ task.files }} {{ playbook.title }}\n")
    loaded = load(folder, "path", [AGENTS])
    assert prompt_of(loaded.playbook, folder).startswith("{{ params.to }}")
    assert prompt_of(load(write_playbook(tmp_path / "q"), "path", [AGENTS]).playbook, folder) == ""


def test_a_stage_may_have_its_own(tmp_path: Path) -> None:
    stages = (
        "strategy: scaffold\nscaffold: {files: [s.py], prompt: s.md, codemod: {run: x}}\n"
        "teardown: {files: [s.py], codemod: {run: x}}\nprompt: p.md\n"
    )
    folder = write_playbook(tmp_path / "p", MINIMAL + stages)
    for name in ("p.md", "s.md"):
        (folder / name).write_text(name)
    playbook = load(folder, "path", [AGENTS]).playbook
    told = {
        stage: prompt_of(playbook_at(stage, playbook), folder)
        for stage in ("scaffold", "migrate", "teardown")
    }
    assert told == {"scaffold": "s.md", "migrate": "p.md", "teardown": "p.md"}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("prompt.md", None, "playbook.yaml:7:9: prompt.md is not in the playbook's folder"),
        ("../p.md", "", "playbook.yaml:7:9: ../p.md leaves the playbook's folder"),
        ("prompt.md", "\n{{ params.form }}", "prompt.md:2:1: params.form is not known here"),
        ("prompt.md", "{{ task.fils }}", "prompt.md:1:1: task.fils is not known here — did you"),
        ("prompt.md", "{{ python }}", "prompt.md:1:1: python is not known here"),
        ("prompt.md", "{% if %}", "prompt.md:1:1: is no template"),
    ],
)
def test_faults_of_a_prompt(tmp_path: Path, path: str, text: str | None, said: str) -> None:
    folder = write_playbook(tmp_path / "p", MINIMAL + PARAMS + f"prompt: {path}\n")
    if text is not None:
        (folder / path).write_text(text)
    with pytest.raises(InvalidFileError) as caught:
        load(folder, "path", [AGENTS])
    (fault,) = caught.value.faults
    assert str(fault).removeprefix(f"{folder}/").startswith(said)
