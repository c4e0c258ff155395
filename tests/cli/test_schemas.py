"""Every `--json` document is what its schema says, and every schema says what it is about."""

import inspect
from pathlib import Path
from typing import Any

import pytest
import typer
from jsonschema import Draft202012Validator

from orchestrator.cli.app import app
from tests.support.gallery import Gallery, told
from tests.support.schemas import FOLDER, faults, schema_of

NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))
ELSEWHERE = {"pulls"}
"""Those whose documents need a forge; tests/cli/test_prs_github.py holds them against it."""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    return told(tmp_path_factory.mktemp("gallery"))


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_and_its_examples_are_valid(name: str) -> None:
    schema = schema_of(name)
    Draft202012Validator.check_schema(schema)
    assert schema["title"].startswith("leafcut ")
    assert schema["description"].endswith(".")
    for example in schema["examples"]:
        assert faults(name, example) == []


@pytest.mark.timeout(600)
def test_real_documents_are_valid(gallery: Gallery) -> None:
    wrong = [
        (name, words, found)
        for name, shown in gallery.shown.items()
        for words, document in shown
        if (found := faults(name, document))
    ]
    assert wrong == []
    assert set(gallery.shown) | ELSEWHERE == set(NAMES)


def test_what_is_not_described_is_found() -> None:
    example: dict[str, Any] = schema_of("removed")["examples"][0]
    assert faults("removed", {**example, "more": 1}) == ["more is not described"]
    assert faults("removed", {**example, "schema": 2}) != []
    assert faults("removed", {"schema": 1}) != []


def test_every_command_with_json_is_in_a_schemas_title() -> None:
    calls = [call for name in NAMES for call in schema_of(name)["title"].split("; ")]
    lacking = [
        path
        for path in _with_json(typer.main.get_command(app))
        if not any(call.startswith(f"{path} ") and call.endswith(" --json") for call in calls)
    ]
    assert lacking == []


def _with_json(command: Any, path: str = "leafcut") -> list[str]:
    below = getattr(command, "commands", {})
    own = [path] if any("--json" in param.opts for param in command.params) else []
    return own + [one for name, sub in below.items() for one in _with_json(sub, f"{path} {name}")]


def test_the_page_is_what_the_schemas_give() -> None:
    from orchestrator.cli.manual.documents import page

    folder = Path(inspect.getfile(page)).parents[3] / "docs"
    assert (folder / "json.md").read_text(encoding="utf-8") == page(folder / "schemas")
