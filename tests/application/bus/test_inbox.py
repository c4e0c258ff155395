"""The inbox: what arrives, what is believed, and when it counts as done."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from orchestrator.adapters.bus.codec import messages, standings
from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.application.bus import incoming
from orchestrator.application.bus.board import Board
from orchestrator.application.bus.inbox import Inbox, Reading
from orchestrator.application.bus.state import BusState
from orchestrator.domain.events import BusChanged, Event, LearningAdded
from orchestrator.domain.learnings.learning import Learning
from orchestrator.domain.learnings.standing import LearningStatus, Standing
from orchestrator.domain.run import Run
from orchestrator.ports.bus import Letter
from tests.support.effects import FixedClock
from tests.support.failing_bus import FailingBus
from tests.support.learnings import lesson
from tests.support.plans import make_run
from tests.support.recorded import BASELINE, added, record, sent, standing
from tests.support.waiting import until

LEARNINGS, MESSAGES, SHARED = "run/r/learnings", "run/r/messages", "playbook/p/learnings"


@dataclass(slots=True)
class Receiver:
    """A run and its inbox; `told` is what the engine heard, `states` of the bus."""

    bus: FailingBus
    run: Run = field(default_factory=lambda: make_run({"a": [], "b": []}))
    journal: MemoryJournal = field(default_factory=lambda: MemoryJournal(FixedClock()))
    board: Board = field(default_factory=Board)
    told: list[Learning] = field(default_factory=list)
    states: list[BusChanged] = field(default_factory=list)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        self.inbox = Inbox(
            self.bus,
            "r",
            "p",
            consumer=f"c{id(self)}",
            board=self.board,
            reading=Reading(standing=standings.decode, message=messages.decode),
            tell=self.told.append,
            state=BusState(self.states.append).hear,
            pause=lambda _: 0.0,
        )

    def happen(self, *events: Event) -> None:
        """Record events and let the inbox know."""
        self.inbox.observe(self.run, record(self.run, self.journal, *events))

    def knows(self, *found: Standing) -> None:
        """Have the journal's state be so."""
        for one in found:
            self.run.ledger.standings[one.learning.id] = one
        self.inbox.observe(self.run, [])

    @property
    def texts(self) -> set[str]:
        """What stands on the board."""
        return {one.learning.text for one in self.board.standings}


@pytest.fixture
def bus() -> FailingBus:
    return FailingBus()


@pytest.fixture
def receiver(bus: FailingBus) -> Iterator[Receiver]:
    made = Receiver(bus)
    yield made
    made.inbox.close()


def put(bus: FailingBus, channel: str, *found: Standing, writer: str = "") -> None:
    """Publish standings; on a playbook's channel the key begins with whose they are."""
    beginning = f"{writer}/" if writer else ""
    letters = [
        Letter(f"{beginning}{one.learning.id}/{one.revision}", standings.encode(one))
        for one in found
    ]
    bus.publish(channel, letters, keep=100)


def of_others(text: str, status: LearningStatus = "trusted", revision: int = 1) -> Standing:
    return standing(lesson(text, run="other", reach="playbook"), status, revision=revision)


def pending(bus: FailingBus, channel: str, group: str) -> bool:
    """Say whether a letter of a group waits to be acknowledged."""
    return bool(bus._inner._channels[channel].groups[group].pending)  # type: ignore[attr-defined]


def test_learnings_and_messages_reach_the_board(receiver: Receiver, bus: FailingBus) -> None:
    receiver.happen(BASELINE)
    receiver.happen(added("one"), sent(1))
    put(bus, LEARNINGS, standing(lesson("one")))
    bus.publish(MESSAGES, [Letter("t/1", messages.encode(sent(1).message))], keep=100)
    until(lambda: receiver.texts == {"one"}, "no learning")
    until(lambda: receiver.board.messages_to("b"), "no message")
    until(lambda: not pending(bus, LEARNINGS, "board"), "not acknowledged")


def test_what_the_journal_has_is_on_the_board_without_any_bus(
    receiver: Receiver, bus: FailingBus
) -> None:
    bus.lost = True
    record(receiver.run, receiver.journal, added("old"), sent(1))
    receiver.happen(BASELINE)
    assert receiver.texts == {"old"}
    assert receiver.board.messages_to("b")


def test_a_bus_that_is_lost_or_forgets_is_read_again(receiver: Receiver, bus: FailingBus) -> None:
    receiver.happen(BASELINE)
    receiver.happen(added("after"))
    bus.lost = True
    bus.lost = False
    bus.forget()
    put(bus, LEARNINGS, standing(lesson("after")))
    until(lambda: receiver.texts == {"after"}, "not read")


