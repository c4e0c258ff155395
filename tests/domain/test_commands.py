"""What people may ask for, and what comes of it."""

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.domain.commands import answer
from orchestrator.domain.events import (
    CommandAccepted,
    CommandRefused,
    LearningAdded,
    PersonCommand,
    Steering,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.naming import tasks_named
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, End, StartAttempt, decide
from tests.support.learnings import lesson
from tests.support.plans import do, finish, land, make_run, start


def ask(run: Run, action: Steering, *tasks: str, **said: Any) -> CommandAccepted | CommandRefused:
    """Ask for something and let the run take the answer in."""
    said = {"reason": "because", **said} if action == "skip" else said
    event = answer(run, PersonCommand(id=1, who="me", action=action, tasks=tasks, **said))
    apply(run, event)
    return event


def refused(run: Run, action: Steering, *tasks: str, **said: Any) -> str:
    event = answer(run, PersonCommand(id=1, who="me", action=action, tasks=tasks, **said))
    assert isinstance(event, CommandRefused)
    return event.reason


def fail(run: Run, *tasks: str) -> None:
    for task in tasks:
        start(run, task)
        finish(run, task, "rejected", change=task)


def states(run: Run) -> dict[str, str]:
    return {task: status.state for task, status in run.tasks.items()}


def test_a_held_task_does_not_start_until_it_is_approved() -> None:
    run = make_run({"a": [], "b": []})
    ask(run, "hold", "a", reason="ask Ada")
    assert states(run) == {"a": "held", "b": "ready"}
    assert run.tasks["a"].reason == "held by me: ask Ada"
    do(run, "b")
    assert decide(run, Capacity(4)) == [End("waiting", "1 held by a person")]
    ask(run, "approve", "a")
    assert states(run)["a"] == "ready"
    assert run.tasks["a"].reason == ""


def test_a_task_that_waits_or_works_is_held_where_it_would_become_ready() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=2)
    start(run, "a")
    ask(run, "hold", "a", "b")
    assert states(run) == {"a": "working", "b": "pending"}
    finish(run, "a", "rejected", change="another")
    assert states(run)["a"] == "held"
    ask(run, "approve", "a")
    do(run, "a")
    assert states(run)["b"] == "held"


def test_a_skipped_task_counts_as_done_for_those_that_need_it() -> None:
    run = make_run({"a": [], "b": ["a"], "c": ["b"]}, attempts=1)
    fail(run, "a")
    assert states(run)["c"] == "blocked"
    ask(run, "skip", "a", reason="generated")
    assert states(run) == {"a": "skipped", "b": "ready", "c": "pending"}
    assert run.tasks["a"].reason == "skipped by me: generated"


def test_skipping_one_of_two_failures_leaves_what_needs_the_other_blocked() -> None:
    run = make_run({"a": [], "b": [], "c": ["a", "b"], "d": ["a"]}, attempts=1)
    fail(run, "a", "b")
    ask(run, "skip", "a")
    assert states(run) == {"a": "skipped", "b": "failed", "c": "blocked", "d": "ready"}


def test_a_skipped_task_that_is_retried_is_waited_for_again() -> None:
    run = make_run({"a": [], "b": ["a", "x"], "x": []})
    ask(run, "skip", "a")
    ask(run, "retry", "a")
    assert (run.tasks["a"].reason, run.tasks["a"].reason_code) == ("", "")
    do(run, "x")
    assert states(run) == {"a": "ready", "b": "pending", "x": "landed"}
    do(run, "a")
    assert states(run)["b"] == "ready"


def test_a_blocked_task_that_was_skipped_is_blocked_again_by_a_retry() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=1)
    fail(run, "a")
    ask(run, "skip", "b")
    ask(run, "retry", "b")
    assert states(run) == {"a": "failed", "b": "blocked"}


@pytest.mark.parametrize(
    ("action", "tasks", "said", "reason"),
    [
        ("hold", ("done",), {}, "task done is landed and cannot be held"),
        ("hold", (), {}, "no task is named"),
        ("skip", ("busy",), {"reason": "x"}, "task busy is working and cannot be skipped"),
        ("skip", ("open",), {}, "skipping a task needs a reason"),
        ("skip", ("nowhere",), {"reason": "x"}, "the plan has no task nowhere"),
        ("approve", ("open",), {}, "task open is not on hold"),
        ("unpause", (), {}, "the run is not paused"),
        ("concurrency", (), {"concurrency": 0}, "a run makes 1 to 64 attempts at once, not 0"),
        ("concurrency", (), {"concurrency": 65}, "a run makes 1 to 64 attempts at once, not 65"),
        ("approve", (), {}, "no checkpoint waits for a person"),
        ("retry", (), {"cluster": "x"}, "there is no cluster x; no task has failed"),
        ("retry", (), {}, "no task has failed"),
        ("retry", ("open",), {}, "no failed task among those asked for"),
    ],
)
def test_what_makes_no_sense_is_refused(
    action: Steering, tasks: tuple[str, ...], said: dict[str, Any], reason: str
) -> None:
    run = make_run({"done": [], "busy": [], "open": []})
    do(run, "done")
    start(run, "busy")
    assert refused(run, action, *tasks, **said) == reason


def test_an_approval_of_another_checkpoint_than_the_one_that_stands_is_refused() -> None:
    run = make_run({"a": []}, checkpoints=("before_publish",))
    assert "waits at before_publish" in refused(run, "approve", checkpoint="layer:0")


def test_a_paused_run_cannot_be_paused_again() -> None:
    run = make_run({"a": []})
    ask(run, "pause")
    assert run.paused
    assert refused(run, "pause") == "the run is paused already"
    ask(run, "unpause")
    assert not run.paused


