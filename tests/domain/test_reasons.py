"""Why a task is where it is, in one line."""

from orchestrator.domain.reasons import reason_of
from orchestrator.domain.status import TaskStatus
from orchestrator.domain.verdict import Failure

RED = Failure("types", "a.py", "", "no attribute", 3)


def silent(*objections: Failure) -> TaskStatus:
    return TaskStatus(
        state="failed",
        reason="nothing to offer: codemod changed nothing, occurrences left: 2",
        reason_code="no_change",
        objections=objections,
    )


def test_what_turned_a_task_down_stands_before_an_attempt_that_offered_nothing() -> None:
    assert reason_of(silent(RED, RED)) == (
        "types: a.py:3: no attribute (+1 more); "
        "then nothing to offer: codemod changed nothing, occurrences left: 2"
    )


def test_with_nothing_held_against_it_a_task_offered_nothing_and_no_more() -> None:
    assert reason_of(silent()) == silent().reason


def test_any_other_end_is_told_in_its_own_words() -> None:
    other = TaskStatus(state="failed", reason="tests: red", reason_code="tests", objections=(RED,))
    assert reason_of(other) == "tests: red"
