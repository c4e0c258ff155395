"""What a person is told to do next, for every way in which a run can stand or end."""

from collections.abc import Callable, Mapping

import pytest

from orchestrator.application.next_steps import MOST, next_document, next_steps
from orchestrator.application.report import status_document
from orchestrator.domain.budget import Budget
from orchestrator.domain.events import BaselineTaken, RunEnd, RunEnded, RunStarted
from orchestrator.domain.fold import apply
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import BY_A_PERSON
from tests.support.parsing import parsed
from tests.support.plans import BASE, do, finish, make_run, start

NAME = "p-1"
RETRY = "leafcut retry p-1 --cluster attempt-3363 && leafcut resume p-1 --accept-drift"
SOURCE = "/home/ada/my playbooks/p"


def begun(*tasks: str, baseline: bool = True, **policy: object) -> Run:
    """Return a run that has started, with tasks that depend on nothing."""
    run = make_run({task: [] for task in tasks}, attempts=1, **policy)
    started = RunStarted(
        run=NAME,
        plan_hash="h",
        base=BASE,
        branch="refs/heads/x",
        sandbox="local",
        agents=("codemod",),
        concurrency=1,
        version="0",
    )
    apply(run, started)
    if baseline:
        apply(run, BaselineTaken(checks=(), residue=2))
    return run


def fail(run: Run, *tasks: str) -> None:
    for task in tasks:
        start(run, task)
        finish(run, task, "rejected")


def ended(run: Run, state: RunEnd, reason: str = "", checkpoint: str = "") -> Run:
    apply(run, RunEnded(state=state, reason=reason, checkpoint=checkpoint))
    return run


def done() -> Run:
    run = begun("a", "b")
    do(run, "a", "b")
    return ended(run, "done")


def done_before_publish() -> Run:
    run = begun("a", checkpoints=("before_publish",))
    do(run, "a")
    return ended(run, "done")


def nothing_landed() -> Run:
    run = begun("a")
    start(run, "a")
    finish(run, "a", "unchanged", residue=0)
    assert run.counts["unchanged"]
    return ended(run, "done")


def incomplete() -> Run:
    run = begun("a", "b", "c")
    do(run, "a")
    fail(run, "b", "c")
    return ended(run, "incomplete", "2 failed, 0 blocked")


def all_failed() -> Run:
    run = begun("a")
    fail(run, "a")
    return ended(run, "incomplete", "1 failed, 0 blocked")


def criterion_unmet() -> Run:
    run = begun("a")
    start(run, "a")
    finish(run, "a", "unchanged", residue=0)
    assert run.counts["unchanged"]
    return ended(run, "incomplete", "residue is 2, and may be 0")


def money_spent() -> Run:
    run = begun("a", "b", budget=Budget(usd=2.5))
    do(run, "a")
    return ended(run, "incomplete", "the budget of 2.5 USD is spent")


def attempts_spent() -> Run:
    run = begun("a", "b", budget=Budget(attempts=1))
    do(run, "a")
    return ended(run, "incomplete", "the budget of 1 attempts is spent")


def tasks_limited() -> Run:
    run = begun("a", "b", max_tasks=1)
    do(run, "a")
    return ended(run, "incomplete", "1 task was asked for")


def at_sample() -> Run:
    run = begun("a", "b")
    do(run, "a")
    fail(run, "b")
    return ended(run, "waiting", "checkpoint sample", "sample")


def at_layer() -> Run:
    run = begun("a", "b")
    do(run, "a")
    return ended(run, "waiting", "checkpoint layer:0", "layer:0")


def on_hold() -> Run:
    run = begun("a", "b c")
    run.on_hold["b c"] = "later"
    run.change("b c", "held")
    return ended(run, "waiting", "1 held by a person")


def stopped() -> Run:
    run = begun("a", "b")
    do(run, "a")
    return ended(run, "stopped", BY_A_PERSON)


def fault() -> Run:
    run = begun("a")
    run.fault = "git is not there"
    return ended(run, "stopped", "git is not there")


def no_baseline() -> Run:
    return ended(begun("a", baseline=False), "stopped", "the check tests cannot run")


def stopped_before_its_baseline() -> Run:
    return ended(begun("a", baseline=False), "stopped", BY_A_PERSON)


def parked() -> Run:
    run = begun("a")
    start(run, "a")
    finish(run, "a", "limited", retry_at=1_000_000.0)
    return ended(run, "stopped", "codemod has met a limit")


