"""The sentence that says why a task is where it is, and what happens next."""

import pytest

from orchestrator.application.watching.near.why import LONGEST_REASON, why
from orchestrator.domain.attempt import NO_CHANGE, AttemptOutcome
from orchestrator.domain.events import CommandAccepted, LandingEnded, SentBack
from orchestrator.domain.lifecycle import STATES
from orchestrator.domain.verdict import Failure, Verdict
from tests.support.watching import Story


def story(**policy: object) -> Story:
    edges: dict[str, list[str]] = {"a": [], "b": ["a"], "c": ["a", "b"], "d": []}
    return Story(edges, **{"concurrency": 4, "attempts": 2, **policy}).at(100.0).begin()


def person(task: str, action: str, **said: str) -> CommandAccepted:
    return CommandAccepted(
        command=1, who="ann", action=action, tasks=(task,), **said  # type: ignore[arg-type]
    )  # fmt: skip


def rejected(told: Story, task: str, **said: object) -> Story:
    return told.start(task).finish(task, "rejected", **{"reason": "types: a.py:3 no", **said})


def test_a_task_that_waits_names_what_it_waits_for() -> None:
    look = story().look()
    assert why(look, "b") == "It waits for a (ready); it begins by itself after that."
    assert why(look, "c") == "It waits for a (ready) and 1 more; it begins by itself after that."


def test_a_ready_task_says_who_begins_and_when() -> None:
    told = story(max_tasks=1)
    assert why(told.look(), "d") == "Nothing holds it up; codemod begins when a slot is free."
    assert "at a resume: no more tasks were asked for" in why(told.start("a").look(), "d")
    stopped = story().end(state="stopped").look()
    assert why(stopped, "d").endswith("at a resume: nobody works on the run.")


def test_a_ready_task_of_a_paused_run_waits_for_a_person() -> None:
    paused = CommandAccepted(command=1, who="ann", action="pause")
    assert why(story().tell(paused).look(), "d").endswith(
        "codemod begins once somebody lets the paused run go on."
    )


def test_a_rejected_task_says_why_and_who_tries_next() -> None:
    told = rejected(story(agents=("codemod", "claude-code")), "a")
    assert why(told.look(), "a") == (
        "Attempt 1, by codemod, was rejected: types: a.py:3 no; "
        "codemod tries again (2 of 2) when a slot is free."
    )
    assert why(rejected(told, "a").look(), "a") == (
        "Attempt 2, by codemod, was rejected: types: a.py:3 no; "
        "claude-code takes over when a slot is free."
    )


def test_a_task_at_work_says_what_comes_next() -> None:
    told = story().start("a")
    assert why(told.look(), "a") == (
        "Codemod is at work on attempt 1 (1 of 2); its checks come next."
    )
    assert why(told.check("a").look(), "a") == (
        "Attempt 1 by codemod is being checked (1 of 2); if accepted, it queues to land."
    )
    told.busy = False
    assert why(told.look(), "a") == (
        "Attempt 1 was lost when the run stopped; a resume begins another."
    )


def test_an_accepted_task_says_where_it_is_in_the_queue() -> None:
    told = story().start("a", "d").finish("d").finish("a")
    assert "is number 2 in the queue; it lands if the checks stay green." in why(told.look(), "a")
    assert "is under check in batch 1; it lands if green." in why(told.batch("d").look(), "d")


def test_a_task_that_landing_sent_back_says_so() -> None:
    told = story().start("a").finish("a").batch("a")
    back = SentBack(task="a", reason_code="conflict", reason="a.py has changed")
    told.tell(LandingEnded(batch=1, head=told.run.head, sent_back=(back,)))
    assert why(told.look(), "a") == (
        "Landing sent it back: a.py has changed; codemod tries again (1 of 2) when a slot is free."
    )


def test_a_failed_task_waits_for_a_person_and_blocks_others() -> None:
    told = rejected(rejected(story(), "a"), "a")
    assert why(told.look(), "a") == (
        "2 attempts, none landed; attempt 2, by codemod, was rejected: types: a.py:3 no; "
        "nobody tries again unless a person retries it."
    )
    assert why(told.look(), "b") == (
        "It needs a (failed) (types: a.py:3 no); it goes on when that is retried and lands."
    )


@pytest.mark.parametrize(
    ("outcome", "words"), [("unchanged", "changed nothing"), ("rejected", "was rejected")]
)
def test_a_task_with_nothing_more_to_offer_says_what_it_had_failed_on(
    outcome: AttemptOutcome, words: str
) -> None:
    bad = Verdict(failures=(Failure("types", "a.py", "arg-type", "no", 3),))
    told = rejected(story(), "a", verdict=bad)  # a review that changes nothing is rejected
    told.start("a").finish(
        "a", outcome, residue=4, reason="nothing to offer", reason_code=NO_CHANGE
    )
    assert why(told.look(), "a") == (
        f"2 attempts, none landed; attempt 2, by codemod, {words}: nothing to offer; "
        "one before had failed on types: a.py:3: no; "
        "nobody tries again unless a person retries it."
    )


def test_a_long_reason_leaves_room_for_what_comes_next() -> None:
    told = rejected(story(attempts=1), "a", reason="x" * 1000)
    assert len(why(told.look(), "a")) < LONGEST_REASON + 120
    assert why(told.look(), "a").endswith("unless a person retries it.")


def test_a_parked_task_says_till_when() -> None:
    told = story().start("a").finish("a", "limited", retry_at=120.0, reason="HTTP 429")
    assert why(told.look(), "a") == (
        "Codemod may not work: HTTP 429; it goes on at 1970-01-01 00:02 UTC, "
        "and no attempt is spent."
    )


def test_what_a_person_did_is_told_with_who_it_was() -> None:
    held = story().tell(person("d", "hold", reason="wait for ben")).look()
    assert why(held, "d") == "Held by ann: wait for ben; it waits until a person approves it."
    skipped = story().tell(person("d", "skip", reason="generated")).look()
    assert why(skipped, "d") == "Skipped by ann: generated; tasks that need it go on."


@pytest.mark.parametrize(
    ("residue", "words"),
    [(0, "; nothing is left to do."), (3, " with 3 occurrences left.")],
)
def test_a_landed_task_says_what_is_left(residue: int, words: str) -> None:
    told = story().start("a").finish("a", residue=residue).land("a")
    assert why(told.look(), "a") == f"It landed as a-commit{words}"


def test_every_state_has_a_sentence() -> None:
    told = rejected(story(attempts=1), "a").start("d").finish("d", "unchanged", residue=0)
    for look in (told.look(), story().look()):
        for task, status in look.run.tasks.items():
            assert status.state in STATES
            assert why(look, task).endswith(".")
