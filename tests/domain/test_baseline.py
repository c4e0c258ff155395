"""Only failures that the base lacks count."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.domain.baseline import Known, known, only_new
from orchestrator.domain.playbook import Check
from orchestrator.domain.verdict import CheckResult, Failure

LINES = Check(name="c", run="x", report="lines")
JUNIT = Check(name="c", run="x", report="junit")

FAILURES = st.lists(
    st.builds(Failure, st.just("c"), st.sampled_from("ab"), st.sampled_from("rs"), st.just("m")),
    max_size=8,
)


def result(*failures: Failure, exit_code: int | None = 1) -> CheckResult:
    """Return a red result."""
    return CheckResult(
        check="c",
        outcome="failed",
        command="x",
        exit_code=exit_code,
        duration_s=0.1,
        failures=failures,
    )


def failure(message: str = "m", *, path: str = "a.py", line: int = 1) -> Failure:
    """Return a failure of one rule."""
    return Failure("c", path, "r", message, line)


def base(*failures: Failure, exit_code: int = 1) -> Known:
    """Return what the base is known for."""
    return known([result(*failures, exit_code=exit_code)])["c"]


def test_a_failure_that_only_moved_is_known() -> None:
    assert only_new(LINES, result(failure(line=9)), base(failure(line=2))) == ((), 1)


def test_one_more_of_the_same_is_new() -> None:
    second = failure(line=9)
    assert only_new(LINES, result(failure(), second), base(failure())) == ((second,), 1)


def test_a_failure_elsewhere_is_new() -> None:
    other = failure(path="b.py")
    assert only_new(LINES, result(other), base(failure())) == ((other,), 0)


def test_another_exit_code_is_new_even_without_a_word() -> None:
    (new,), counted = only_new(LINES, result(failure(), exit_code=2), base(failure()))
    assert (new.rule, new.message, counted) == ("exit", "exit code 2", 1)
    assert only_new(LINES, result(exit_code=0), base(failure())) == ((), 0)


def test_a_command_that_was_ended_is_never_known() -> None:
    timeout = Failure("c", "", "timeout", "did not end within 15m")
    assert only_new(LINES, result(timeout, exit_code=None), base(timeout)) == ((timeout,), 0)


def test_a_test_that_fails_on_the_base_may_say_something_else() -> None:
    assert only_new(JUNIT, result(failure("assert 7 == 1")), base(failure("assert 8 == 1"))) == (
        (),
        1,
    )
    assert only_new(LINES, result(failure("seven")), base(failure("eight")))[1] == 0


def test_without_a_baseline_everything_is_new() -> None:
    assert only_new(LINES, result(failure()), Known()) == ((failure(),), 0)


@given(FAILURES, FAILURES)
def test_new_and_known_make_up_what_was_found(before: list[Failure], after: list[Failure]) -> None:
    new, counted = only_new(LINES, result(*after), base(*before))
    assert Counter(new) == Counter(after) - Counter(before)
    assert len(new) + counted == len(after)


@given(FAILURES)
def test_the_base_itself_is_never_red(before: list[Failure]) -> None:
    on_base = replace(result(*before), exit_code=3)
    assert only_new(LINES, on_base, known([on_base])["c"])[0] == ()


UNTYPED = "Function is missing a type annotation"
HALVES = (
    f"{UNTYPED} for one or more parameters",
    f"{UNTYPED} for one or more arguments",
    "Function is missing a return type annotation",
)


def untyped(message: str, *, path: str = "a.py", line: int = 1) -> Failure:
    """Return what mypy says of a function that lacks types."""
    return Failure("c", path, "no-untyped-def", message, line)


@pytest.mark.parametrize("half", HALVES)
def test_a_function_with_half_of_its_types_is_no_new_failure(half: str) -> None:
    assert only_new(LINES, result(untyped(half)), base(untyped(UNTYPED))) == ((), 1)


@pytest.mark.parametrize("half", HALVES)
def test_a_function_that_lost_types_is_a_new_failure(half: str) -> None:
    assert only_new(LINES, result(untyped(UNTYPED)), base(untyped(half)))[1] == 0


@pytest.mark.parametrize("half", HALVES)
def test_half_typed_functions_count_one_by_one(half: str) -> None:
    before = base(untyped(UNTYPED), untyped(half, line=5))
    after = (untyped(half), untyped(half, line=5), untyped(half, line=9))
    assert only_new(LINES, result(*after), before) == (after[2:], 2)
    elsewhere = untyped(half, path="b.py")
    assert only_new(LINES, result(elsewhere), before) == ((elsewhere,), 0)
    still_whole = (untyped(UNTYPED), untyped(half), untyped(half))
    assert only_new(LINES, result(*still_whole), before)[1] == 2
