import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestrator.adapters import plan_file
from orchestrator.domain.plan import Cycle, Plan, Untouched
from orchestrator.domain.planning import plan_hash
from orchestrator.errors import InvalidInputError
from tests.support.plans import make_plan


def _plan() -> Plan:
    plan = replace(
        make_plan({"a": [], "b": ["a"]}),
        params={"n": 1, "x": 0.5, "yes": True, "word": "é"},
        cycles=(Cycle(files=("a.py", "b.py"), cut_edges=(("a.py", "b.py"),)),),
        untouched=(Untouched(file='odd\n"name".py', reason="is binary"),),
        layers=2,
    )
    return replace(plan, hash=plan_hash(plan))


def _edited(**changes: Any) -> str:
    return json.dumps({**json.loads(plan_file.dumps(_plan())), **changes})


def test_what_is_written_is_read_back() -> None:
    assert plan_file.loads(plan_file.dumps(_plan()), Path("plan.json")) == _plan()


def test_an_edited_file_is_hashed_again() -> None:
    document = json.loads(plan_file.dumps(_plan()))
    document["tasks"][1]["depends_on"] = []

    edited = plan_file.loads(json.dumps(document), Path("plan.json"))

    assert edited.derived_from == _plan().hash != edited.hash
    assert [task.layer for task in edited.tasks] == [0, 0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("{}", "playbook"),
        (_edited(extra=1), "extra"),
        (_edited(layers="2"), "layers"),
        (_edited(schema=2), "schema 2 is not known"),
        (_edited(tasks=[{"id": "a"}]), "tasks.0.title"),
        (_edited(tasks=[{"id": "a", "title": "a", "files": ["a"], "when": "now"}]), "tasks.0.when"),
        (_edited(tasks=[{"id": "a", "title": "a", "files": "a"}]), "tasks.0.files"),
        (
            _edited(tasks=[{"id": "a", "title": "a", "files": ["a"], "depends_on": ["a"]}]),
            "in a circle: a",
        ),
        (_edited(cycles=[{"files": [], "cut_edges": [["a"]]}]), "cycles.0.cut_edges"),
    ],
)
def test_anything_else_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        plan_file.loads(text, Path("plan.json"))

    assert said in caught.value.message
    assert caught.value.message.startswith("plan.json")


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_bytes(b"\xff")

    for name in ("plan.json", "missing.json"):
        with pytest.raises(InvalidInputError, match=f"{name} cannot be read"):
            plan_file.load(tmp_path / name)
