"""Recorded verdicts stand in for a check only where they say the same."""

from collections.abc import Sequence

import pytest

from orchestrator.application.recall import recalling
from orchestrator.domain.events import Landed, LandingEnded
from orchestrator.domain.playbook import Check
from orchestrator.domain.verdict import CheckResult

TREES = {"head": "tree", "tip": "tree", "other": "another tree"}
WHOLE = (Check(name="tests", run="pytest"), Check(name="fast", run="true", on="attempt"))


def _result(name: str) -> CheckResult:
    return CheckResult(check=name, outcome="passed", command="c", exit_code=0, duration_s=9.0)


def _judge(_commit: str, _files: Sequence[str]) -> tuple[CheckResult, ...]:
    return (_result("run just now"),)


def _landing(*names: str) -> LandingEnded:
    landed = (Landed(task="t", commit="head", checked="head", files=("f",)),)
    checks = tuple(_result(name) for name in names)
    return LandingEnded(batch=1, head="head", landed=landed, checks=checks)


def test_a_tree_that_landing_saw_is_not_checked_again() -> None:
    check = recalling(_judge, WHOLE, [_landing("tests")], TREES.__getitem__)
    (result,) = check("tip", ["f"])
    assert (result.check, result.cached, result.duration_s) == ("tests", True, 9.0)
    assert check("other", ["f"]) == _judge("", [])


@pytest.mark.parametrize(
    ("checks", "recorded"),
    [
        (WHOLE, ()),
        (WHOLE, ("fast",)),
        ((*WHOLE, Check(name="more", run="mypy")), ("tests",)),
        ((Check(name="tests", run="pytest ${{ task.files }}"),), ("tests",)),
        ((Check(name="tests", run="xargs -0 < ${{ files_from }}"),), ("tests",)),
    ],
)
def test_anything_less_is_checked(checks: tuple[Check, ...], recorded: tuple[str, ...]) -> None:
    check = recalling(_judge, checks, [_landing(*recorded)], TREES.__getitem__)
    assert check("tip", ["f"]) == _judge("", [])


def test_a_landing_that_landed_nothing_says_nothing_of_its_head() -> None:
    red = LandingEnded(batch=1, head="head", checks=(_result("tests"),))
    assert recalling(_judge, WHOLE, [red], TREES.__getitem__)("tip", []) == _judge("", [])
