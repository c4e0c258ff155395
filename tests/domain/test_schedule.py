"""The decision what to do next."""

from orchestrator.domain.budget import Budget
from orchestrator.domain.commands import answer
from orchestrator.domain.events import (
    LandingStarted,
    PersonCommand,
    RunEnded,
    RunResumed,
    Steering,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import (
    Capacity,
    End,
    StartAttempt,
    StartLanding,
    Unpark,
    decide,
)
from tests.support.plans import do, finish, land, make_plan, make_run, start


def test_the_longest_remaining_path_goes_first_within_the_free_slots() -> None:
    plan = make_plan({"a": [], "b": [], "c": []}, priority={"a": 1, "b": 3, "c": 2})
    run = Run(plan, Policy(agents=("codemod",)))
    assert decide(run, Capacity(2)) == [
        StartAttempt("b", 1, "codemod"),
        StartAttempt("c", 1, "codemod"),
    ]


def test_busy_slots_are_not_given_away_twice() -> None:
    run = make_run({"a": [], "b": [], "c": []})
    start(run, "a")
    assert decide(run, Capacity(2)) == [StartAttempt("b", 1, "codemod")]


def test_a_batch_is_what_waits_up_to_its_limit_and_one_lands_at_a_time() -> None:
    run = make_run({"a": [], "b": [], "c": []}, max_batch=2)
    for task in "abc":
        start(run, task)
        finish(run, task, "accepted")
    assert decide(run, Capacity(4)) == [StartLanding(1, ("a", "b"))]
    apply(run, LandingStarted(batch=1, head=run.head, tasks=("a", "b")))
    assert decide(run, Capacity(4)) == []


def test_a_batch_that_costs_the_same_however_large_waits_while_slots_have_work() -> None:
    run = make_run({"a": [], "b": [], "c": []}, max_batch=2, fill_batches=True)
    start(run, "a")
    finish(run, "a", "accepted")
    assert decide(run, Capacity(1)) == [StartAttempt("b", 1, "codemod")]
    start(run, "b")
    assert decide(run, Capacity(1)) == []
    finish(run, "b", "accepted")
    assert decide(run, Capacity(1))[0] == StartLanding(1, ("a", "b"))


def test_a_batch_does_not_wait_when_only_its_landing_can_free_more_work() -> None:
    run = make_run({"a": [], "b": ["a"], "c": []}, max_batch=8, fill_batches=True)
    for task in "ac":
        start(run, task)
    finish(run, "a", "accepted")
    assert decide(run, Capacity(2)) == [StartLanding(1, ("a",))]


def test_a_batch_does_not_wait_when_it_frees_what_is_more_urgent_than_all_that_is_ready() -> None:
    edges: dict[str, list[str]] = {"a": [], "b": ["a"], "c": [], "d": []}
    for urgency, landings in ((3.0, [StartLanding(1, ("a",))]), (1.0, [])):
        plan = make_plan(edges, priority={"a": 4, "b": urgency, "c": 2, "d": 2})
        run = Run(plan, Policy(agents=("codemod",), max_batch=8, fill_batches=True))
        start(run, "a")
        finish(run, "a", "accepted")
        assert decide(run, Capacity(1)) == [*landings, StartAttempt("c", 1, "codemod")]


def test_a_batch_waits_when_what_it_would_free_waits_for_others_too() -> None:
    plan = make_plan(
        {"a": [], "b": ["a", "e"], "c": [], "d": [], "e": []},
        priority={"a": 4, "b": 3, "c": 2, "d": 2, "e": 1},
    )
    run = Run(plan, Policy(agents=("codemod",), max_batch=8, fill_batches=True))
    start(run, "a")
    finish(run, "a", "accepted")
    assert decide(run, Capacity(1)) == [StartAttempt("c", 1, "codemod")]


def test_a_run_whose_tasks_have_all_landed_is_done() -> None:
    run = make_run({"a": []})
    do(run, "a")
    assert decide(run, Capacity(1)) == [End("done")]


def test_an_empty_plan_is_done() -> None:
    assert decide(make_run({}), Capacity(1)) == [End("done")]


def test_failed_and_blocked_tasks_leave_a_run_incomplete() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=1)
    start(run, "a")
    finish(run, "a", "rejected")
    assert decide(run, Capacity(1)) == [End("incomplete", "1 failed, 1 blocked")]


def test_no_more_tasks_start_than_were_asked_for() -> None:
    run = make_run({"a": [], "b": [], "c": []}, max_tasks=1)
    assert decide(run, Capacity(3)) == [StartAttempt("a", 1, "codemod")]
    do(run, "a")
    assert decide(run, Capacity(3)) == [End("incomplete", "1 task was asked for")]


def test_a_task_that_was_begun_may_be_tried_again_beyond_the_limit_on_tasks() -> None:
    run = make_run({"a": [], "b": []}, max_tasks=1)
    start(run, "a")
    finish(run, "a", "rejected")
    assert decide(run, Capacity(3)) == [StartAttempt("a", 2, "codemod")]


def test_nothing_starts_once_the_budget_is_spent() -> None:
    run = make_run({"a": []}, agents=("llm",), budget=Budget(usd=1.0))
    run.cost_usd = 1.0
    assert decide(run, Capacity(1)) == [End("incomplete", "the budget of 1 USD is spent")]


def test_a_fault_of_the_environment_stops_the_run_and_says_why() -> None:
    run = make_run({"a": [], "b": []})
    start(run, "a")
    start(run, "b")
    finish(run, "a", "environment")
    assert decide(run, Capacity(2)) == []
    finish(run, "b", "accepted")
    assert decide(run, Capacity(2)) == [End("stopped", "environment")]


def test_a_stopping_engine_starts_nothing() -> None:
    run = make_run({"a": []})
    assert decide(run, Capacity(1, stopping=True)) == [End("stopped", "stopped by a person")]


def test_a_paused_run_starts_nothing_lands_what_is_there_and_does_not_end() -> None:
    run = make_run({"a": [], "b": []}, max_batch=8, fill_batches=True)
    start(run, "a")
    person(run, "pause")
    assert decide(run, Capacity(4)) == []
    finish(run, "a", "accepted")
    assert decide(run, Capacity(4)) == [StartLanding(1, ("a",))]
    land(run, "a")
    assert decide(run, Capacity(4)) == []
    assert decide(run, Capacity(4, stopping=True)) == [End("stopped", "stopped by a person")]
    person(run, "unpause")
    assert decide(run, Capacity(4)) == [StartAttempt("b", 1, "codemod")]


def test_a_paused_run_waits_for_a_person_also_when_all_is_done_or_its_agent_is_away() -> None:
    run = make_run({"a": []})
    person(run, "pause")
    assert decide(run, Capacity(4)) == []
    person(run, "unpause")
    start(run, "a")
    finish(run, "a", "limited", retry_at=9000.0)
    person(run, "pause")
    assert decide(run, Capacity(4, now=1.0)) == []
    assert decide(run, Capacity(4, now=9001.0)) == [Unpark("codemod")]
    person(run, "unpause")
    assert isinstance(decide(run, Capacity(4, now=1.0))[0], End)


def test_who_goes_on_with_a_run_need_not_know_that_it_was_paused() -> None:
    for event in (RunResumed(concurrency=1), RunEnded(state="stopped")):
        run = make_run({"a": []})
        person(run, "pause")
        apply(run, event)
        assert not run.paused


def person(run: Run, action: Steering) -> None:
    """Let a person ask for something, and the run take it in."""
    apply(run, answer(run, PersonCommand(id=1, who="me", action=action)))
