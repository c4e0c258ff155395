"""What red checks say against tasks, and of each cluster the word that it is named by."""

from orchestrator.application.objections import Objection, against, by_cluster, told
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.clusters import Cluster
from orchestrator.domain.events import (
    AttemptEnded,
    Event,
    HeadChecked,
    LandingEnded,
    Reverted,
    RunEnded,
    SentBack,
)
from orchestrator.domain.verdict import CheckOutcome, CheckResult, Failure, Verdict


def said(check: str, outcome: CheckOutcome = "failed", output: str = "") -> CheckResult:
    return CheckResult(
        check=check, outcome=outcome, command=f"run {check}", exit_code=1, duration_s=0.0,
        output=output,
    )  # fmt: skip


def rejected(task: str, *checks: CheckResult) -> AttemptEnded:
    verdict = Verdict(checks=checks)
    return AttemptEnded(
        result=AttemptResult(task=task, number=1, token="t", outcome="rejected", verdict=verdict)
    )


def sent_back(task: str, *checks: CheckResult) -> LandingEnded:
    back = SentBack(task=task, reason_code="red_landing", reason="r", checks=checks)
    return LandingEnded(batch=1, head="h", sent_back=(back,))


def cluster(check: str, *tasks: str) -> Cluster:
    return Cluster(key=f"{check}-1", signature=f"{check}: m: n", example="m", tasks=tasks)


def test_attempts_landings_and_looks_at_the_head_hold_red_checks_against_a_task() -> None:
    red, green = said("types"), said("compile", "passed")
    reverted = Reverted(task="a", commit="c", revert="r", checks=(green, red))
    events: list[Event] = [
        rejected("a", green, red),
        sent_back("a", green, red),
        HeadChecked(head="h", reverted=(reverted,)),
    ]
    for event in events:
        assert against(event, "a") == (red,)
        assert against(event, "b") == ()
    assert against(RunEnded(state="done"), "a") == ()


def test_what_was_printed_is_told_but_where_it_tells_of_the_base_only_what_is_new() -> None:
    old = "b.py:1: old\na.py:3: new\n"
    new = (Failure("types", "a.py", "", "new", 3),)
    alone = CheckResult(
        check="types", outcome="failed", command="c", exit_code=1, duration_s=0, failures=new,
        output=old,
    )  # fmt: skip
    mixed = CheckResult(
        check="types", outcome="failed", command="c", exit_code=1, duration_s=0, failures=new,
        known=1, output=old,
    )  # fmt: skip
    assert told(alone) == old
    assert told(mixed) == "types: a.py:3: new"


def test_a_cluster_has_the_last_word_of_its_check_at_its_first_task_that_has_one() -> None:
    events: list[Event] = [
        rejected("b", said("types", output="first"), said("house", output="another")),
        sent_back("b", said("types", output="last")),
        rejected("c", said("types", output="c's")),
        rejected("d", said("types", output="no task of it")),
    ]
    assert by_cluster([cluster("types", "a", "b", "c")], events) == (
        Objection(
            cluster="types-1", task="b", check="types", command="run types", exit_code=1,
            output="last",
        ),
    )  # fmt: skip


def test_what_no_check_has_said_has_no_word() -> None:
    assert by_cluster([cluster("no_change", "a")], [rejected("a", said("types"))]) == ()
    assert by_cluster([], [rejected("a", said("types"))]) == ()
