"""What a landed task left: a task that follows it, for the next agent."""

from dataclasses import replace

from orchestrator.domain.fold import apply
from orchestrator.domain.leftovers import follow_up
from orchestrator.domain.run import Run
from orchestrator.domain.schedule import Capacity, ChangePlan, decide
from tests.support.plans import finish, land, make_run, start


def partly(run: Run, task: str, left: int) -> None:
    start(run, task)
    finish(run, task, "accepted", residue=left)
    land(run, task)


def grow(run: Run) -> None:
    (action,) = decide(run, Capacity(4))
    assert isinstance(action, ChangePlan)
    apply(run, action.change)


def test_the_next_agent_goes_on_with_what_is_left() -> None:
    run = make_run({"a": []}, agents=("one", "two"), follow_up=True)
    partly(run, "a", 2)
    grow(run)
    rest = run.by_id["a-rest"]
    assert (rest.files, rest.follows, rest.depends_on) == (("a.py",), "a", ("a",))
    assert (rest.occurrences, run.agent_of("a-rest")) == (2, "two")
    assert (run.tasks["a-rest"].state, follow_up(run)) == ("ready", None)


def test_the_last_agents_rest_is_left_and_so_is_what_no_guard_asks_for() -> None:
    run = make_run({"a": []}, agents=("one", "two"), follow_up=True)
    partly(run, "a", 2)
    grow(run)
    partly(run, "a-rest", 1)
    assert follow_up(run) is None
    for policy in ({"agents": ("one",), "follow_up": True}, {"agents": ("one", "two")}):
        run = make_run({"a": []}, **policy)
        partly(run, "a", 2)
        assert follow_up(run) is None


def test_the_next_agent_is_the_one_after_the_one_that_landed() -> None:
    run = make_run({"a": []}, agents=("one", "two", "three"), attempts=1, follow_up=True)
    start(run, "a")
    finish(run, "a", "rejected", change="other")
    partly(run, "a", 1)
    grow(run)
    assert run.agent_of("a-rest") == "three"


def test_the_teardown_waits_for_what_follows() -> None:
    edges: dict[str, list[str]] = {"a": [], "b": [], "end": ["a", "b"]}
    run = make_run(edges, agents=("one", "two"), follow_up=True)
    last = replace(run.by_id["end"], stage="teardown")
    run = Run(replace(run.plan, tasks=(*run.plan.tasks[:2], last)), run.policy)
    partly(run, "b", 0)
    partly(run, "a", 3)
    assert run.counts["ready"] == 1
    grow(run)
    assert (run.counts["pending"], [task for _, task in run.ready]) == (1, ["a-rest"])
    assert run.by_id["end"].depends_on == ("a", "a-rest", "b")
    partly(run, "a-rest", 0)
    assert run.tasks["end"].state == "ready"


def test_a_rest_that_nobody_takes_away_blocks_the_teardown() -> None:
    run = make_run({"a": [], "end": ["a"]}, agents=("one", "two"), attempts=1, follow_up=True)
    last = replace(run.by_id["end"], stage="teardown")
    run = Run(replace(run.plan, tasks=(run.plan.tasks[0], last)), run.policy)
    partly(run, "a", 3)
    grow(run)
    start(run, "a-rest")
    finish(run, "a-rest", "unchanged", residue=3)
    assert (run.tasks["a-rest"].state, run.tasks["end"].state) == ("failed", "blocked")
