"""Where a run waits for a person."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.checkpoints import may_publish, to_approve
from orchestrator.domain.events import AttemptEnded, CommandAccepted, RunResumed, RunStarted
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import TaskStage
from orchestrator.domain.policy import Policy
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, End, StartAttempt, decide
from tests.support.plans import BASE, do, finish, make_plan, make_run, start

ALL = Capacity(100)


def begun(run: Run, *sample: str, trial: bool = False) -> Run:
    """Begin a run with a sample."""
    apply(
        run,
        RunStarted(
            run="r", plan_hash="h", base=BASE, branch="b", sandbox="s", agents=("codemod",),
            concurrency=4, version="0", sample=sample, trial=trial,
        ),
    )  # fmt: skip
    return run


def approve(run: Run, checkpoint: str) -> None:
    apply(run, CommandAccepted(command=1, who="me", action="approve", checkpoint=checkpoint))


def started(run: Run) -> list[str]:
    return [one.task for one in decide(run, ALL) if isinstance(one, StartAttempt)]


def test_nothing_but_the_sample_starts_until_a_person_approves() -> None:
    run = begun(make_run({"a": [], "b": [], "c": []}, checkpoints=("sample",)), "b")
    assert started(run) == ["b"]
    do(run, "b")
    assert decide(run, ALL) == [End("waiting", "checkpoint sample", "sample")]
    approve(run, "sample")
    assert started(run) == ["a", "c"]


def test_a_sample_that_fails_stops_at_its_checkpoint_too() -> None:
    run = begun(make_run({"a": [], "b": ["a"]}, checkpoints=("sample",), attempts=1), "a")
    start(run, "a")
    finish(run, "a", "rejected")
    assert decide(run, ALL) == [End("waiting", "checkpoint sample", "sample")]
    approve(run, "sample")
    assert decide(run, ALL) == [End("incomplete", "1 failed, 1 blocked")]


def test_a_sample_of_everything_needs_no_checkpoint() -> None:
    run = begun(make_run({"a": []}, checkpoints=("sample",)), "a")
    do(run, "a")
    assert decide(run, ALL) == [End("done")]


def test_a_sample_without_checkpoint_only_goes_first() -> None:
    run = begun(make_run({"a": [], "b": [], "c": []}), "b")
    assert started(run) == ["b"]
    do(run, "b")
    assert started(run) == ["a", "c"]


def test_trials_are_made_whatever_they_depend_on_and_change_no_task() -> None:
    run = begun(
        make_run({"a": [], "b": ["a"], "c": ["b"]}, checkpoints=("sample",)), "c", trial=True
    )
    assert decide(run, ALL) == [StartAttempt("c", 1, "codemod", trial=True)]
    trial = run.trial
    assert trial is not None
    start(trial, "c", token="trial")
    assert run.busy == 1
    assert decide(run, ALL) == []
    finish(trial, "c", "accepted", token="trial")
    assert decide(run, ALL) == [End("waiting", "checkpoint sample", "sample")]
    assert run.tasks["c"].state == "pending"
    approve(run, "sample")
    assert started(run) == ["a"]


def test_trials_that_were_under_way_when_the_process_died_are_made_again() -> None:
    run = begun(make_run({"a": []}, checkpoints=("sample",), attempts=1), "a", trial=True)
    trial = run.trial
    assert trial is not None
    start(trial, "a", token="dead")
    apply(run, RunResumed(concurrency=1))
    assert decide(run, ALL) == [StartAttempt("a", 2, "codemod", trial=True)]
    late = AttemptResult(task="a", number=1, token="late", outcome="accepted", change_hash="x")
    apply(run, AttemptEnded(result=late))
    assert (trial.tasks["a"].state, run.tasks["a"].state) == ("ready", "ready")


def test_each_layer_waits_for_the_one_before_to_be_approved() -> None:
    run = layered({"a": 0, "b": 1, "c": 1, "d": 2})
    do(run, "a")
    assert decide(run, ALL) == [End("waiting", "checkpoint layer:0", "layer:0")]
    approve(run, "layer:0")
    assert started(run) == ["b", "c"]
    do(run, "b", "c")
    assert to_approve(run) == "layer:1"


def layered(layers: dict[str, int]) -> Run:
    plan = make_plan({name: [] for name in layers})
    tasks = tuple(replace(task, layer=layers[task.id]) for task in plan.tasks)
    return Run(replace(plan, tasks=tasks), Policy(agents=("codemod",), checkpoints=("layer",)))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1), st.data())
def test_a_checkpoint_never_lets_a_later_task_start(
    layers: dict[str, int], data: st.DataObject
) -> None:
    run = layered(layers)
    deepest = 0
    for _ in range(40):
        actions = decide(run, Capacity(data.draw(st.integers(1, 3))))
        if isinstance(actions[0], End):
            if actions[0].state != "waiting":
                break
            deepest = int(actions[0].checkpoint.removeprefix("layer:")) + 1
            approve(run, actions[0].checkpoint)
            continue
        tasks = [one.task for one in actions if isinstance(one, StartAttempt)]
        assert all(layers[task] <= deepest for task in tasks)
        do(run, *tasks)
    assert run.counts["landed"] == len(layers)


def test_the_migration_waits_until_a_person_has_seen_the_scaffold() -> None:
    plan = make_plan({"s": [], "m": ["s"]})
    stages: dict[str, TaskStage] = {"s": "scaffold", "m": "migrate"}
    tasks = tuple(replace(task, stage=stages[task.id]) for task in plan.tasks)
    policy = Policy(agents=("codemod",), checkpoints=("scaffold",))
    run = Run(replace(plan, tasks=tasks), policy)
    do(run, "s")
    assert decide(run, ALL) == [End("waiting", "checkpoint scaffold", "scaffold")]
    approve(run, "scaffold")
    assert started(run) == ["m"]


def test_a_plan_without_scaffold_does_not_wait_for_one() -> None:
    assert started(make_run({"a": []}, checkpoints=("scaffold",))) == ["a"]


def test_publishing_waits_for_a_person_where_the_playbook_says_so() -> None:
    run = make_run({"a": []}, checkpoints=("before_publish",))
    do(run, "a")
    assert decide(run, ALL) == [End("done")]
    assert not may_publish(run)
    assert to_approve(run) == "before_publish"
    approve(run, "before_publish")
    assert may_publish(run)
    assert to_approve(run) == ""
    assert may_publish(make_run({}))
