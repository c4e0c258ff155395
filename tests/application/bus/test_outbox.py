"""The outbox: everything arrives in the end, whatever the bus does."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from orchestrator.adapters.bus.codec import encode_event, messages, standings
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.bus.outbox import Outbox, Writing
from orchestrator.domain.events import BusChanged, Event
from orchestrator.domain.run import Run
from tests.support.effects import FixedClock
from tests.support.failing_bus import FailingBus
from tests.support.learnings import lesson
from tests.support.plans import make_run
from tests.support.recorded import BASELINE, added, record, sent, standing
from tests.support.waiting import until

LEARNINGS, MESSAGES, EVENTS = "run/r/learnings", "run/r/messages", "run/r/events"
SHARED = "playbook/p/learnings"


@dataclass(slots=True)
class Sender:
    """A run, its journal, its outbox and the bus; `told` is what the engine heard."""

    run: Run = field(default_factory=lambda: make_run({"a": []}))
    journal: MemoryJournal = field(default_factory=lambda: MemoryJournal(FixedClock()))
    bus: FailingBus = field(default_factory=FailingBus)
    told: list[BusChanged] = field(default_factory=list)
    outbox: Outbox = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = Outbox(
            self.bus,
            "r",
            "p",
            writing=Writing(standing=standings.encode, message=messages.encode, event=encode_event),
            history=self.journal.read,
            tell=self.told.append,
            pause=lambda _: 0.0,
        )

    def happen(self, *events: Event) -> None:
        """Record events and let the outbox know."""
        self.outbox.observe(self.run, record(self.run, self.journal, *events))

    def keys(self, channel: str) -> list[str]:
        """Return the keys of a channel's letters."""
        return [one.letter.key for one in self.bus.read(channel)]

    def has(self, channel: str, *keys: str) -> bool:
        """Say whether a channel has letters with all these keys."""
        return set(keys) <= set(self.keys(channel))

    @property
    def states(self) -> list[str]:
        """What the engine was told, in short."""
        return [event.state for event in self.told]


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender()
    yield made
    made.outbox.close()


def key(text: str, revision: int = 1) -> str:
    """Return the key of a lesson's letter."""
    return f"{lesson(text).id}/{revision}"


def test_what_is_recorded_is_published_in_order(sender: Sender) -> None:
    sender.happen(BASELINE, added("one"), sent(1))
    sender.happen(added("two"))
    sender.outbox.close()
    assert sender.keys(LEARNINGS) == [key("one"), key("two")]
    assert sender.keys(MESSAGES) == ["t/1"]
    assert sender.keys(EVENTS) == ["r/1", "r/2", "r/3", "r/4"]
    assert sender.told == []
    first = sender.bus.read(LEARNINGS)[0].letter
    assert standings.decode(first.body).learning == lesson("one")
    assert json.loads(sender.bus.read(EVENTS)[2].letter.body)["event"]["event"] == "message_sent"


def test_a_standing_that_changes_is_published_again(sender: Sender) -> None:
    sender.happen(added("one"))
    until(partial(sender.has, LEARNINGS, key("one")), "not published")
    sender.run.ledger.see_again(lesson("one").id)
    sender.happen(BASELINE)
    until(partial(sender.has, LEARNINGS, key("one", 2)), "not published again")


def test_a_lost_bus_holds_nobody_up_and_is_told_of_once_a_change(sender: Sender) -> None:
    sender.bus.lost = True
    for number in range(50):
        sender.happen(added(f"number {number}"), sent(number))
    until(lambda: sender.told, "nobody was told")
    assert sender.told == [BusChanged(state="degraded", reason="the bus is lost on command")]
    sender.bus.lost = False
    until(lambda: len(sender.told) > 1, "nobody was told that it is back")
    sender.outbox.close()
    assert sender.states == ["degraded", "well"]
    assert sender.keys(LEARNINGS) == [key(f"number {n}") for n in range(50)]
    assert sender.keys(EVENTS) == [f"r/{n}" for n in range(1, 101)]


