"""Limits of agents: who waits, for how long, and what is not spent meanwhile."""

import math

import pytest

from orchestrator.domain.attempt import AttemptOutcome, AttemptResult, Usage
from orchestrator.domain.budget import Budget
from orchestrator.domain.commands import answer
from orchestrator.domain.durations import moment
from orchestrator.domain.events import (
    AttemptEnded,
    CommandAccepted,
    Event,
    PersonCommand,
    PlaybookChanged,
    RunResumed,
    RunStarted,
    Unparked,
)
from orchestrator.domain.fold import apply, fold
from orchestrator.domain.fold.parking import MAX_OVERLOADS
from orchestrator.domain.parking import BACK_OFF_S, LONGEST_S, dated, parked
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Action, Capacity, End, StartAttempt, Unpark, decide
from tests.support.plans import BASE, finish, make_run, start

NOW = 1000.0
WIDE: dict[str, list[str]] = {"a": [], "b": [], "c": []}


def llm(edges: dict[str, list[str]] | None = None, **policy: object) -> Run:
    return make_run(edges or WIDE, **{"agents": ("llm",), "concurrency": 4, **policy})


def limit(run: Run, task: str, retry_at: float | None, outcome: AttemptOutcome = "limited") -> None:
    start(run, task)
    finish(run, task, outcome, retry_at=retry_at)


def at(run: Run, now: float = NOW, elapsed_s: float = 0.0) -> list[Action]:
    return decide(run, Capacity(4, now=now, elapsed_s=elapsed_s))


def state(run: Run) -> str:
    return run.tasks["a"].state


def waits(run: Run, said: float | None, outcome: AttemptOutcome = "limited") -> float:
    """Return how many seconds a limit that was met now makes its agent wait."""
    result = AttemptResult(task="a", number=1, token="t", outcome=outcome, retry_at=said)
    until = dated(run, result, NOW).retry_at
    assert until is not None
    return until - NOW


def test_a_limited_task_is_parked_and_spends_no_attempt() -> None:
    run = llm(attempts=1)
    limit(run, "a", NOW + 60)
    status = run.tasks["a"]
    assert (status.state, status.agent_attempts, run.attempts) == ("parked", 0, 0)
    assert (status.reason, run.parked_until) == ("limited", {"llm": NOW + 60})


def test_a_limit_belongs_to_the_agent() -> None:
    run = llm(agents=("llm", "other"), attempts=1)
    start(run, "b")
    finish(run, "b", "rejected")
    limit(run, "a", NOW + 60)
    assert at(run) == [StartAttempt("b", 2, "other")]


def test_what_is_parked_goes_on_when_the_time_has_come_and_not_before() -> None:
    run = llm()
    limit(run, "a", NOW + 60)
    assert at(run, NOW + 59.9) == []
    assert at(run, NOW + 60) == [Unpark("llm")]
    apply(run, Unparked(agent="llm"))
    assert run.tasks["a"].state == "ready"
    assert [one.task for one in at(run) if isinstance(one, StartAttempt)] == ["a", "b", "c"]


def test_the_last_verdict_outlives_a_limit() -> None:
    run = llm()
    start(run, "a")
    finish(run, "a", "rejected", change="x")
    before = run.tasks["a"].verdict
    apply(run, Unparked(agent="llm"))
    limit(run, "a", None)
    assert run.tasks["a"].verdict is before


def test_a_back_off_grows_until_something_is_done() -> None:
    run = llm()
    for times in range(3):
        assert waits(run, None) == BACK_OFF_S["limited"] * 2**times
        limit(run, "a", NOW)
        assert waits(run, None) == BACK_OFF_S["limited"] * 2**times  # one limit, met twice
        apply(run, Unparked(agent="llm"))
    start(run, "b")
    finish(run, "b", "rejected")
    assert waits(run, None) == BACK_OFF_S["limited"]


def test_what_a_service_tells_is_believed_once() -> None:
    run = llm()
    assert waits(run, NOW + 5) == 5
    limit(run, "a", NOW + 5)
    apply(run, Unparked(agent="llm"))
    assert waits(run, NOW + 5) == BACK_OFF_S["limited"]
    assert waits(run, NOW + 500) == 500


@pytest.mark.parametrize("said", [NOW - 100, 0.0, -math.inf])
def test_a_limit_that_is_over_already_does_not_wait_at_first(said: float) -> None:
    assert waits(llm(), said) in {0, BACK_OFF_S["limited"]}


@pytest.mark.parametrize("said", [1e300, math.inf, math.nan])
def test_no_limit_lasts_for_ever(said: float) -> None:
    assert 0 < waits(llm(), said) <= LONGEST_S


def test_a_run_that_waits_too_long_stops_and_says_when_to_resume() -> None:
    run = llm()
    limit(run, "a", NOW + 4000)
    assert at(run) == [End("stopped", f"llm has met a limit: resume after {moment(NOW + 4000)}")]
    assert at(run, NOW + 3000) == []


def test_it_does_not_wait_beyond_its_limit_on_wall_time() -> None:
    run = llm(budget=Budget(wall_s=100))
    limit(run, "a", NOW + 60)
    assert at(run, elapsed_s=30) == []
    (end,) = at(run, elapsed_s=50)
    assert isinstance(end, End)
    assert end.state == "stopped"


def test_a_run_whose_ready_tasks_wait_for_a_limit_is_not_over() -> None:
    run = llm()
    limit(run, "a", NOW + 60)
    apply(run, accepted("skip", "a", reason="not wanted"))
    assert run.tasks["a"].state == "skipped"
    assert at(run) == []


