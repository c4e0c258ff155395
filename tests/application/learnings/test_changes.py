"""The journal read again for its learnings: what changed how one stands, and what was said."""

from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.learnings.changes import Change, changes
from orchestrator.application.learnings.distil import spoken
from orchestrator.domain.attempt import AttemptOutcome, AttemptResult
from orchestrator.domain.clusters import signature
from orchestrator.domain.events import (
    AttemptEnded,
    AttemptStarted,
    Event,
    LearningAdded,
    attempt_key,
)
from orchestrator.domain.verdict import Failure, Verdict
from tests.support.effects import FixedClock
from tests.support.learnings import lesson
from tests.support.plans import BASE, make_run

FAILURE = Failure("types", "m.py", "call-arg", "too few arguments for get")
TOLD = lesson("call get(key)", signature(FAILURE))


def attempt(number: int, outcome: AttemptOutcome, *told: str) -> tuple[Event, Event]:
    """Return the events of one try at task `a`."""
    token = attempt_key("", "a", number)
    verdict = Verdict(failures=(FAILURE,)) if outcome == "rejected" else Verdict()
    result = AttemptResult(
        task="a", number=number, token=token, outcome=outcome, verdict=verdict, learnings=told,
        commit="c" * 40, change_hash=f"h{number}",
    )  # fmt: skip
    begun = AttemptStarted(
        task="a", number=number, agent="x", base=BASE, token=token, learnings=told
    )
    return begun, AttemptEnded(result=result)


def seen(*events: Event) -> list[Change]:
    """Return what changes when these events happen to a run."""
    recorded = MemoryJournal(FixedClock()).append(events)
    return list(changes(make_run({"a": ()}), recorded))


def test_each_change_has_its_event_and_the_vote_that_made_it() -> None:
    found = seen(
        LearningAdded(learning=TOLD),
        *attempt(1, "rejected"),
        *attempt(2, "rejected", TOLD.id),
        LearningAdded(learning=TOLD, same_as=TOLD.id),
    )
    assert [(one.vote, one.now.status) for one in found] == [
        ("none", "candidate"), ("harmful", "retired"), ("none", "retired"),
    ]  # fmt: skip
    assert [one.before for one in found] == [None, *(one.now for one in found[:-1])]
    assert [one.entry.sequence for one in found] == [1, 5, 6]


def test_those_who_spoke_of_a_learning_are_told_with_their_change_set() -> None:
    tries = (*attempt(1, "rejected"), *attempt(2, "accepted", TOLD.id))
    heard = spoken(seen(LearningAdded(learning=TOLD), *tries))
    (one,) = heard[TOLD.id]
    assert (one.says, one.task, one.attempt, one.commit) == ("helpful", "a", 2, "c" * 40)