ENDINGS: Mapping[Callable[[], Run], list[str]] = {
    done: ["leafcut prs preview p-1", "leafcut prs create p-1"],
    done_before_publish: [
        "leafcut prs preview p-1",
        "leafcut approve p-1 && leafcut prs create p-1",
    ],
    nothing_landed: ["leafcut status p-1"],
    incomplete: [
        "leafcut logs p-1 --task b",
        RETRY,
        "leafcut prs preview p-1",
    ],
    all_failed: [
        "leafcut logs p-1 --task a",
        RETRY,
    ],
    criterion_unmet: ["leafcut status p-1"],
    money_spent: ["leafcut resume p-1 --budget 5", "leafcut prs preview p-1"],
    attempts_spent: ["leafcut resume p-1 --accept-drift", "leafcut prs preview p-1"],
    tasks_limited: ["leafcut resume p-1 --max-tasks 1", "leafcut prs preview p-1"],
    at_sample: [
        "leafcut logs p-1 --task b",
        "leafcut resume p-1 --accept-drift",
        "leafcut approve p-1 && leafcut resume p-1",
    ],
    at_layer: ["leafcut approve p-1 && leafcut resume p-1"],
    on_hold: ["leafcut approve p-1 --task 'b c' && leafcut resume p-1"],
    stopped: ["leafcut resume p-1", "leafcut prs preview p-1"],
    fault: ["leafcut doctor", "leafcut resume p-1"],
    no_baseline: ["leafcut doctor", "leafcut resume p-1"],
    stopped_before_its_baseline: ["leafcut resume p-1"],
    parked: ["leafcut resume p-1"],
}


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_every_ending_has_its_next_steps(ending: Callable[[], Run]) -> None:
    steps = next_steps(ending(), alive=False, source=SOURCE)
    assert [step.command for step in steps] == ENDINGS[ending]
    assert all(step.why for step in steps)
    assert len(steps) <= MOST


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
def test_every_command_that_is_named_parses_and_names_the_run(
    ending: Callable[[], Run],
) -> None:
    for step in next_steps(ending(), alive=False, source=SOURCE):
        for name, params in parsed(step.command):
            if name != "doctor":
                assert NAME in str(params), step


def test_every_end_that_the_journal_knows_is_covered() -> None:
    states = {run.ended.state for ending in ENDINGS if (run := ending()).ended}
    assert states == {"done", "incomplete", "waiting", "stopped"}


def test_a_run_under_way_can_be_watched_and_a_dead_one_resumed() -> None:
    run = begun("a", "b")
    assert [one.command for one in next_steps(run, alive=True)] == ["leafcut logs p-1"]
    assert [one.command for one in next_steps(run, alive=False)] == ["leafcut resume p-1"]
    fail(run, "a")
    assert next_steps(run, alive=True)[0].command == "leafcut logs p-1 --task a"


def test_a_run_that_has_not_begun_has_no_next_step() -> None:
    assert next_steps(make_run({"a": []}), alive=True) == ()


def test_nobody_is_sent_to_edit_a_playbook_that_cannot_be_edited() -> None:
    said = [one.command for one in next_steps(at_sample(), alive=False)]
    assert "leafcut resume p-1 --accept-drift" not in said


def test_the_largest_cluster_comes_first() -> None:
    steps = next_steps(incomplete(), alive=False)
    assert steps[0].why.startswith("see how 2 tasks failed (attempt-3363")


def test_when_an_agent_may_work_again_is_told() -> None:
    (step,) = next_steps(parked(), alive=False)
    assert step.why == "go on after 1970-01-12 13:47 UTC"


def test_the_status_document_has_the_same_steps() -> None:
    run = incomplete()
    document = status_document(run, [], 0.0, alive=False, source=SOURCE)
    assert document["next"] == next_document(run, alive=False, source=SOURCE)


def test_what_the_machine_lacks_is_told_in_a_line() -> None:
    *_, step = next_steps(fault(), alive=False)
    assert step.why == "go on once this is mended: git is not there"
    run = fault()
    run.fault = f"{'x' * 500}\nmore"
    *_, step = next_steps(run, alive=False)
    assert len(step.why) < 140
    assert "\n" not in step.why


def test_a_hint_is_for_agents_that_read_one() -> None:
    run = begun("a", agents=("claude-code",))
    fail(run, "a")
    retry = next_steps(ended(run, "incomplete", "1 failed, 0 blocked"), alive=False)[1]
    assert retry.why == "try them again with a hint"
    assert '--note "what to do instead" && leafcut resume p-1' in retry.command


def test_a_failure_that_says_something_comes_before_more_with_nothing_to_offer() -> None:
    run = begun("a", "b", "c")
    for task in ("a", "b"):
        start(run, task)
        finish(run, task, "unchanged", residue=1)
        run.update(task, reason_code="no_change", reason="nothing to offer")
    fail(run, "c")
    steps = next_steps(ended(run, "incomplete", "3 failed, 0 blocked"), alive=False)
    assert steps[0].command == "leafcut logs p-1 --task c"
