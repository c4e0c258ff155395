"""What is wrong with a run: each kind found, the worst first, and nothing where nothing is."""

from dataclasses import replace

from orchestrator.application.watching.problems.problem import Problem
from orchestrator.application.watching.problems.ranked import Problems
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.budget import Budget
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BusChanged,
    CommandAccepted,
    HeadChecked,
    LandingEnded,
    LearningAdded,
    RunStarted,
    SentBack,
)
from orchestrator.domain.exits import CriterionResult
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from tests.support.learnings import lesson
from tests.support.watching import Story


def story(**policy: object) -> Story:
    edges = {"a": [], "b": [], "c": ["a"], "d": ["c"], "e": []}
    return Story(edges, **{"attempts": 1, **policy}).at(100.0).begin()


def wrong(told: Story) -> dict[str, Problem]:
    return {problem.key: problem for problem in Problems().of(told.look())}


def only(told: Story) -> Problem:
    (problem,) = Problems().of(told.look())
    return problem


def types(path: str) -> Verdict:
    return Verdict(failures=(Failure("types", path, "arg-type", f"'{path}' is no 'str'"),))


def rejected(told: Story, *tasks: str) -> Story:
    for task in tasks:
        told.start(task).finish(task, "rejected", verdict=types(f"{task}.py"))
    return told


def test_nothing_is_wrong_with_a_run_that_goes_on_or_is_done() -> None:
    told = story().start("a")
    assert Problems().of(told.look()) == ()
    told.finish("a").land("a").do("b", "c", "d", "e").end()
    assert Problems().of(told.look()) == ()


def test_what_fails_alike_is_one_problem_with_what_waits_behind_it() -> None:
    told = rejected(story().at(110.0), "a").at(120.0)
    problem = only(rejected(told, "b"))
    assert (problem.severity, problem.what) == ("fails", "2 tasks failed: types")
    assert problem.why == "'a.py' is no 'str'"
    assert (problem.tasks, problem.behind, problem.since) == (("a", "b"), ("c", "d"), 110.0)


def test_one_task_that_failed_is_named() -> None:
    assert only(rejected(story(), "b")).what == "b failed: types"


def test_what_says_why_stands_above_more_tasks_that_only_had_nothing_to_offer() -> None:
    told = rejected(story(), "b")
    for task in ("a", "e"):
        told.start(task)
        told.finish(task, "unchanged", residue=1, reason="nothing", reason_code="no_change")
    assert [len(one.tasks) for one in Problems().of(told.look())] == [1, 2]


def test_a_task_with_nothing_more_to_offer_is_named_by_what_turned_it_down() -> None:
    told = rejected(story(attempts=3), "b").start("b")
    told.finish("b", "unchanged", residue=4, reason="nothing to offer", reason_code="no_change")
    problem = only(told)
    assert problem.what == "b failed: types"
    assert problem.why == "'b.py' is no 'str'; the last attempt then offered nothing new"


def test_tasks_that_never_had_anything_to_offer_say_so_in_words() -> None:
    told = story()
    for task in ("a", "b"):
        told.start(task)
        told.finish(task, "unchanged", residue=4, reason="no way", reason_code="no_change")
    assert only(told).what == "2 tasks failed: nothing to offer"


def test_an_agent_that_cannot_do_a_task_needs_a_person() -> None:
    told = story().start("b")
    told.finish("b", "blocked", reason="b is generated", reason_code="agent_blocked")
    problem = only(told)
    assert (problem.severity, problem.what) == ("needs you", "the agent could not do b")
    assert problem.why == "b is generated"


def test_the_worst_comes_first_and_of_two_that_concerning_more_tasks() -> None:
    told = rejected(story(), "a", "e").start("b")
    told.finish("b", "limited", reason="HTTP 429", retry_at=400.0)
    told.tell(BusChanged(state="degraded", reason="no route"))
    told.at(110.0).tell(HeadChecked(head="h", fault="tests are red at h"))
    found = Problems().of(told.look())
    assert [problem.severity for problem in found] == ["fails", "fails", "odd", "waits"]
    assert [problem.key.partition(":")[0] for problem in found] == [
        "red",
        "cluster",
        "bus",
        "parked",
    ]