def test_more_and_fewer_attempts_at_once_end_nothing_that_is_under_way() -> None:
    run = make_run({name: [] for name in "abcde"}, concurrency=2)
    start(run, "a")
    start(run, "b")
    assert decide(run, Capacity(run.policy.concurrency)) == []
    ask(run, "concurrency", concurrency=4)
    assert [one.task for one in attempts(run)] == ["c", "d"]
    start(run, "c")
    ask(run, "concurrency", concurrency=1)
    assert attempts(run) == []
    assert run.busy == 3
    for task in "abc":
        finish(run, task, "accepted")
        land(run, task)
    assert [one.task for one in attempts(run)] == ["d"]


def attempts(run: Run) -> list[StartAttempt]:
    """Return the attempts that would begin now."""
    found = decide(run, Capacity(run.policy.concurrency))
    return [one for one in found if isinstance(one, StartAttempt)]


def cluster_of_three(**policy: object) -> tuple[Run, str]:
    """Return a run with three failures that are alike, and the cluster's key."""
    run = make_run({"a": [], "b": [], "c": []}, attempts=1, **policy)
    run.by_id["b"] = replace(run.by_id["b"], cost=0.5)
    fail(run, "a", "b", "c")
    return run, "failure-"


def test_one_canary_goes_first_and_the_rest_follows_when_it_has_landed() -> None:
    run, _ = cluster_of_three()
    event = ask(run, "retry", cluster="attempt", note="hint")
    assert isinstance(event, CommandAccepted)
    assert (event.tasks, event.rest) == (("b",), ("a", "c"))
    assert states(run) == {"a": "failed", "b": "ready", "c": "failed"}
    start(run, "b")
    finish(run, "b", "accepted")
    assert states(run)["a"] == "failed"
    land(run, "b")
    assert states(run) == {"a": "ready", "b": "landed", "c": "ready"}
    assert {run.tasks[task].note for task in "abc"} == {"hint"}


def test_a_canary_that_fails_takes_nothing_with_it() -> None:
    run, _ = cluster_of_three()
    ask(run, "retry", cluster="attempt")
    fail(run, "b")
    assert states(run) == {"a": "failed", "b": "failed", "c": "failed"}
    assert run.canaries == {}
    assert decide(run, Capacity(4)) == [End("incomplete", "3 failed, 0 blocked")]


def test_a_person_chooses_the_agent_whose_turn_it_is_until_it_has_failed_too() -> None:
    run = make_run({"a": []}, agents=("one", "two"), attempts=1)
    fail(run, "a", "a")
    ask(run, "retry", "a", agent="three", note="n")
    assert run.agent_of("a") == "three"
    fail(run, "a")
    assert states(run)["a"] == "failed"
    ask(run, "retry", "a")
    assert run.agent_of("a") == "one"


def test_people_name_tasks_by_id_by_its_beginning_or_by_a_file() -> None:
    run = make_run({"ab-1": [], "ab-2": [], "cd-1": []})
    assert tasks_named(run, "ab-1") == ("ab-1",)
    assert tasks_named(run, "cd") == ("cd-1",)
    assert tasks_named(run, "ab") == ("ab-1", "ab-2")
    assert tasks_named(run, "ab-2.py") == ("ab-2",)
    assert tasks_named(run, "") == ()


def test_a_persons_learning_is_trusted_at_once_and_can_be_retired_and_trusted_again() -> None:
    run = make_run({"a": []})
    said = ask(run, "add_learning", learning=lesson("fixtures live here", source="person"))
    assert isinstance(said, CommandAccepted)
    (name,) = said.learnings
    assert run.ledger.standings[name].status == "trusted"
    ask(run, "retire_learning", learnings=(name,), reason="not so")
    standing = run.ledger.standings[name]
    assert (standing.status, standing.reason) == ("retired", "retired by me: not so")
    assert not run.ledger.open
    ask(run, "trust_learning", learnings=(name,))
    assert run.ledger.standings[name].status == "trusted"
    assert list(run.ledger.open) == [name]


def test_a_persons_suspicious_learning_is_quarantined_until_it_is_trusted_by_name() -> None:
    run = make_run({"a": []})
    for _ in range(2):
        ask(run, "add_learning", learning=lesson("skip the tests", source="person"))
        assert [one.status for one in run.ledger] == ["quarantined"]
    ask(run, "trust_learning", learnings=tuple(run.ledger.standings))
    assert [one.status for one in run.ledger] == ["trusted"]


def test_a_person_who_says_what_is_retired_brings_it_back_and_no_near_words_do() -> None:
    run = make_run({"a": []})
    text = "annotate each parameter and what is returned"
    apply(run, LearningAdded(learning=lesson(text)))
    (name,) = run.ledger.standings
    ask(run, "retire_learning", learnings=(name,))
    near = ask(run, "add_learning", learning=lesson(text + "!", source="person"))
    assert isinstance(near, CommandAccepted)
    assert near.learnings != (name,)
    ask(run, "add_learning", learning=lesson(text, source="person"))
    assert [one.status for one in run.ledger] == ["trusted", "trusted"]


def test_what_nobody_knows_cannot_be_retired() -> None:
    run = make_run({"a": []})
    assert refused(run, "retire_learning", learnings=("l-1",)) == "the run has no learning l-1"
    assert refused(run, "trust_learning") == "no learning is named"
    assert refused(run, "add_learning", learning=lesson("  ")) == "a learning says something"
    assert refused(run, "add_learning") == "a learning says something"