def test_what_is_lost_half_way_goes_out_again(sender: Sender) -> None:
    sender.bus.refuses = {MESSAGES}
    sender.happen(added("one"), sent(1))
    until(lambda: sender.told, "nobody was told")
    sender.bus.refuses = set()
    sender.outbox.close()
    assert set(sender.keys(LEARNINGS)) == {key("one")}
    assert sender.keys(MESSAGES) == ["t/1"]


def test_a_bus_that_has_forgotten_gets_everything_again(sender: Sender) -> None:
    sender.happen(BASELINE, added("one"), sent(1))
    until(partial(sender.has, EVENTS, "r/1", "r/2", "r/3"), "not published")
    sender.bus.forget()
    sender.happen(added("two"))
    until(partial(sender.has, LEARNINGS, key("one"), key("two")), "not published anew")
    until(partial(sender.has, MESSAGES, "t/1"), "not published anew")
    until(partial(sender.has, EVENTS, "r/1", "r/2", "r/3", "r/4"), "not published anew")


def test_forgetting_is_noticed_while_nothing_happens(sender: Sender) -> None:
    sender.happen(added("one"))
    until(partial(sender.has, LEARNINGS, key("one")), "not published")
    sender.bus.forget()
    until(partial(sender.has, LEARNINGS, key("one")), "not noticed")


def test_what_was_forgotten_at_the_last_moment_is_there_after_the_end(sender: Sender) -> None:
    sender.happen(added("one"), sent(1))
    until(partial(sender.has, MESSAGES, "t/1"), "not published")
    sender.bus.forget()
    sender.outbox.close()
    assert sender.keys(LEARNINGS) == [key("one")]
    assert sender.keys(MESSAGES) == ["t/1"]


def test_letters_that_went_without_a_word_are_published_again(sender: Sender) -> None:
    sender.happen(added("one"))
    until(partial(sender.has, LEARNINGS, key("one")), "not published")
    sender.bus.publish(LEARNINGS, [], keep=0)  # evicted, and the epoch is still the same
    assert sender.keys(LEARNINGS) == []
    sender.outbox.close()
    assert sender.keys(LEARNINGS) == [key("one")]


def test_closing_ends_though_the_bus_is_lost_for_good(sender: Sender) -> None:
    sender.happen(added("one"))
    sender.bus.lost = True
    sender.outbox.close()
    assert sender.states == ["degraded"]


def test_a_run_that_was_degraded_hears_that_all_is_well() -> None:
    sender = Sender()
    record(sender.run, sender.journal, added("old"), BusChanged(state="degraded", reason="why"))
    sender.happen(BASELINE)
    until(lambda: sender.told, "nobody was told")
    sender.outbox.close()
    assert sender.told == [BusChanged(state="well")]
    assert sender.keys(LEARNINGS) == [key("old")]
    assert sender.keys(EVENTS) == ["r/1", "r/2", "r/3"]


def test_other_runs_are_told_of_what_is_trusted_for_them_and_that_it_is_so_no_more(
    sender: Sender,
) -> None:
    ours = added("ours", reach="playbook").learning
    sender.happen(added("ours", reach="playbook"), added("candidate", reach="playbook"))
    sender.happen(added("private"))
    ledger = sender.run.ledger
    ledger.put(standing(ours, "trusted", revision=1))
    ledger.put(standing(lesson("private"), "trusted", revision=1))
    sender.happen(BASELINE)
    until(partial(sender.has, SHARED, f"r/{ours.id}/2"), "not shared")
    ledger.put(standing(ours, "retired", revision=2))
    sender.happen(BASELINE)
    sender.outbox.close()
    assert sender.keys(SHARED) == [f"r/{ours.id}/2", f"r/{ours.id}/3"]


def test_an_outbox_that_saw_nothing_closes() -> None:
    Sender().outbox.close()
