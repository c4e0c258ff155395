"""The merge queue as lines: under check, waiting, landed."""

import time
from typing import Any

from orchestrator.application.watching.landing.queue import Landings
from orchestrator.application.watching.landing.row import LandingRow
from orchestrator.application.watching.landing.search import Search
from orchestrator.domain.events import (
    HeadChecked,
    HeadCheckStarted,
    Landed,
    LandingEnded,
    LandingLooked,
    RunResumed,
    SentBack,
)
from orchestrator.domain.verdict import CheckResult
from tests.support.watching import Story

GREEN = CheckResult(check="tests", outcome="passed", command="t", exit_code=0, duration_s=1.0)


def queued(*tasks: str, **policy: Any) -> Story:
    """Return a run of these tasks, all accepted: `n` at 10·n seconds."""
    story = Story({task: [] for task in tasks}, **policy).at(1.0).begin()
    for number, task in enumerate(tasks, 1):
        story.start(task).at(10.0 * number).finish(task, changed_lines=number)
    return story


def looked(story: Story, at: int, *, green: bool, of: int = 4) -> Story:
    task = story.run.landing.tasks[at - 1] if story.run.landing else ""
    batch = story.run.batches
    told = LandingLooked(batch=batch, at=at, of=of, task=task, commit="c", green=green)
    return story.tell(told)


def lines(story: Story) -> dict[str, LandingRow]:
    landings = Landings()
    landings.look(story.look())
    return {key: landings.row(key) for key in landings.keys}


def test_the_queue_stands_in_order_behind_the_batch_under_check() -> None:
    found = lines(queued("a", "b", "c").at(30.0).batch("a").at(42.0))
    assert list(found) == ["batch", "under:a", "queue", "waits:b", "waits:c"]
    assert found["batch"].what == "batch 1: 1 task"
    assert found["batch"].seconds == 12.0
    assert (found["under:a"].state, found["under:a"].lines) == ("checking", 1)
    assert found["queue"].what == "2 tasks to land, in order"
    assert (found["waits:c"].state, found["waits:c"].seconds) == ("queued", 12.0)


def test_before_anything_is_accepted_that_is_said() -> None:
    found = lines(Story({"a": []}).at(1.0).begin().start("a"))
    assert list(found) == ["queue"]
    assert found["queue"].what == "nothing has been accepted yet"


def test_a_bisection_narrows_down_which_tasks_are_suspects() -> None:
    story = queued(*"abcd", fill_batches=True).batch(*"abcd")
    assert Search.of(story.look()).said == ""
    looked(story, 4, green=False)
    found = Search.of(story.look())
    assert found.said == "red: searching for the culprit in 1–4 of 4"
    assert found.states == {"a": "suspect", "b": "suspect", "c": "suspect", "d": "red"}
    looked(story, 2, green=True)
    found = Search.of(story.look())
    assert found.said == "red: searching for the culprit in 3–4 of 4"
    assert found.states == {"a": "green", "b": "green", "c": "suspect", "d": "red"}
    looked(story, 3, green=False)
    assert Search.of(story.look()).said == "red: 3 of 4 is what makes it so"
    assert lines(story)["under:c"].why == "3 of 4"


def test_no_place_is_guessed_where_a_conflict_left_a_task_out() -> None:
    story = looked(queued(*"abcd", fill_batches=True).batch(*"abcd"), 3, green=False, of=3)
    assert Search.of(story.look()).states == {"c": "red"}


def test_where_each_commit_is_checked_the_first_red_one_is_named() -> None:
    story = looked(looked(queued(*"abcd").batch(*"abcd"), 2, green=False), 3, green=True)
    found = Search.of(story.look())
    assert found.said == "red at 2 of 4; what stands before it lands"
    assert found.states == {"b": "red", "c": "green"}


def test_landings_stand_newest_first_with_what_came_back_and_why() -> None:
    story = queued(*"abc").at(40.0).batch("a").at(44.0).land("a").at(50.0).batch("b", "c")
    back = SentBack(task="c", reason_code="red_landing", reason="red: tests")
    story.at(58.0).tell(LandingEnded(batch=2, head="h", sent_back=(back,)))
    found = lines(story)
    assert [key for key in found if key.startswith("landing")] == ["landing:1", "landing:0"]
    last = found["landing:1"]
    assert (last.state, last.at, last.seconds) == ("sent back", 58.0, 8.0)
    assert (last.what, last.why) == ("batch 2: 0 landed, 1 back", "c: red: tests")
    first = found["landing:0"]
    assert (first.state, first.what, first.task, first.lines) == ("landed", "a", "a", 1)
    assert found["past"].what == "1 task in 2 landings, 1 back"
    assert found["past"].why == "the median takes 6.0s"


def test_a_landing_of_several_shows_its_tasks_when_it_is_unfolded() -> None:
    story = queued(*"ab").batch("a", "b").land("a", "b")
    landings = Landings()
    landings.look(story.look())
    folded = landings.keys
    assert folded == ("queue", "past", "landing:0")
    landings.unfold("landing:0")
    assert landings.keys[2:] == ("landing:0", "of:0:a", "of:0:b")
    assert landings.row("of:0:b").state == "landed"
    landings.unfold("landing:0")
    assert list(landings.keys) == list(folded)


def test_the_checks_of_a_landing_are_named_and_expected_of_the_next() -> None:
    story = queued(*"ab").batch("a")
    assert lines(story)["batch"].why == "its checks run"
    landed = Landed(task="a", commit="c", checked="c", files=("a.py",), checks=(GREEN,))
    story.tell(LandingEnded(batch=1, head="h", landed=(landed,))).batch("b")
    found = lines(story)
    assert found["landing:0"].why == "green: tests"
    assert found["batch"].why == "runs tests"


def test_a_landing_that_its_process_did_not_live_to_end_is_cut_off() -> None:
    story = queued("a").batch("a")
    found = lines(story.tell(RunResumed(concurrency=1)))
    assert found["landing:0"].state == "cut off"


def test_a_look_at_the_whole_branch_is_shown_and_that_it_is_red() -> None:
    story = queued("a").land("a").at(60.0).tell(HeadCheckStarted(head="h")).at(63.0)
    assert (lines(story)["whole"].state, lines(story)["whole"].seconds) == ("checking", 3.0)
    story.tell(HeadChecked(head="h", fault="tests: 3 failures"))
    assert lines(story)["whole"].why == "tests: 3 failures"


def test_thousands_of_landings_are_taken_in_soon() -> None:
    names = [f"t{n}" for n in range(2_000)]
    look = Story({name: [] for name in names}).at(1.0).begin().do(*names).look()
    landings = Landings()
    began = time.perf_counter()
    landings.look(look)
    assert time.perf_counter() - began < 1.0
    assert len(landings.keys) == 2_002
