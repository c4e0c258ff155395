"""Rows of tasks: what holds each up, and the orders that people ask for."""

from typing import get_args

import pytest

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.tasks import Order, ordered, task_row
from orchestrator.domain.lifecycle import STATES
from tests.support.watching import Story


def story() -> Story:
    return Story({"a": [], "b": [], "c": ["a", "b"], "d": ["c"]}, concurrency=2).at(100.0).begin()


def blockers(look: Look) -> dict[str, str]:
    return {task: task_row(look, task).blocker for task in look.run.by_id}


def test_a_row_tells_of_the_last_attempt() -> None:
    told = story().start("a").at(112.0).finish("a", "rejected", reason="types: no").start("a")
    row = task_row(told.at(120.0).look(), "a")
    assert (row.state, row.attempt, row.agent, row.age) == ("working", 2, "codemod", 8.0)
    assert (row.title, row.files, row.layer) == ("a", 1, 0)


def test_a_task_that_waits_names_what_it_needs_and_how_that_stands() -> None:
    look = story().start("b").look()
    assert blockers(look) == {
        "a": "waits for a slot",
        "b": "",
        "c": "needs b (working) +1",
        "d": "needs c (pending)",
    }


def test_what_a_task_needs_is_named_by_what_is_worst() -> None:
    told = Story({"a": [], "b": [], "c": ["a", "b"]}, attempts=1).at(1.0).begin()
    told.start("a", "b").finish("b", "rejected", reason="types: no")
    look = told.look()
    assert look.run.tasks["c"].state == "blocked"
    assert blockers(look)["b"] == "types: no"
    assert blockers(look)["c"].startswith("needs b (failed)")


def test_a_ready_task_of_a_run_that_nobody_works_on_says_so() -> None:
    told = story()
    told.busy = False
    assert blockers(told.look())["a"] == "nobody works on the run"


def test_a_task_at_work_in_a_run_that_nobody_works_on_is_interrupted() -> None:
    told = story().start("a")
    assert blockers(told.look())["a"] == ""
    told.busy = False
    assert blockers(told.look())["a"] == "interrupted; a resume begins it anew"


def test_nothing_is_said_of_who_works_while_the_journal_is_still_read() -> None:
    told = story()
    told.busy = False
    look = told.look()
    look.of += 1
    assert blockers(look)["a"] == "waits for a slot"


def test_a_parked_task_says_whose_limit_it_is_and_till_when() -> None:
    told = story().start("a").finish("a", "limited", reason="429", retry_at=4000.0)
    assert blockers(told.look())["a"].startswith("codemod may not work till ")


def test_the_queue_is_numbered_and_what_is_in_a_batch_says_so() -> None:
    told = story().start("a", "b").finish("a").finish("b")
    assert blockers(told.look())["b"] == "number 2 in the queue"
    assert blockers(told.batch("a", "b").look())["b"] == "in batch 1, under check"


@pytest.mark.parametrize("order", get_args(Order))
def test_every_order_has_all_tasks_once(order: Order) -> None:
    look = story().start("a").finish("a").land("a").start("b").look()
    tasks = list(look.run.by_id)
    there = ordered(look, tasks, order, backwards=False)
    back = ordered(look, tasks, order, backwards=True)
    assert sorted(there) == sorted(back) == sorted(tasks)


def test_what_is_urgent_comes_first_and_what_is_over_last() -> None:
    told = story().do("a").start("b").at(130.0)
    assert ordered(told.look(), ["a", "b", "c", "d"], "urgency", backwards=False) == [
        "b",
        "c",
        "d",
        "a",
    ]


def test_the_oldest_attempt_comes_first_by_age() -> None:
    told = story().start("b").at(110.0).start("a").at(120.0)
    look = told.look()
    assert ordered(look, ["a", "b", "c"], "age", backwards=False) == ["b", "a", "c"]


def test_every_state_has_a_place_among_the_urgent() -> None:
    from orchestrator.application.watching.tasks import URGENCY

    assert sorted(URGENCY) == sorted(STATES)
