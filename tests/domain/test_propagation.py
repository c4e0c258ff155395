"""Propagation: what failures blame, which tasks become one, and that nothing is ever stranded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    CommandAccepted,
    Landed,
    LandingEnded,
    LandingStarted,
    SentBack,
)
from orchestrator.domain.fold import apply
from orchestrator.domain.graph import components
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.plan import NO_OCCURRENCE, Untouched
from orchestrator.domain.policy import Policy
from orchestrator.domain.propagation import next_change, reach
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, ChangePlan, End, StartAttempt, decide
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from tests.support.plans import do, finish, make_plan, start

OVER = {"landed", "unchanged", "skipped"}


def make_run(
    edges: Mapping[str, Sequence[str]],
    *,
    most: int = 40,
    attempts: int = 3,
    continues: bool = False,
) -> Run:
    plan = make_plan(edges)
    loose = Untouched(file="loose.py", reason=NO_OCCURRENCE)
    policy = Policy(
        agents=("codemod",), max_spread=most, attempts=attempts, continue_after_failure=continues
    )
    return Run(replace(plan, untouched=(loose,)), policy)


def reject(run: Run, task: str, *failures: Failure, change: str = "c") -> None:
    check = CheckResult(
        check="c", outcome="failed", command="c", exit_code=1, duration_s=0.0, failures=failures
    )
    result = AttemptResult(
        task=task,
        number=run.tasks[task].attempts,
        token="t",
        outcome="rejected",
        commit=f"{task}-{run.tasks[task].attempts}",
        change_hash=change,
        verdict=Verdict(checks=(check,)),
    )
    apply(run, AttemptEnded(result=result))


def fail_in(*files: str) -> tuple[Failure, ...]:
    return tuple(Failure("c", file, "rule", "broken") for file in files)


def traced(*files: str) -> Failure:
    return Failure("c", "", "test", "boom", trace=files)


def widen(run: Run) -> None:
    change = next_change(run)
    assert change
    apply(run, change)


def state(run: Run, task: str) -> str:
    return run.tasks[task].state


def test_a_broken_caller_joins_the_task_that_broke_it() -> None:
    run = make_run({"a": [], "b": ["a"], "c": ["b"]})
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    widen(run)
    assert run.by_id["a"].files == ("a.py", "b.py")
    assert (state(run, "a"), state(run, "b"), state(run, "c")) == ("ready", "skipped", "pending")
    assert run.tasks["b"].reason_code == "absorbed"
    assert run.tasks["a"].seed == "a-1"
    assert run.by_id["c"].depends_on == ("a",)
    do(run, "a")
    assert state(run, "c") == "ready"


def test_a_file_without_occurrences_joins_too_and_a_foreign_one_never() -> None:
    run = make_run({"a": []})
    start(run, "a")
    reject(run, "a", *fail_in("loose.py", "vendored.py"))
    widen(run)
    assert run.by_id["a"].files == ("a.py", "loose.py")
    start(run, "a")
    reject(run, "a", *fail_in("vendored.py"), change="other")
    assert next_change(run) is None


def test_a_landed_task_is_followed() -> None:
    run = make_run({"a": [], "b": []})
    do(run, "b")
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    widen(run)
    grown = run.by_id["a"]
    assert (grown.files, grown.follows, grown.depends_on) == (("a.py", "b.py"), "b", ("b",))
    assert (state(run, "a"), state(run, "b")) == ("ready", "landed")


def test_what_lies_on_a_path_between_members_is_taken_along() -> None:
    run = make_run({"a": [], "m": ["a"], "b": ["m"]})
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    widen(run)
    assert run.by_id["a"].files == ("a.py", "b.py", "m.py")


def test_the_grown_task_waits_for_what_its_members_wait_for() -> None:
    run = make_run({"a": [], "u": [], "b": ["a", "u"]})
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    widen(run)
    assert state(run, "a") == "pending"
    do(run, "u")
    assert state(run, "a") == "ready"


def test_the_change_waits_while_a_task_that_it_breaks_is_at_work() -> None:
    run = make_run({"a": [], "b": []})
    start(run, "b")
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    assert next_change(run) is None
    assert not [one for one in decide(run, Capacity(4)) if isinstance(one, StartAttempt)]
    finish(run, "b", "accepted")
    apply(run, LandingStarted(batch=1, head=run.head, tasks=("b",)))
    assert decide(run, Capacity(4)) == []
    landed = Landed(task="b", commit="x", checked="x", files=("b.py",))
    apply(run, LandingEnded(batch=1, head="x", landed=(landed,)))
    assert isinstance(decide(run, Capacity(4))[0], ChangePlan)


def test_beyond_the_bound_the_task_fails_with_advice() -> None:
    run = make_run({"a": [], "b": ["a"], "c": ["a"]}, most=2)
    start(run, "a")
    reject(run, "a", *fail_in("b.py", "c.py"))
    widen(run)
    assert state(run, "a") == "failed"
    assert "scaffold" in run.tasks["a"].reason
    assert state(run, "b") == "blocked"


def test_failures_in_the_task_itself_are_the_agents_to_mend_as_long_as_it_can() -> None:
    run = make_run({"a": [], "b": ["a"]})
    for _ in range(2):
        start(run, "a")
        assert next_change(run) is None
        reject(run, "a", *fail_in("a.py", "b.py"), change="same")
    widen(run)
    assert run.by_id["a"].files == ("a.py", "b.py")
    assert run.tasks["a"].agent_attempts == 0


def test_a_task_out_of_attempts_grows_instead_of_failing() -> None:
    run = make_run({"a": [], "b": ["a"]}, attempts=1)
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    assert [type(one) for one in decide(run, Capacity(4))] == [ChangePlan]
    widen(run)
    assert state(run, "a") == "ready"


def test_a_task_about_to_grow_frees_nothing_by_its_failure() -> None:
    run = make_run({"a": [], "m": ["a"], "b": ["m"]}, attempts=1, continues=True)
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    assert state(run, "m") == "pending"
    widen(run)
    assert run.by_id["a"].files == ("a.py", "b.py", "m.py")


def test_what_was_freed_by_a_failure_and_grows_joins_what_it_depends_on() -> None:
    run = make_run({"a": [], "m": ["a"], "x": ["m"]}, attempts=1, continues=True)
    start(run, "a")
    reject(run, "a", Failure("c", "a.py", "rule", "broken"))
    assert state(run, "m") == "ready"
    apply(run, CommandAccepted(command=1, who="me", action="retry", tasks=("a",)))
    start(run, "a")
    reject(run, "a", *fail_in("x.py"), change="d")
    widen(run)
    assert run.by_id["a"].files == ("a.py", "m.py", "x.py")


def test_an_absorbed_task_does_not_get_its_files_back() -> None:
    run = make_run({"d": [], "z": [], "a": [], "b": ["d"]})
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    widen(run)
    start(run, "z")
    reject(run, "z", *fail_in("d.py"))
    widen(run)
    assert run.holders["b.py"] == "a"
    assert run.by_id["a"].depends_on == ("z",)


def test_a_skipped_task_takes_nothing_in() -> None:
    run = make_run({"a": [], "b": []})
    start(run, "a")
    reject(run, "a", *fail_in("b.py"))
    apply(run, CommandAccepted(command=1, who="me", action="skip", tasks=("a",)))
    assert next_change(run) is None
    assert state(run, "b") == "ready"


def test_a_failure_that_names_no_file_spreads_nothing() -> None:
    run = make_run({"a": [], "b": ["a"]})
    start(run, "a")
    reject(run, "a", Failure("c", "", "exit", "exit code 1"))
    assert next_change(run) is None


def test_a_traceback_blames_the_file_that_raised() -> None:
    run = make_run({"a": [], "b": ["a"]})
    assert reach(run, "a", [traced("b.py", "a.py")]).files == ("b.py",)
    assert reach(run, "a", [traced("a.py", "b.py")]).files == ()
    assert reach(run, "a", [traced("elsewhere.py", "b.py")]).files == ("b.py",)


def test_beyond_what_was_taken_in_a_traceback_blames_the_next_caller() -> None:
    run = make_run({"a": [], "wrap": ["a"], "b": ["wrap"]})
    start(run, "a")
    reject(run, "a", traced("wrap.py", "b.py"))
    widen(run)
    assert run.by_id["a"].files == ("a.py", "wrap.py")
    assert reach(run, "a", [traced("wrap.py", "b.py")]).files == ("b.py",)


def test_a_red_landing_spreads_like_a_rejection() -> None:
    run = make_run({"a": [], "b": []})
    do(run, "b")
    start(run, "a")
    finish(run, "a", "accepted")
    back = SentBack(task="a", reason_code="red_landing", reason="red", failures=fail_in("b.py"))
    apply(run, LandingEnded(batch=2, head=run.head, sent_back=(back,)))
    widen(run)
    assert run.by_id["a"].files == ("a.py", "b.py")
    assert run.tasks["a"].seed == "c" * 40


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    names = [f"t{at}" for at in range(draw(st.integers(1, 9)))]
    return {
        name: draw(st.lists(st.sampled_from(names[:at]), unique=True, max_size=3)) if at else []
        for at, name in enumerate(names)
    }


@given(graphs(), st.data())
def test_after_any_widenings_the_graph_is_acyclic_and_nothing_is_stranded(
    edges: dict[str, list[str]], data: st.DataObject
) -> None:
    run = make_run(
        edges,
        most=data.draw(st.integers(1, 12)),
        attempts=data.draw(st.integers(1, 3)),
        continues=data.draw(st.booleans()),
    )
    files = [*(f"{name}.py" for name in edges), "loose.py", "vendored.py"]
    for _ in range(400):
        actions = decide(run, Capacity(data.draw(st.integers(1, 4))))
        sound(run)
        if any(isinstance(one, End) for one in actions):
            break
        perform(run, actions, files, data)
    else:
        message = "no end"
        raise AssertionError(message)
    left = {name: one.state for name, one in run.tasks.items() if one.state not in ENDED}
    assert not left, left
    assert not run.spreading


def sound(run: Run) -> None:
    open_tasks = {name for name, one in run.tasks.items() if one.state not in OVER}
    held = [file for name in sorted(open_tasks) for file in run.by_id[name].files]
    assert len(held) == len(set(held)), held
    graph = {name: set(run.by_id[name].depends_on) & open_tasks for name in open_tasks}
    assert all(len(members) == 1 for members in components(graph)), graph
    assert not any(name in graph[name] for name in graph)


def perform(run: Run, actions: Sequence[object], files: Sequence[str], data: st.DataObject) -> None:
    """Let one thing happen: a plan change, a start, the end of an attempt, or a landing."""
    for action in actions:
        if isinstance(action, ChangePlan):
            apply(run, action.change)
            return
        if isinstance(action, StartAttempt):
            started = AttemptStarted(
                task=action.task, number=action.number, agent="codemod", base="", token="t"
            )
            apply(run, started)
    busy = list(run.under_way)
    if run.queue and (not busy or data.draw(st.booleans())):
        task = run.queue[0]
        apply(run, LandingStarted(batch=run.batches + 1, head=run.head, tasks=(task,)))
        broken = data.draw(st.lists(st.sampled_from(files), max_size=2))
        back = SentBack(
            task=task, reason_code="red_landing", reason="red", failures=fail_in(*broken)
        )
        landed = Landed(task=task, commit="x", checked="x", files=run.by_id[task].files)
        end = {"sent_back": (back,)} if broken else {"landed": (landed,)}
        apply(run, LandingEnded(batch=run.batches, head="x", **end))
    elif busy:
        task = data.draw(st.sampled_from(busy))
        broken = data.draw(st.lists(st.sampled_from(files), max_size=3))
        change = data.draw(st.sampled_from("xyz"))
        if broken:
            reject(run, task, *fail_in(*broken), change=change)
        else:
            finish(run, task, "accepted", change=change + str(run.attempts))


def test_an_attempt_goes_on_from_the_rejected_change_set_only_where_that_is_asked_for() -> None:
    for keep, seed in ((True, "a-1"), (False, None)):
        run = Run(make_plan({"a": []}), Policy(agents=("codemod",), keep_work=keep))
        start(run, "a")
        reject(run, "a", *fail_in("a.py"))
        assert run.tasks["a"].seed == seed
        start(run, "a")
        finish(run, "a", "accepted", change="other")
        back = SentBack(task="a", reason_code="conflict", reason="conflict")
        apply(run, LandingEnded(batch=1, head=run.head, sent_back=(back,)))
        assert run.tasks["a"].seed == ("c" * 40 if keep else None)
