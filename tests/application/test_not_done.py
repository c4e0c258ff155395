"""What is not done and why, by file."""

from dataclasses import replace

from orchestrator.application.report import not_done, not_planned
from orchestrator.domain.events import RunEnded
from orchestrator.domain.exits import judged
from orchestrator.domain.fold import apply
from orchestrator.domain.plan import Untouched
from orchestrator.domain.run import Run
from tests.support.plans import do, finish, make_run, start


def told(run: Run) -> dict[str, str]:
    return {one["file"]: one["reason"] for one in not_done(run)}


def test_each_state_has_its_reason_and_what_is_blocked_names_what_failed() -> None:
    edges: dict[str, list[str]] = {"bad": [], "good": [], "top": ["good", "bad"], "far": ["top"]}
    run = make_run(edges, attempts=1)
    do(run, "good")
    start(run, "bad")
    assert told(run) == {
        "bad.py": "an agent is at work",
        "top.py": "waits for what it depends on",
        "far.py": "waits for what it depends on",
    }
    finish(run, "bad", "rejected")
    assert told(run) == {
        "bad.py": "rejected",
        "top.py": "blocked by bad (rejected)",
        "far.py": "blocked by bad (rejected)",
    }


def test_many_failures_are_counted() -> None:
    edges: dict[str, list[str]] = {name: [] for name in "abcde"}
    run = make_run({**edges, "top": list("abcde")}, attempts=1)
    for name in "abcde":
        start(run, name)
        finish(run, name, "rejected")
    assert told(run)["top.py"] == ("blocked by a (rejected), b (rejected), c (rejected) and 2 more")


def test_what_is_left_at_the_end_is_told_after_what_failed() -> None:
    run = make_run({"a": [], "b": []}, attempts=1)
    do(run, "a")
    start(run, "b")
    finish(run, "b", "rejected")
    calls = judged("old calls", 1, {"a.py": 2, "other.py": 3}, 0)
    remaining = (("a.py", 1), ("b.py", 2))
    apply(run, RunEnded(state="incomplete", residue=3, remaining=remaining, criteria=(calls,)))
    assert told(run) == {
        "a.py": "1 occurrence left",
        "b.py": "rejected",
        "other.py": "old calls: 3 left",
    }


def test_what_was_taken_back_is_not_done_unless_another_task_has_it() -> None:
    run = make_run({"a": [], "b": []})
    do(run, "a", "b")
    assert told(run) == {}
    for task in ("a", "b"):
        run.update(task, reason="reverted by c0ffee", reason_code="reverted")
    run.add([replace(run.by_id["b"], id="b-again", follows="b")])
    do(run, "b-again")
    assert told(run) == {"a.py": "reverted by c0ffee"}


def test_what_was_not_planned_has_its_reason_but_for_what_has_nothing_to_do() -> None:
    run = make_run({"a": []})
    untouched = (
        Untouched(file="b.py", reason="no occurrence"),
        Untouched(file="c.py", reason="cannot be parsed: line 3"),
        Untouched(file="tests/d.py", reason="is excluded"),
    )
    run = Run(replace(run.plan, untouched=untouched), run.policy)
    assert not_planned(run) == [
        {"file": "c.py", "reason": "cannot be parsed: line 3"},
        {"file": "tests/d.py", "reason": "is excluded"},
    ]
