"""A second attempt leaves out what the verdict on the first one spoke against."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.playbooks.annotating import codemod, work
from tests.playbooks.support import ANNOTATE, lay_out, script

CODE = """\
class C:
    def one(self):
        return 1

    def two(self):
        def inner():
            return 'a'
        return inner()

    @property
    def three(self):
        return self.one()


def four():
    return C()


four().one().x
"""


def held(path: str = "a.py", line: int = 0, message: str = "") -> dict[str, object]:
    return {"check": "types", "path": path, "line": line, "rule": "r", "message": message}


def write_verdict(path: Path, failures: Sequence[dict[str, object]]) -> Path:
    document = {"schema": 1, "accepted": False, "failures": failures}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def given_up(tmp_path: Path, *failures: dict[str, object]) -> set[str]:
    done: Any = work(tmp_path / "t", {"a.py": CODE})
    verdict = write_verdict(tmp_path / "verdict.json", failures)
    return {qualname for _, qualname, _ in codemod.given_up(done, verdict, None)}


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (held(line=2), {"C.one"}),
        (held(line=3), {"C.one"}),
        (held(line=7), {"C.two.inner"}),
        (held(line=8), {"C.two"}),
        (held(line=10), {"C.three"}),
        (held(line=15), {"four"}),
        (held("b.py", 3, 'Return type "int" of "one" incompatible with supertype "B"'), {"C.one"}),
        (held("b.py", 3, '"four" of "pkg.a" does not return a value'), {"four"}),
        (held("b.py", 3, 'Signature of "a.C.two" incompatible'), {"C.two"}),
        (held(line=19, message='"int" has no attribute "x"'), {"four", "C.one"}),
    ],
)
def test_a_failure_points_at_functions(
    tmp_path: Path, failure: dict[str, object], expected: set[str]
) -> None:
    assert given_up(tmp_path, failure) == expected


def test_a_failure_that_points_at_none_takes_all(tmp_path: Path) -> None:
    everything = {"C.one", "C.two", "C.two.inner", "C.three", "four"}
    assert given_up(tmp_path, held("tests/test_a.py", 0, "boom")) == everything
    assert given_up(tmp_path, held("", 0, "exit code 2")) == everything


def test_the_others_stay_and_what_followed_from_the_dropped_goes(tmp_path: Path) -> None:
    done: Any = work(tmp_path, {"a.py": CODE})
    kept = done.annotations({("a.py", "C.one", 0)})
    assert {one.function.qualname for one in kept} == {"C.two.inner", "C.two", "four"}


def test_verdicts_add_up_over_the_attempts(tmp_path: Path) -> None:
    tree, notes = tmp_path / "t", tmp_path / "notes"
    notes.mkdir()
    variables = {"LEAFCUT_NOTES": str(notes)}

    def attempt(*failures: dict[str, object]) -> str:
        lay_out(tree, {"a.py": CODE})
        verdict = str(write_verdict(tmp_path / "v.json", failures)) if failures else ""
        env = {**variables, "LEAFCUT_VERDICT": verdict}
        said = script(ANNOTATE / "codemod.py", tree, ["a.py"], env=env).out
        text = (tree / "a.py").read_text(encoding="utf-8")
        assert said.startswith(f"annotated {text.count('->')} of 5 functions")
        return text

    first = attempt()
    assert first.count("->") == 5
    second = attempt(held(line=15))
    assert second == first.replace("def four() -> C:", "def four():")
    third = attempt(held(line=7))
    assert third.count("->") == 2
    assert "def four():" in third
    assert attempt().count("->") == 2


def test_two_functions_of_one_name_are_told_apart(tmp_path: Path) -> None:
    code = "def f():\n    return 1\n\n\ndef f():\n    return 'a'\n"
    done: Any = work(tmp_path / "t", {"a.py": code})
    verdict = write_verdict(tmp_path / "v.json", [held(line=6)])
    assert codemod.given_up(done, verdict, None) == {("a.py", "f", 1)}


def test_without_a_verdict_nothing_is_given_up(tmp_path: Path) -> None:
    done: Any = work(tmp_path / "t", {"a.py": CODE})
    assert codemod.given_up(done, None, None) == set()
    assert codemod.given_up(done, None, tmp_path) == set()