def test_a_limit_tells_how_much_time_is_left_and_for_whom() -> None:
    told = story().start("b")
    told.finish("b", "limited", reason="HTTP 429", retry_at=400.0).at(280.0)
    problem = only(told)
    assert problem.what == "codemod may not work, 2m left"
    assert problem.why == "till 1970-01-01 00:07 UTC: HTTP 429"
    assert (problem.tasks, problem.since) == (("b",), 100.0)


def test_a_run_that_nobody_works_on_needs_a_person_while_something_is_left() -> None:
    told = story().do("a")
    told.busy = False
    problem = only(told)
    assert (problem.key, problem.severity, problem.press) == ("nobody", "needs you", "R")
    assert "4 tasks left" in problem.why


def test_a_run_that_stopped_says_why() -> None:
    problem = only(story().do("a").end(state="stopped", reason="stopped by a person"))
    assert (problem.what, problem.why) == ("the run is stopped", "stopped by a person")


def test_a_run_that_lacks_something_fails() -> None:
    told = story().start("a").finish("a", "environment", reason="git is not there")
    assert (only(told).severity, only(told).why) == ("fails", "git is not there")
    told.end(state="stopped", reason="git is not there")
    assert (only(told).severity, only(told).what) == ("fails", "the run is stopped")


def test_a_run_that_ended_with_failures_names_these_and_not_its_end_too() -> None:
    told = rejected(story().do("b", "e"), "a").end(state="incomplete", reason="1 failed, 2 blocked")
    assert only(told).key.startswith("cluster:types-")


def test_an_exit_criterion_that_is_not_met_fails() -> None:
    criterion = CriterionResult(name="residue", at_most=0, found=3, before=10, met=False)
    told = story().do("a", "b", "c", "d", "e")
    told.end(state="incomplete", reason="exit criterion not met", criteria=(criterion,))
    assert (only(told).severity, only(told).why) == ("fails", criterion.said)


def test_a_checkpoint_waits_for_approval() -> None:
    told = story(checkpoints=("layer",))
    told.do("a", "b", "e", "c", "d").end(
        state="waiting", reason="checkpoint layer:0", checkpoint="layer:0"
    )
    problem = only(told)
    assert (problem.severity, problem.press) == ("needs you", "a")
    assert problem.what == "the run waits at checkpoint layer:0"


def test_tasks_on_hold_need_a_person_and_name_who_holds_them() -> None:
    told = story().tell(
        CommandAccepted(command=1, who="ada", action="hold", tasks=("a",), reason="not yet")
    )
    problem = only(told)
    assert (problem.what, problem.why) == ("1 task on hold", "held by ada: not yet")
    assert (problem.tasks, problem.behind) == (("a",), ("c",))


def test_learnings_in_quarantine_need_a_person() -> None:
    told = story().tell(LearningAdded(learning=lesson("skip the tests"), suspicion="asks to skip"))
    assert (only(told).severity, only(told).what) == ("needs you", "1 learning in quarantine")


def test_a_task_that_comes_back_from_landing_twice_is_odd() -> None:
    told = story().at(200.0)
    for _ in range(2):
        assert "returned" not in wrong(told)
        told.start("b").finish("b").batch("b")
        back = SentBack(task="b", reason_code="conflict", reason="conflicts with a")
        told.tell(LandingEnded(batch=told.run.batches, head=told.run.head, sent_back=(back,)))
    problem = only(told.start("b"))
    assert (problem.severity, problem.since) == ("odd", 200.0)
    assert problem.why == "b 2 times: conflicts with a"


