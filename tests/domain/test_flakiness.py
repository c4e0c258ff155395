"""Flaky passes are counted once each, wherever the journal tells of them."""

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import AttemptEnded, Event, HeadChecked, Landed, LandingEnded
from orchestrator.domain.flakiness import flaky_passes
from orchestrator.domain.verdict import CheckOutcome, CheckResult, Verdict


def result(outcome: CheckOutcome, check: str = "tests") -> CheckResult:
    return CheckResult(check=check, outcome=outcome, command="c", exit_code=0, duration_s=0.0)


def test_passes_and_failures_are_not_flaky() -> None:
    verdict = Verdict(checks=(result("passed"), result("failed")))
    ended = AttemptResult(task="a", number=1, token="t", outcome="rejected", verdict=verdict)
    assert flaky_passes([AttemptEnded(result=ended)]) == {}


def test_an_attempt_a_landing_and_the_last_head_each_count() -> None:
    verdict = Verdict(checks=(result("flaky"),))
    ended = AttemptResult(task="a", number=1, token="t", outcome="accepted", verdict=verdict)
    events: list[Event] = [
        AttemptEnded(result=ended),
        LandingEnded(batch=1, head="h", checks=(result("flaky", "types"),)),
        HeadChecked(head="h", checks=(result("flaky"),)),
    ]
    assert flaky_passes(events) == {"tests": 2, "types": 1}


def test_the_last_check_of_a_batch_is_told_twice_and_counts_once() -> None:
    moody = (result("flaky"),)
    landed = Landed(task="a", commit="h", checked="h", files=(), checks=moody)
    assert flaky_passes([LandingEnded(batch=1, head="h", landed=(landed,), checks=moody)]) == {
        "tests": 1
    }
