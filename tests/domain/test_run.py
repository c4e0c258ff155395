"""The fold: what each event does to the state of a run."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    CheckingStarted,
    CommandAccepted,
    Event,
    LandingEnded,
    LandingStarted,
    RunResumed,
    SentBack,
)
from orchestrator.domain.fold import MEANING, apply
from orchestrator.domain.fold.landings import MAX_SENT_BACK
from orchestrator.domain.lifecycle import STATES, TRANSITIONS
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.verdict import CheckResult, Verdict
from tests.support.plans import do, finish, land, make_plan, make_run, start

OUTCOMES: list[AttemptOutcome] = ["accepted", "rejected", "unchanged"]


def states(run: Run) -> dict[str, str]:
    return {task: status.state for task, status in run.tasks.items()}


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(STATES)
    assert all(target in STATES for targets in TRANSITIONS.values() for target in targets)


def test_only_tasks_without_dependencies_are_ready_at_first() -> None:
    assert states(make_run({"a": [], "b": ["a"]})) == {"a": "ready", "b": "pending"}


def test_a_task_becomes_ready_when_all_it_depends_on_has_landed() -> None:
    run = make_run({"a": [], "b": [], "c": ["a", "b"]})
    do(run, "a")
    assert states(run)["c"] == "pending"
    do(run, "b")
    assert states(run)["c"] == "ready"


def test_a_rejected_attempt_is_tried_again_until_the_attempts_are_spent() -> None:
    run = make_run({"a": []}, attempts=2)
    start(run, "a")
    finish(run, "a", "rejected", change="one")
    assert states(run)["a"] == "ready"
    start(run, "a")
    finish(run, "a", "rejected", change="two")
    assert states(run)["a"] == "failed"


def test_offering_a_refused_change_set_again_ends_the_agents_turn() -> None:
    run = make_run({"a": []}, attempts=5)
    start(run, "a")
    finish(run, "a", "rejected", change="same")
    start(run, "a")
    finish(run, "a", "rejected", change="same")
    assert states(run)["a"] == "failed"
    assert run.tasks["a"].attempts == 2


def test_the_next_agent_takes_over_what_the_last_could_not_get_accepted() -> None:
    run = make_run({"a": []}, agents=("first", "second"), attempts=1)
    start(run, "a")
    finish(run, "a", "rejected")
    assert run.agent_of("a") == "second"
    assert run.tasks["a"].state == "ready"


def test_an_agent_with_nothing_to_offer_hands_over_at_once() -> None:
    run = make_run({"a": []}, agents=("first", "second"), attempts=3)
    start(run, "a")
    finish(run, "a", "unchanged", residue=4, change="")
    assert (run.agent_of("a"), run.tasks["a"].agent_attempts) == ("second", 0)


def test_unchanged_is_reached_only_when_nothing_is_left_to_find() -> None:
    run = make_run({"a": [], "b": []})
    start(run, "a")
    finish(run, "a", "unchanged", residue=0)
    start(run, "b")
    finish(run, "b", "unchanged", residue=1)
    assert states(run) == {"a": "unchanged", "b": "failed"}


def test_a_failure_blocks_everything_that_depends_on_it() -> None:
    run = make_run({"a": [], "b": ["a"], "c": ["b"], "d": []}, attempts=1)
    start(run, "a")
    finish(run, "a", "rejected")
    assert states(run) == {"a": "failed", "b": "blocked", "c": "blocked", "d": "ready"}
    assert run.tasks["c"].blocked_by == ("a",)


def test_on_failed_dependency_continue_lets_dependents_start() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=1, continue_after_failure=True)
    start(run, "a")
    finish(run, "a", "rejected")
    assert states(run) == {"a": "failed", "b": "ready"}


def test_a_retry_unblocks_what_the_failure_had_blocked() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=1)
    start(run, "a")
    finish(run, "a", "rejected")
    apply(run, CommandAccepted(command=1, who="me", action="retry", tasks=("a",)))
    assert states(run) == {"a": "ready", "b": "pending"}
    do(run, "a", "b")
    assert states(run) == {"a": "landed", "b": "landed"}


def test_a_result_with_another_token_changes_nothing() -> None:
    run = make_run({"a": []})
    start(run, "a", token="new")
    finish(run, "a", "accepted", token="old")
    apply(run, CheckingStarted(task="a", token="old"))
    assert run.tasks["a"].state == "working"


def test_resuming_gives_back_what_was_under_way_and_spends_no_attempt() -> None:
    run = make_run({"a": [], "b": []}, attempts=1)
    start(run, "a")
    start(run, "b")
    finish(run, "b", "accepted")
    apply(run, LandingStarted(batch=1, head=run.head, tasks=("b",)))
    apply(run, RunResumed(concurrency=1))
    assert states(run) == {"a": "ready", "b": "queued"}
    assert run.landing is None
    assert run.tasks["a"].agent_attempts == 0


@pytest.mark.parametrize("code", ["conflict", "red_landing"])
def test_a_task_comes_back_from_landing_a_bounded_number_of_times(code: str) -> None:
    run = make_run({"a": []}, attempts=1)
    rounds = 0
    while run.tasks["a"].state != "failed":
        start(run, "a")
        finish(run, "a", "accepted", change=f"change {rounds}")
        back = SentBack(task="a", reason_code=code, reason="no")  # type: ignore[arg-type]
        apply(run, LandingEnded(batch=rounds + 1, head=run.head, sent_back=(back,)))
        rounds += 1
    assert rounds == MAX_SENT_BACK + 1


def test_a_change_set_that_was_red_at_landing_is_not_accepted_again() -> None:
    run = make_run({"a": []}, attempts=3)
    start(run, "a")
    finish(run, "a", "accepted", change="red")
    back = SentBack(task="a", reason_code="red_landing", reason="no")
    apply(run, LandingEnded(batch=1, head=run.head, sent_back=(back,)))
    start(run, "a")
    finish(run, "a", "accepted", change="red")
    assert states(run)["a"] == "failed"


def test_a_change_of_state_that_the_table_lacks_is_refused() -> None:
    run = make_run({"a": []})
    with pytest.raises(ValueError, match="cannot go from ready to landed"):
        land(run, "a")


def test_ready_tasks_stand_in_order_of_their_longest_remaining_path() -> None:
    plan = make_plan({"a": [], "b": [], "c": []}, priority={"a": 1.0, "b": 3.0, "c": 2.0})
    run = Run(plan, Policy(agents=("codemod",)))
    assert [task for _, task in run.ready] == ["b", "c", "a"]


def test_a_retry_leaves_blocked_what_another_failure_blocks() -> None:
    run = make_run({"a": [], "b": [], "c": ["a", "b"], "d": ["c"]}, attempts=1)
    for task in ("a", "b"):
        start(run, task)
        finish(run, task, "rejected")
    apply(run, CommandAccepted(command=1, who="me", action="retry", tasks=("a",)))
    assert states(run) == {"a": "ready", "b": "failed", "c": "blocked", "d": "blocked"}
    assert run.tasks["c"].blocked_by == ("b",)


def test_a_fault_of_the_environment_spends_no_attempt() -> None:
    run = make_run({"a": []}, attempts=1)
    start(run, "a")
    finish(run, "a", "environment")
    assert (run.fault, run.tasks["a"].state, run.tasks["a"].agent_attempts) == (
        "environment",
        "ready",
        0,
    )


def test_every_event_has_a_meaning() -> None:
    assert set(MEANING) == set(get_args(Event))


@given(st.data())
def test_any_order_of_results_ends_every_task_and_counts_add_up(data: st.DataObject) -> None:
    names = [f"t{n}" for n in range(data.draw(st.integers(1, 8)))]
    edges = {
        name: data.draw(st.lists(st.sampled_from(names[:n]), unique=True)) if n else []
        for n, name in enumerate(names)
    }
    run = make_run(edges, attempts=2, agents=("one", "two"))
    for step in range(400):
        assert sum(run.counts.values()) == len(names)
        assert sorted(task for _, task in run.ready) == sorted(
            task for task, status in run.tasks.items() if status.state == "ready"
        )
        if run.queue:
            land(run, run.queue[0])
        elif run.ready:
            task = run.ready[data.draw(st.integers(0, len(run.ready) - 1))][1]
            assert all(run.tasks[n].state in {"landed", "unchanged"} for n in edges[task])
            outcome = data.draw(st.sampled_from(OUTCOMES))
            start(run, task)
            finish(run, task, outcome, change=f"{step}", residue=data.draw(st.integers(0, 1)))
        else:
            break
    ended = {"landed", "unchanged", "failed", "blocked"}
    assert all(status.state in ended for status in run.tasks.values())


def test_attempts_are_counted_over_all_agents() -> None:
    run = make_run({"a": []}, agents=("one", "two"), attempts=1)
    start(run, "a")
    finish(run, "a", "rejected", change="x")
    apply(run, AttemptStarted(task="a", number=2, agent="two", base=run.head, token="t"))
    assert run.tasks["a"].attempts == 2


def test_a_task_that_landed_lets_go_of_its_verdict_and_keeps_what_landed() -> None:
    run = make_run({"a": []})
    start(run, "a")
    checks = (CheckResult(check="c", outcome="passed", command="c", exit_code=0, duration_s=1.0),)
    result = AttemptResult(
        task="a",
        number=1,
        token="t",
        outcome="accepted",
        change_hash="hash",
        verdict=Verdict(checks=checks),
    )
    apply(run, AttemptEnded(result=result))
    queued = run.tasks["a"]
    land(run, "a")
    landed = run.tasks["a"]
    assert (queued.verdict, landed.verdict) == (Verdict(checks=checks), None)
    assert landed.candidate == replace(result, verdict=Verdict())