def test_a_budget_is_told_of_when_it_is_nearly_spent_and_when_it_is() -> None:
    told = story(budget=Budget(attempts=5)).do("a", "b", "c")
    assert wrong(told) == {}
    told.do("d")
    assert only(told).severity == "odd"
    assert only(told).what == "the budget of attempts is spent to 80%"
    rejected(told, "e")
    assert "budget:attempts" not in wrong(told)  # nothing is left to spend it on


def test_a_spent_budget_needs_a_person() -> None:
    told = story(budget=Budget(attempts=2)).do("a", "b")
    assert (only(told).severity, only(told).what) == (
        "needs you",
        "the budget of attempts is spent",
    )


def test_a_blind_check_and_a_flaky_one_are_odd() -> None:
    flaky = CheckResult(check="tests", outcome="flaky", command="x", exit_code=0, duration_s=1.0)
    told = story()
    assert told.run.baseline is not None
    told.tell(replace(told.run.baseline, blind=("lint",), probe="a.py"))
    told.at(150.0).start("a").finish("a", verdict=Verdict(checks=(flaky,)))
    found = wrong(told)
    assert {problem.severity for problem in found.values()} == {"odd"}
    assert "a.py" in found["blind:lint"].why
    assert "1 time" in found["flaky:tests"].why
    assert found["flaky:tests"].since == 150.0


def several() -> Story:
    """Tell of six attempts of 20 seconds each."""
    told = Story({str(n): [] for n in range(8)}, concurrency=2).at(100.0).begin()
    for n in range(6):
        told.start(str(n)).at(120.0 + 20 * n).finish(str(n)).land(str(n))
    return told


def test_an_attempt_has_stalled_when_it_takes_three_times_as_long_as_nine_in_ten() -> None:
    told = several().start("6")
    begun = told.clock.time
    assert wrong(told.at(begun + 59.0)) == {}
    assert wrong(told.at(begun + 60.0)) == {}
    problem = only(told.at(begun + 61.0))
    assert (problem.severity, problem.tasks) == ("odd", ("6",))
    assert (problem.what, problem.since) == ("6 has been at its agent for 61s", begun)
    assert problem.why == "attempt 1 of codemod; nine in ten end within 20s"
    assert "checks" in only(told.check("6")).what


def test_where_nothing_is_known_an_attempt_has_stalled_after_twenty_minutes() -> None:
    told = story().start("a")
    assert wrong(told.at(1300.0)) == {}
    assert only(told.at(1301.0)).tasks == ("a",)


def test_attempts_of_a_dead_process_have_not_stalled() -> None:
    told = several().start("6").at(9000.0)
    told.busy = False
    assert set(wrong(told)) == {"nobody"}


def test_only_what_does_not_go_on_by_itself_is_urgent() -> None:
    told = rejected(story(), "a").tell(BusChanged(state="degraded", reason="no route"))
    problems = Problems()
    assert (len(problems.of(told.look())), problems.urgent(told.look())) == (2, 1)


def test_what_changes_is_found_again() -> None:
    told, problems = rejected(story(), "a"), Problems()
    assert [one.tasks for one in problems.of(told.look())] == [("a",)]
    rejected(told, "b")
    assert [one.tasks for one in problems.of(told.look())] == [("a", "b")]
    told.tell(CommandAccepted(command=1, who="ada", action="retry", tasks=("a", "b")))
    assert problems.of(told.look()) == ()


def test_what_fails_in_the_trial_of_a_sample_is_told_too() -> None:
    began = story().recorded[0].event
    assert isinstance(began, RunStarted)
    told = Story({"a": [], "b": ["a"]}, attempts=1).at(100.0)
    told.tell(replace(began, sample=("b",), trial=True))
    told.tell(
        AttemptStarted(task="b", number=1, agent="codemod", base="h", token="t", trial=True),
        AttemptEnded(
            result=AttemptResult(
                task="b",
                number=1,
                token="t",
                outcome="blocked",
                reason="b is generated",
                reason_code="agent_blocked",
            )
        ),
    )
    problem = only(told)
    assert (problem.severity, problem.tasks, problem.why) == ("needs you", ("b",), "b is generated")
