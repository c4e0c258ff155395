"""Failures that are the same at heart."""

import pytest

from orchestrator.domain.clusters import clusters, named, signature
from orchestrator.domain.lifecycle import TaskState
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import Failure, Verdict


def said(message: str, *, check: str = "types", path: str = "a.py", rule: str = "") -> Failure:
    return Failure(check, path, rule, message)


def status(*failures: Failure, state: TaskState = "failed", reason: str = "") -> TaskStatus:
    return TaskStatus(state=state, verdict=Verdict(failures=failures), reason=reason)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("line 12: no attribute 'x'", "line 7: no attribute 'other_name'"),
        ('"Config" has no attribute "_strict"', '"Heap" has no attribute "size"'),
        ("src/a/b.py: unused", "lib/c.py: unused"),
        ("object at 0x7f3a failed", "object at 0x11bc failed"),
        ("commit 4884863892f40 is red", "commit be6e076 is red"),
        ("took  1.5 s", "took 20 s"),
    ],
)
def test_what_differs_only_in_names_and_numbers_is_alike(one: str, other: str) -> None:
    assert signature(said(one)) == signature(said(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("no attribute 'x'"), said("no such module 'x'")),
        (said("unused", check="lint"), said("unused", check="types")),
        (said("bad", rule="attr-defined"), said("bad", rule="arg-type")),
    ],
)
def test_what_differs_in_kind_is_not(one: Failure, other: Failure) -> None:
    assert signature(one) != signature(other)


def test_clusters_come_biggest_first_and_hold_each_task_once() -> None:
    tasks = {
        "a": status(said("no attribute 'x'"), said("unused")),
        "b": status(said("unused")),
        "c": status(said("unused"), said("odd")),
        "d": status(said("odd")),
        "e": status(said("no attribute 'y'")),
    }
    found = clusters(tasks)
    assert [one.tasks for one in found] == [("a", "b", "c"), ("e",), ("d",)]
    assert found[1].example == "no attribute 'x'"


def test_what_nothing_was_held_against_comes_last_however_many() -> None:
    silent = TaskStatus(state="failed", reason_code="no_change", reason="nothing to offer")
    found = clusters({"a": silent, "b": silent, "c": status(said("odd"))})
    assert [(one.tasks, one.mute) for one in found] == [(("c",), False), (("a", "b"), True)]


def test_only_failed_tasks_are_in_clusters() -> None:
    assert clusters({"a": status(said("x"), state="ready"), "b": status(state="landed")}) == ()


def test_a_task_without_failures_counts_by_its_reason() -> None:
    found = clusters({"a": status(reason="ended with exit code 1"), "b": status(reason="ended with exit code 2")})  # fmt: skip  # noqa: E501
    assert [len(one.tasks) for one in found] == [2]


def test_a_key_stays_the_same_and_a_beginning_of_it_is_enough() -> None:
    few = clusters({"a": status(said("no attribute 'x'"))})
    more = clusters({"b": status(said("no attribute 'z'")), "c": status(said("odd"))})
    assert few[0].key in {one.key for one in more}
    assert few[0].key.startswith("types-")
    assert named(more, few[0].key) is not None
    assert named(more, "types") is None
    assert named(more, few[0].key[:-1]) == named(more, few[0].key)


def turned_down(*failures: Failure, then: str = "") -> TaskStatus:
    """Return a failed task that a check turned down; `then` its last attempt offered nothing."""
    if not then:
        return status(*failures)
    return TaskStatus(
        state="failed",
        verdict=Verdict(),
        reason=then,
        reason_code="no_change",
        objections=failures,
    )


def test_a_task_whose_last_attempt_offered_nothing_counts_by_what_turned_it_down() -> None:
    silent = turned_down(said("no attribute 'x'"), then="nothing to offer")
    (found,) = clusters({"a": silent})
    assert found.key == clusters({"b": turned_down(said("no attribute 'y'"))})[0].key
    assert found.told == "no attribute 'x'; the last attempt then offered nothing new"


def test_failures_alike_are_one_cluster_whether_or_not_an_attempt_came_after() -> None:
    tasks = {
        "a": turned_down(said("no attribute 'x'"), then="nothing to offer"),
        "b": turned_down(said("no attribute 'y'")),
        "c": turned_down(said("no attribute 'z'")),
    }
    (found,) = clusters(tasks)
    assert (found.tasks, found.silent) == (("a", "b", "c"), 1)
    assert found.then == "the last attempt at 1 of 3 then offered nothing new"
    (all_of_them,) = clusters({"a": tasks["a"], "d": tasks["a"]})
    assert all_of_them.then == "the last attempt at each then offered nothing new"


def test_a_task_that_nothing_was_ever_held_against_counts_by_having_offered_nothing() -> None:
    (found,) = clusters({"a": turned_down(then="nothing to offer")})
    assert (found.key.startswith("no-change-"), found.then) == (True, "")
    assert found.told == "nothing to offer"


def test_what_an_agent_says_it_cannot_do_is_not_named_by_an_earlier_check() -> None:
    gave_up = TaskStatus(
        state="failed",
        reason="it is generated",
        reason_code="agent_blocked",
        objections=(said("no attribute 'x'"),),
    )
    assert clusters({"a": gave_up})[0].told == "it is generated"
