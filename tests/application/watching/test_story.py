"""A task's attempts with what landing made of them, who judged them, and what opens first."""

import pytest

from orchestrator.application.watching.near.story import (
    compared,
    episodes,
    judgements,
    on_the_base,
    opening,
)
from orchestrator.domain.attempt import NO_CHANGE, AttemptOutcome
from orchestrator.domain.events import BaselineTaken, LandingEnded, SentBack
from orchestrator.domain.verdict import CheckResult, Failure, Verdict
from tests.support.watching import Story

BAD = Failure("types", "a.py", "arg-type", "no", 3)
WORSE = Failure("types", "a.py", "return", "not at all", 9)


def red(*failures: Failure, check: str = "types") -> CheckResult:
    return CheckResult(
        check=check, outcome="failed", command="c", exit_code=1, duration_s=1.0, failures=failures
    )


GREEN = CheckResult(check="types", outcome="passed", command="c", exit_code=0, duration_s=1.0)


def sent_back(story: Story, task: str, *failures: Failure) -> Story:
    batch = story.run.landing.batch if story.run.landing else 0
    back = SentBack(
        task=task, reason_code="red_landing", reason="tests: red", checks=(red(*failures),)
    )
    return story.tell(LandingEnded(batch=batch, head=story.run.head, sent_back=(back,)))


def test_landings_belong_to_the_attempt_before_them() -> None:
    story = Story({"a": [], "b": []}, concurrency=2).at(1.0).begin()
    story.at(2.0).start("a").at(3.0).finish("a").at(4.0).batch("a")
    sent_back(story.at(5.0), "a", WORSE).at(6.0).start("a").at(7.0).finish("a").at(8.0).land("a")
    first, second = episodes(story.look(), "a")
    assert [look.span.batch for look in first.landings] == [1]
    assert [look.span.batch for look in second.landings] == [2]
    assert (first.commit, second.commit) == ("c" * 40, "a-commit")
    assert first.reasons == (WORSE,)
    assert second.reasons == ()
    assert episodes(story.look(), "b") == []


def test_the_last_judgement_of_an_attempt_comes_first() -> None:
    story = Story({"a": []}).at(1.0).begin().start("a")
    story.finish("a", verdict=Verdict(checks=(GREEN,))).at(4.0).batch("a")
    look = sent_back(story, "a", WORSE).look()
    landing, attempt = judgements(look, "a", episodes(look, "a")[-1])
    assert (landing.title, landing.good) == ("landing, batch 1: sent back", False)
    assert landing.checks[0].failures == (WORSE,)
    assert (attempt.title, attempt.good) == ("attempt 1, codemod: accepted", True)
    assert attempt.checks == (GREEN,)


@pytest.mark.parametrize(
    ("tell", "words"),
    [
        (lambda story: story, "its agent is at work"),
        (lambda story: story.check("a"), "its checks are running"),
        (lambda story: story.end(state="stopped"), "lost: its process was stopped or died"),
    ],
)
def test_an_attempt_without_a_result_says_what_it_does(tell: object, words: str) -> None:
    look = tell(Story({"a": []}).begin().start("a")).look()  # type: ignore[operator]
    (judgement,) = judgements(look, "a", episodes(look, "a")[-1])
    assert judgement.title == f"attempt 1, codemod: {words}"
    assert judgement.good is None


def test_what_a_check_said_of_the_base_stands_beside_it() -> None:
    story = Story({"a": []}).begin()
    checks = (red(BAD, WORSE), red(check="timed"), GREEN)
    story.tell(BaselineTaken(checks=checks[:2], residue=1))
    assert on_the_base(story.run, "types") == "red, exit 1, 2 known"
    assert on_the_base(story.run, "nothing") == ""
    story.tell(BaselineTaken(checks=(GREEN,), residue=1, blind=("types",)))
    assert on_the_base(story.run, "types") == "green (blind: it says nothing against a broken file)"
    assert on_the_base(Story({"a": []}).run, "types") == ""


def test_a_task_opens_where_the_answer_is() -> None:
    story = Story({"a": [], "b": ["a"], "c": [], "d": []}, attempts=1, concurrency=4).begin()
    story.start("c").finish("c", "rejected").start("d").do("a")
    story.start("b").finish("b", "limited", retry_at=9.0)
    look = story.look()
    assert {task: opening(look, task) for task in "abcd"} == {
        "a": "diff",
        "b": "transcript",
        "c": "checks",
        "d": "transcript",
    }
    assert opening(Story({"a": []}).begin().look(), "a") == "about"
    assert opening(story.check("d").look(), "d") == "checks"


def test_failures_of_two_attempts_are_new_or_in_both_or_gone() -> None:
    moved = Failure("types", "a.py", "arg-type", "no", 30)
    other = Failure("types", "b.py", "x", "y")
    assert compared((BAD, WORSE), (moved, other)) == [
        ("new", other),
        ("both", moved),
        ("gone", WORSE),
    ]


@pytest.mark.parametrize("outcome", ["unchanged", "rejected"])
def test_an_attempt_with_nothing_to_offer_shows_what_was_held_against_the_one_before(
    outcome: AttemptOutcome,
) -> None:
    story = Story({"a": []}, concurrency=2, attempts=3).at(1.0).begin()
    story.at(2.0).start("a").finish("a").at(3.0).batch("a")
    sent_back(story.at(4.0), "a", WORSE)
    story.at(5.0).start("a").finish("a", outcome, residue=4, reason_code=NO_CHANGE)
    look = story.look()
    first, last = episodes(look, "a")
    assert [one.title for one in judgements(look, "a", last)] == [
        f"attempt 2, codemod: {outcome}",
        "landing, batch 1: sent back",
        "attempt 1, codemod: accepted",
    ]
    assert len(judgements(look, "a", first)) == 2
