"""Checks that said nothing against a broken file are named, with what a person can do."""

from orchestrator.domain.blindness import blind, blind_at
from orchestrator.domain.events import BaselineTaken, LandingEnded, LandingStarted, SentBack
from orchestrator.domain.fold import apply
from orchestrator.domain.verdict import CheckOutcome, CheckResult, Verdict
from tests.support.plans import finish, make_run, start


def said(
    check: str, outcome: CheckOutcome = "passed", code: int = 0, output: str = ""
) -> CheckResult:
    return CheckResult(
        check=check, outcome=outcome, command="c", exit_code=code, duration_s=0.0, output=output
    )


def taken(*checks: CheckResult) -> BaselineTaken:
    names = tuple(check.check for check in checks)
    return BaselineTaken(checks=checks, residue=1, blind=names, probe="a.py")


def test_without_a_baseline_nothing_is_known() -> None:
    assert blind(make_run({"a": []})) == {}


def test_a_check_that_stayed_green_never_read_the_file() -> None:
    found = blind_at(taken(said("tests")))["tests"]
    assert found.why == "it stayed green with a.py broken"
    assert "PYTHONPATH" in found.advice


def test_a_check_that_was_red_before_can_object_to_nothing() -> None:
    cannot = "\npython3: can't open file 'house.py'\n\n"
    found = blind_at(taken(said("house", "failed", 2, cannot)))["house"]
    assert found.why == (
        "it is red on the base and was no redder with a.py broken "
        "(exit code 2: python3: can't open file 'house.py')"
    )
    assert "mend it on the base" in found.advice


def test_who_turned_a_change_down_since_is_not_blind() -> None:
    run = make_run({"a": []})
    apply(run, taken(said("style"), said("words"), said("idle")))
    run.objected.update({"style", "words"})
    assert list(blind(run)) == ["idle"]


def test_attempts_and_landings_show_what_a_check_sees_till_the_next_baseline() -> None:
    run = make_run({"a": [], "b": []})
    baseline = taken(said("style"), said("words"), said("idle"))
    apply(run, baseline)
    start(run, "a")
    finish(run, "a", "rejected", verdict=Verdict(checks=(said("style", "failed", 1), said("idle"))))
    start(run, "b")
    finish(run, "b", "accepted")
    apply(run, LandingStarted(batch=1, head=run.head, tasks=("b",)))
    red = SentBack(
        task="b", reason_code="red_landing", reason="r", checks=(said("words", "timeout"),)
    )
    apply(run, LandingEnded(batch=1, head=run.head, sent_back=(red,)))
    assert run.objected == {"style", "words"}
    apply(run, baseline)
    assert run.objected == set()