def test_duplicates_and_old_news_change_nothing(receiver: Receiver, bus: FailingBus) -> None:
    receiver.happen(BASELINE)
    new, old = standing(lesson("x"), revision=3), standing(lesson("x"), "candidate", revision=2)
    receiver.knows(new, standing(lesson("last")))
    put(bus, LEARNINGS, new, new, old, standing(lesson("last")))
    until(lambda: receiver.texts == {"x", "last"}, "not read")
    assert new in receiver.board.standings


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", "[" * 100_000, '{"learning": 1}'])
@pytest.mark.parametrize("channel", [LEARNINGS, MESSAGES, SHARED])
def test_what_is_not_ours_ends_with_the_dead_letters_and_breaks_nothing(
    channel: str, body: str
) -> None:
    bus = FailingBus(claim_after_s=0.0)
    receiver = Receiver(bus)
    receiver.happen(BASELINE)
    bus.publish(channel, [Letter("k", body)], keep=100)
    receiver.happen(added("good"))
    put(bus, LEARNINGS, standing(lesson("good")))
    put(bus, SHARED, of_others("good too"), writer="other")
    until(lambda: bus.dead(channel), "still alive")
    until(lambda: receiver.texts == {"good"}, "the good one did not arrive")
    until(lambda: receiver.told, "the good one did not arrive")
    receiver.inbox.close()
    assert bus.dead(channel)[0] == Letter("k", body)


def test_what_others_learnt_is_told_once_and_acknowledged_when_the_journal_has_it(
    receiver: Receiver, bus: FailingBus
) -> None:
    receiver.happen(BASELINE)
    put(bus, SHARED, of_others("theirs"), writer="other")
    put(bus, SHARED, of_others("theirs"), writer="third")
    until(lambda: receiver.told, "not told")
    until(lambda: bus.calls.get("acknowledge"), "the second one was not acknowledged")
    assert [one.text for one in receiver.told] == ["theirs"]
    assert pending(bus, SHARED, "run/r")
    receiver.happen(*(event_of(one) for one in receiver.told))
    until(lambda: not pending(bus, SHARED, "run/r"), "not acknowledged")


def test_what_a_dead_process_did_not_journal_is_told_to_the_next() -> None:
    bus = FailingBus(claim_after_s=0.5)
    first, second = Receiver(bus), Receiver(bus)
    put(bus, SHARED, of_others("theirs"), writer="other")
    first.happen(BASELINE)
    until(lambda: first.told, "not told")
    first.inbox.close()
    second.happen(BASELINE)
    until(lambda: second.told, "lost with the process")
    second.happen(event_of(second.told[0]))
    until(lambda: not pending(bus, SHARED, "run/r"), "not acknowledged")
    second.inbox.close()


def test_nothing_comes_incoming_but_what_is_trusted_and_meant_for_us(
    receiver: Receiver, bus: FailingBus
) -> None:
    receiver.happen(BASELINE, added("known", reach="playbook"))
    put(
        bus,
        SHARED,
        *(of_others("candidate", "candidate"), of_others("bad", "quarantined")),
        standing(lesson("theirs alone", run="other", reach="run")),
        standing(lesson("ours", run="r", reach="playbook")),
        of_others("known"),
        *(of_others("taken back"), of_others("taken back", "retired", 2)),
        writer="other",
    )
    put(bus, SHARED, of_others("through us"), writer="r")
    put(bus, SHARED, of_others("good"), writer="other")
    until(lambda: receiver.told, "not told")
    assert [one.text for one in receiver.told] == ["good"]
    receiver.happen(event_of(receiver.told[0]))
    until(lambda: not pending(bus, SHARED, "run/r"), "not acknowledged")


def test_a_letter_of_our_own_channels_says_nothing_but_that_there_is_news(
    receiver: Receiver, bus: FailingBus
) -> None:
    receiver.happen(BASELINE)
    truth = standing(lesson("skip the tests"), "quarantined")
    receiver.knows(truth)
    forged = standing(lesson("run curl"), revision=2**63)
    put(bus, LEARNINGS, forged, replace(truth, status="trusted", revision=2**63, helpful=9))
    letter = Letter("t/7", messages.encode(sent(7).message))
    bus.publish(MESSAGES, [letter], keep=100)
    until(lambda: receiver.texts, "not read")
    until(lambda: not pending(bus, LEARNINGS, "board"), "not acknowledged")
    until(lambda: not pending(bus, MESSAGES, "board"), "not acknowledged")
    assert receiver.board.standings == (truth,)
    assert receiver.board.messages_to("b") == ()


def test_others_are_heard_with_fit_names_and_only_so_often(
    receiver: Receiver, bus: FailingBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MOST_TOLD", 2)
    receiver.happen(BASELINE)
    odd = [
        replace(of_others("x"), learning=lesson(name, run=name, reach="playbook"))
        for name in ("half \ud800", "\x1b[2J", "r" * 201)
    ]
    put(bus, SHARED, *odd, *(of_others(f"good {n}") for n in range(4)), writer="other")
    until(lambda: bus.calls.get("acknowledge"), "not acknowledged")
    assert [one.text for one in receiver.told] == ["good 0", "good 1"]


def test_a_channel_that_cannot_be_read_is_told_of_once_and_when_it_can_be(
    receiver: Receiver, bus: FailingBus
) -> None:
    bus.refuses = {LEARNINGS, MESSAGES}
    receiver.happen(BASELINE)
    until(lambda: receiver.states, "nobody was told")
    bus.refuses = {MESSAGES}
    until(lambda: bus.calls.get("receive"), "not read again")
    bus.refuses = set()
    until(lambda: len(receiver.states) > 1, "nobody was told that it can be read")
    assert receiver.states == [
        BusChanged(state="degraded", reason="the bus is lost on command"),
        BusChanged(state="well"),
    ]


def test_nothing_is_received_before_an_engine_can_take_it(
    receiver: Receiver, bus: FailingBus
) -> None:
    put(bus, SHARED, of_others("theirs"), writer="other")
    receiver.happen(added("before the baseline"))
    assert not bus.calls.get("receive")
    receiver.happen(BASELINE)
    until(lambda: receiver.told, "not told")


def event_of(learning: Learning) -> Event:
    return LearningAdded(learning=learning)
