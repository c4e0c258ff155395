"""A playbook that is taken over half-way."""

from orchestrator.domain.budget import Budget
from orchestrator.domain.drift import rechecks, replans
from orchestrator.domain.events import BaselineTaken, HeadChecked, HeadCheckStarted, PlaybookChanged
from orchestrator.domain.fold import apply
from orchestrator.domain.playbook import Check, Find, Limits, Playbook
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, CheckHead, StartAttempt, decide
from tests.support.plans import do, finish, make_run, start

OLD = Playbook(version=1, name="p", title="P", find=Find(regex=("x",)))


def change(run: Run, *, rebase: bool = False, **policy: object) -> None:
    new = Policy(**{"agents": ("other",), **policy})  # type: ignore[arg-type]
    apply(run, PlaybookChanged(digest="d", who="me", files=(), policy=new, rebase=rebase))


def test_what_failed_is_tried_anew_and_what_landed_is_left_alone() -> None:
    run = make_run({"a": [], "b": [], "c": ["b"], "d": []}, attempts=1)
    do(run, "a")
    start(run, "b")
    finish(run, "b", "rejected", change="x")
    start(run, "d")
    finish(run, "d", "accepted")
    change(run, attempts=2)
    states = {task: status.state for task, status in run.tasks.items()}
    assert states == {"a": "landed", "b": "ready", "c": "pending", "d": "queued"}
    assert run.tasks["b"].refused == frozenset()
    assert run.agent_of("b") == "other"


def test_the_new_policy_holds_but_for_the_machines_concurrency() -> None:
    run = make_run({"a": []}, concurrency=7, max_batch=8)
    change(run, concurrency=1, max_batch=2, budget=Budget(tokens=5), checkpoints=("layer",))
    assert run.policy.concurrency == 7
    assert (run.policy.budget.tokens, run.policy.checkpoints) == (5, ("layer",))
    assert (run.pace.batch, run.pace.max_batch) == (2, 2)


def test_new_checks_see_what_has_landed_before_anything_else_starts() -> None:
    run = make_run({"a": [], "b": []})
    apply(run, BaselineTaken(checks=(), residue=0))
    do(run, "a")
    change(run, rebase=True)
    assert run.baseline is None
    assert decide(run, Capacity(4)) == [CheckHead(run.head)]
    apply(run, HeadCheckStarted(head=run.head))
    assert decide(run, Capacity(4)) == []
    apply(run, HeadChecked(head=run.head))
    assert decide(run, Capacity(4)) == [StartAttempt("b", 1, "other")]


def test_new_checks_of_a_run_that_has_landed_nothing_have_nothing_to_see() -> None:
    run = make_run({"a": []})
    change(run, rebase=True)
    assert decide(run, Capacity(4)) == [StartAttempt("a", 1, "other")]


def test_what_the_plan_was_made_from_may_not_change_and_checks_take_a_new_baseline() -> None:
    finds = Playbook(version=1, name="p", title="P", find=Find(regex=("y",)))
    assert replans(OLD, finds) == ("find",)
    limits = Playbook(version=1, name="p", title="Q", find=OLD.find, limits=Limits(attempts=1))
    assert replans(OLD, limits) == ()
    assert not rechecks(OLD, limits)
    checks = Playbook(
        version=1, name="p", title="P", find=OLD.find, checks=(Check(name="c", run="true"),)
    )
    assert rechecks(OLD, checks)
