"""The critical path: what a step waited for last is the step before it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.application.reporting.critical import Step
from orchestrator.application.reporting.facts import Report
from tests.support.reported import BEGAN, Story, chain


def told(report: Report) -> list[tuple[str, str, float]]:
    return [(_name(report, step), step.because, step.waited_s) for step in report.critical_path]


def _name(report: Report, step: Step) -> str:
    if step.kind == "landing":
        return f"landing {report.landings[step.at].batch}"
    attempt = report.attempts[step.at]
    return f"{attempt.task}{attempt.number}"


def test_a_landed_dependency_and_an_accepted_attempt_lead_to_the_last_landing() -> None:
    assert told(chain().report()) == [
        ("a1", "start", 1.0),
        ("landing 1", "accepted", 0.0),
        ("c1", "dependency", 0.0),
        ("landing 3", "accepted", 0.0),
    ]


def test_an_attempt_that_was_ready_before_waited_for_a_slot() -> None:
    story = (
        Story.of({"a": [], "b": []})
        .attempt("a", 0, 5)
        .attempt("b", 5.01, 9)
        .landing(5, 6, "a")
        .landing(9, 10, "b")
        .ended(10)
    )
    assert told(story.report()) == [
        ("a1", "start", 0.0),
        ("b1", "slot", 0.01),
        ("landing 2", "accepted", 0.0),
    ]


def test_a_second_attempt_waited_for_the_first_and_what_was_sent_back_for_its_landing() -> None:
    story = (
        Story.of({"a": []})
        .attempt("a", 0, 2, "rejected")
        .attempt("a", 2, 4, number=2)
        .landing(4, 6, sent_back=["a"])
        .attempt("a", 6, 7, number=3)
        .landing(8, 9, "a")
        .ended(9)
    )
    assert told(story.report()) == [
        ("a1", "start", 0.0),
        ("a2", "retry", 0.0),
        ("landing 1", "accepted", 0.0),
        ("a3", "sent_back", 0.0),
        ("landing 2", "accepted", 1.0),
    ]


def test_a_landing_whose_tasks_were_waiting_waited_for_the_landing_before() -> None:
    story = (
        Story.of({"a": [], "b": []})
        .attempt("a", 0, 1)
        .attempt("b", 0, 2)
        .landing(1, 8, "a")
        .landing(8, 9, "b")
        .ended(9)
    )
    assert [because for _, because, _ in told(story.report())] == ["start", "accepted", "queue"]


def test_what_began_after_a_gap_waited_for_the_process_and_the_gap_is_no_wait() -> None:
    story = (
        Story.of({"a": [], "b": ["a"]})
        .attempt("a", 0, 1)
        .landing(1, 2, "a")
        .ended(2)
        .resumed(1000)
        .attempt("b", 1003, 1004)
        .landing(1004, 1005, "b")
        .ended(1005)
    )
    assert told(story.report()) == [
        ("a1", "start", 0.0),
        ("landing 1", "accepted", 0.0),
        ("b1", "resumed", 3.0),
        ("landing 2", "accepted", 0.0),
    ]


def test_a_failure_that_ended_last_is_the_end_of_the_path() -> None:
    story = Story.of({"a": [], "b": []}).attempt("a", 0, 1).landing(1, 2, "a")
    story.attempt("b", 0, 9, "rejected").ended(9)
    assert [name for name, _, _ in told(story.report())] == ["b1"]


def test_a_run_in_which_nothing_began_has_no_path() -> None:
    assert Story.of({"a": []}).ended(1).report().critical_path == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5), st.booleans()), max_size=12))
def test_the_path_goes_forward_ends_with_the_last_and_accounts_for_all_worked_time(
    waits: list[tuple[int, int, bool]],
) -> None:
    story, now = Story.of({f"t{n}": [] for n in range(len(waits))}), 0.0
    for n, (wait, took, lands) in enumerate(waits):
        began = max(0.0, now - wait)
        outcome = "accepted" if lands else "rejected"
        story.attempt(f"t{n}", began, began + took, outcome)  # type: ignore[arg-type]
        now = max(now, began + took)
    story.ended(now)
    report = story.report()
    path = report.critical_path
    assert all(before.ended <= after.began for before, after in pairwise(path))
    assert len({(step.kind, step.at) for step in path}) == len(path)
    if path:
        assert path[-1].ended == max(one.ended or 0 for one in report.attempts)
        spent = sum(step.ended - step.began + step.waited_s for step in path)
        assert abs(spent - (path[-1].ended - BEGAN)) < 1e-3