def test_an_overload_halves_the_pace_once_and_parks_for_a_moment() -> None:
    run = llm(concurrency=8)
    for task in "ab":
        start(run, task)
    for task in "ab":
        finish(run, task, "overloaded", retry_at=NOW + 10)
    assert run.pace.attempts == 4
    assert parked(run) == 2
    assert waits(run, None, "overloaded") == BACK_OFF_S["overloaded"]


def test_too_many_overloads_spend_an_attempt() -> None:
    run = llm(attempts=1)
    for _ in range(MAX_OVERLOADS):
        limit(run, "a", NOW, "overloaded")
        apply(run, Unparked(agent="llm"))
    assert state(run) == "ready"
    limit(run, "a", NOW, "overloaded")
    assert state(run) == "failed"


def test_a_blocked_agent_hands_over_and_the_last_one_fails_with_its_reason() -> None:
    run = make_run({"a": []}, agents=("one", "two"), attempts=3)
    start(run, "a")
    finish(run, "a", "blocked")
    assert (run.tasks["a"].state, run.agent_of("a")) == ("ready", "two")
    start(run, "a")
    finish(run, "a", "blocked")
    assert (run.tasks["a"].state, run.tasks["a"].reason) == ("failed", "blocked")


def test_parked_tasks_outlast_a_death() -> None:
    run = llm()
    limit(run, "a", NOW + 60)
    start(run, "b")
    apply(run, RunResumed(concurrency=1))
    assert {task: status.state for task, status in run.tasks.items()} == {
        "a": "parked", "b": "ready", "c": "ready",
    }  # fmt: skip
    assert at(run) == []


def accepted(action: str, task: str, **said: str) -> CommandAccepted:
    return CommandAccepted(command=1, who="me", action=action, tasks=(task,), **said)  # type: ignore[arg-type]


def asked(run: Run, action: str, task: str, **said: str) -> None:
    command = PersonCommand(id=1, who="me", action=action, tasks=(task,), **said)  # type: ignore[arg-type]
    event = answer(run, command)
    assert isinstance(event, CommandAccepted), event
    apply(run, event)


def test_a_person_may_try_at_once_or_send_another_agent() -> None:
    run = llm()
    limit(run, "a", NOW + 60)
    asked(run, "retry", "a", agent="other")
    assert (run.tasks["a"].state, run.agent_of("a")) == ("ready", "other")
    assert at(run) == [StartAttempt("a", 2, "other")]
    run = llm()
    for task in "ab":
        start(run, task)
    for task in "ab":
        finish(run, task, "limited", retry_at=NOW + 60)
    asked(run, "retry", "a")
    assert [run.tasks[task].state for task in "ab"] == ["ready", "ready"]
    assert len(at(run)) == 3


def test_what_a_person_holds_while_it_is_parked_is_held_afterwards() -> None:
    run = llm()
    limit(run, "a", NOW + 60)
    asked(run, "hold", "a")
    assert state(run) == "parked"
    apply(run, Unparked(agent="llm"))
    assert state(run) == "held"


def test_another_playbook_parks_nothing() -> None:
    run = llm(agents=("llm", "other"))
    limit(run, "a", NOW + 60)
    changed = PlaybookChanged(
        digest="d", who="me", files=(), policy=make_run({}, agents=("other", "llm")).policy,
        rebase=False,
    )  # fmt: skip
    apply(run, changed)
    assert run.tasks["a"].state == "ready"
    assert [one.agent for one in at(run) if isinstance(one, StartAttempt)] == ["other"] * 3


def test_a_limit_in_the_trial_of_a_sample_holds_for_the_whole_run() -> None:
    run = llm(checkpoints=("sample",))
    begun = RunStarted(
        run="r", plan_hash="h", base=BASE, branch="b", sandbox="s", agents=("llm",),
        concurrency=1, version="0", sample=("a",), trial=True,
    )  # fmt: skip
    events: list[Event] = [begun]
    apply(run, begun)
    (action,) = at(run)
    assert isinstance(action, StartAttempt)
    assert action.trial
    assert run.trial is not None
    start(run, "a", "trial-token", trial=True)
    result = AttemptResult(
        task="a", number=1, token="trial-token", outcome="limited", retry_at=NOW + 60
    )
    apply(run, AttemptEnded(result=result))
    assert (parked(run), run.parked_until) == (1, {"llm": NOW + 60})
    assert at(run) == []
    assert at(run, NOW + 60) == [Unpark("llm")]
    apply(run, Unparked(agent="llm"))
    assert run.trial.tasks["a"].state == "ready"
    assert fold(run.plan, run.policy, events).trial is not None


def test_a_limit_tells_no_price() -> None:
    run = llm(budget=Budget(usd=5))
    start(run, "a")
    result = AttemptResult(
        task="a", number=1, token="t", outcome="limited", retry_at=NOW, usage=Usage(cost_usd=0.1)
    )
    apply(run, AttemptEnded(result=result))
    assert (run.cost_usd, "llm" in run.prices) == (0.1, False)
    apply(run, Unparked(agent="llm"))
    assert len(at(run)) == 1


def test_what_each_agent_did_is_counted() -> None:
    run = llm()
    limit(run, "a", NOW)
    apply(run, Unparked(agent="llm"))
    start(run, "a")
    finish(run, "a", "accepted")
    tally = run.agents["llm"]
    assert (tally.attempts, tally.accepted) == (2, 1)
