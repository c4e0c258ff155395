"""The journal read as spans of time: attempts, landings, the lives of a run."""

from orchestrator.application.timeline import Timeline, timeline_of
from orchestrator.domain.attempt import AttemptResult
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    BaselineTaken,
    CheckingStarted,
    CommandAccepted,
    Event,
    HeadChecked,
    HeadCheckStarted,
    Landed,
    LandingEnded,
    LandingLooked,
    LandingStarted,
    RunEnded,
    RunResumed,
    Steering,
)
from orchestrator.ports.journal import Recorded


def told(*events: tuple[float, Event]) -> Timeline:
    return timeline_of(
        Recorded(number, at, event) for number, (at, event) in enumerate(events, start=1)
    )


def begun(task: str, number: int = 1) -> AttemptStarted:
    return AttemptStarted(
        task=task, number=number, agent="codemod", base="b", token=f"{task}/{number}"
    )


def ended(task: str, number: int = 1) -> AttemptEnded:
    result = AttemptResult(task=task, number=number, token=f"{task}/{number}", outcome="rejected")
    return AttemptEnded(result=result)


def asked(action: Steering) -> CommandAccepted:
    return CommandAccepted(command=1, who="Ada", action=action)


RESUMED = RunResumed(concurrency=2)
BASED = BaselineTaken(checks=(), residue=0)


def test_an_attempt_is_a_span_with_what_came_of_it() -> None:
    timeline = told(
        (1.0, RESUMED),
        (2.0, begun("a")),
        (5.0, CheckingStarted(task="a", token="a/1")),
        (7.0, ended("a")),
        (8.0, begun("a", 2)),
    )
    first, second = timeline.of("a")
    assert (first.began, first.checking, first.ended, first.outcome) == (2.0, 5.0, 7.0, "rejected")
    assert first.seconds(100.0) == 5.0
    assert (second.outcome, second.seconds(10.0)) == ("", 2.0)
    assert timeline.latest("a") is second
    assert timeline.latest("b") is None
    assert timeline.of("b") == []
    assert (timeline.began, timeline.at) == (1.0, 8.0)


def test_attempts_at_once_have_slots_of_their_own_and_leave_them() -> None:
    timeline = told(
        (1.0, begun("a")),
        (1.0, begun("b")),
        (2.0, ended("a")),
        (3.0, begun("c")),
        (3.0, begun("d")),
    )
    assert [span.slot for span in timeline.attempts] == [0, 1, 0, 2]


def test_what_a_dead_process_had_under_way_is_lost_when_it_last_said_something() -> None:
    timeline = told(
        (1.0, RESUMED),
        (2.0, begun("a")),
        (3.0, LandingStarted(batch=1, head="h", tasks=("b",))),
        (3.5, HeadCheckStarted(head="h")),
        (90.0, RESUMED),
        (91.0, begun("a", 2)),
    )
    lost, again = timeline.attempts
    assert (lost.outcome, lost.ended) == ("lost", 3.5)
    assert (again.outcome, again.slot) == ("", 0)
    assert timeline.lives == [(1.0, 3.5), (90.0, None)]
    assert timeline.landings[0].ended == 3.5
    assert timeline.landings[0].end is None
    assert timeline.head_check is None


def test_a_landing_is_under_way_until_it_has_ended() -> None:
    start = (1.0, LandingStarted(batch=4, head="h", tasks=("a", "b")))
    landing = told(start).landing
    assert landing is not None
    assert (landing.tasks, landing.began) == (("a", "b"), 1.0)
    landed = Landed(task="a", commit="c", checked="c", files=("a.py",))
    over = told(start, (6.0, LandingEnded(batch=4, head="c", landed=(landed,))))
    assert over.landing is None
    assert over.landings[0].end is not None
    assert over.landings[0].end.landed == (landed,)


def test_a_look_at_the_head_goes_on_until_it_is_over() -> None:
    assert told((1.0, HeadCheckStarted(head="h"))).head_check == 1.0
    assert told((1.0, HeadCheckStarted(head="h")), (2.0, HeadChecked(head="h"))).head_check is None


def test_a_run_that_ended_has_no_life_left() -> None:
    assert told((1.0, RESUMED), (4.0, RunEnded(state="done"))).lives == [(1.0, 4.0)]


def test_a_landing_keeps_the_looks_at_its_commits() -> None:
    look = LandingLooked(batch=1, at=2, of=2, task="b", commit="c2", green=False)
    timeline = told(
        (1.0, LandingStarted(batch=1, head="h", tasks=("a", "b"))),
        (2.0, look),
        (3.0, LandingEnded(batch=1, head="c1")),
        (4.0, LandingStarted(batch=2, head="c1", tasks=("c",))),
    )
    assert [span.looks for span in timeline.landings] == [(look,), ()]


def test_a_paused_run_rests_once_nothing_is_under_way() -> None:
    paused = (
        (1.0, RESUMED),
        (2.0, BASED),
        (3.0, begun("a")),
        (4.0, asked("pause")),
        (10.0, ended("a")),
    )
    assert told(*paused[:-1]).worked_s(9.0) == 8.0
    assert told(*paused).worked_s(1_000.0) == 9.0
    assert told(*paused, (500.0, asked("concurrency"))).worked_s(1_000.0) == 9.0
    on = told(
        *paused, (500.0, asked("concurrency")), (700.0, asked("unpause")), (701.0, begun("b"))
    )
    assert on.lives == [(1.0, 10.0), (700.0, None)]
    assert on.worked_s(703.0) == 12.0


def test_a_moment_between_an_attempt_and_its_landing_is_no_rest() -> None:
    landing = LandingStarted(batch=1, head="h", tasks=("a",))
    timeline = told(
        (1.0, RESUMED), (2.0, BASED), (3.0, asked("pause")), (3.5, landing), (9.0, asked("unpause"))
    )
    assert timeline.lives == [(1.0, None)]


def test_a_baseline_that_is_taken_while_the_run_is_paused_is_work() -> None:
    assert told((1.0, RESUMED), (2.0, asked("pause")), (60.0, BASED)).worked_s(99.0) == 59.0


def test_who_goes_on_with_a_paused_run_that_died_does_not_rest() -> None:
    died = ((1.0, RESUMED), (2.0, BASED), (3.0, asked("pause")), (90.0, RESUMED))
    assert told(*died).lives == [(1.0, 3.0), (90.0, None)]
    assert told(*died).worked_s(95.0) == 7.0
