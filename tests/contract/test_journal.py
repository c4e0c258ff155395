"""What every journal does: keep events in order, and people's commands until they are answered."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pydantic_core import PydanticSerializationError

from orchestrator.adapters.journal.memory import MemoryJournal
from orchestrator.adapters.journal.sqlite import SCHEMA_VERSION, SqliteJournal
from orchestrator.domain.events import (
    AttemptStarted,
    CommandRefused,
    Event,
    LandingEnded,
    PersonCommand,
    RunEnded,
    SentBack,
)
from orchestrator.domain.verdict import Failure
from orchestrator.errors import InvalidInputError
from orchestrator.ports.journal import Journal
from tests.support.effects import FixedClock

EVENTS: list[Event] = [
    AttemptStarted(task="a", number=1, agent="codemod", base="b" * 40, token="t"),
    LandingEnded(
        batch=1,
        head="h",
        sent_back=(
            SentBack(
                task="a",
                reason_code="conflict",
                reason="ünïcode \n and lines",
                failures=(
                    Failure("types", "a.py", "attr-defined", "no", 3),
                    Failure("guard:scope", "\udcff.py", "scope", "a name that is no UTF-8"),
                ),
            ),
        ),
    ),
    RunEnded(state="incomplete", residue=3, remaining=(("a.py", 3),)),
]


@pytest.fixture(params=["sqlite", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    if request.param == "memory":
        yield MemoryJournal(FixedClock())
        return
    made = SqliteJournal(tmp_path / "journal.sqlite", FixedClock())
    yield made
    made.close()


def test_events_come_back_as_they_were_in_order(journal: Journal) -> None:
    journal.append(EVENTS[:1])
    journal.append(EVENTS[1:])
    assert [entry.event for entry in journal.read()] == EVENTS
    assert [entry.sequence for entry in journal.read()] == [1, 2, 3]
    assert {entry.at for entry in journal.read()} == {1000.0}


@pytest.mark.parametrize("odd", ["half a letter \ud800", "a byte \udc80", "\U0001f343 whole"])
def test_what_is_no_unicode_is_read_as_it_was_written(journal: Journal, odd: str) -> None:
    ended = RunEnded(state="incomplete", reason=odd)
    journal.append([ended])
    assert [entry.event for entry in journal.read()] == [ended]
    journal.ask(PersonCommand(id=0, who="me", action="stop", reason=odd))
    assert [command.reason for command in journal.commands()] == [odd]


def test_reading_step_by_step_gives_the_same(journal: Journal) -> None:
    assert journal.last() == 0
    journal.append(EVENTS)
    assert journal.last() == 3
    assert [entry.event for entry in journal.read(0, 2)] == EVENTS[:2]
    assert [entry.event for entry in journal.read(2, 2)] == EVENTS[2:]
    assert journal.read(3, 2) == []


def test_reading_goes_on_after_what_was_read(journal: Journal) -> None:
    recorded = journal.append(EVENTS)
    assert [entry.event for entry in journal.read(after=recorded[0].sequence)] == EVENTS[1:]


def test_a_command_waits_until_an_event_answers_it(journal: Journal) -> None:
    first = journal.ask(PersonCommand(id=0, who="me", action="retry", tasks=("a", "b")))
    second = journal.ask(PersonCommand(id=0, who="you", action="stop"))
    assert [command.tasks for command in journal.commands()] == [("a", "b"), ()]
    journal.append([CommandRefused(command=first, who="me", reason="no")])
    assert [command.id for command in journal.commands()] == [second]


def test_another_process_sees_what_was_appended(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    writer, reader = (SqliteJournal(path, FixedClock()) for _ in range(2))
    writer.append(EVENTS)
    assert len(reader.read()) == len(EVENTS)
    reader.ask(PersonCommand(id=0, who="me", action="stop"))
    assert len(writer.commands()) == 1
    writer.close()
    reader.close()


def test_events_that_arrive_together_are_recorded_together_or_not_at_all(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "journal.sqlite", FixedClock())
    with pytest.raises(PydanticSerializationError):
        journal.append([EVENTS[0], "no event"])  # type: ignore[list-item]
    assert journal.read() == []
    journal.close()


def overwrite(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to be looked at" * 20)


def tear(path: Path) -> None:
    with closing(SqliteJournal(path, FixedClock())) as journal:
        journal.append(EVENTS * 200)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def of_the_future(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()


def with_a_strange_event(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute('INSERT INTO events (at, event) VALUES (1, \'{"event":"dream"}\')')
    connection.commit()
    connection.close()


def read_all(path: Path) -> None:
    with closing(SqliteJournal(path, FixedClock())) as journal:
        journal.read()


def test_damage_while_a_journal_is_open_is_told_alike(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    with closing(SqliteJournal(path, FixedClock())) as journal:
        with closing(sqlite3.connect(path)) as other:
            other.executescript("DROP TABLE events; DROP TABLE commands")
        for look in (journal.read, journal.last, journal.commands):
            with pytest.raises(InvalidInputError) as caught:
                look()
            assert caught.value.hint


@pytest.mark.parametrize("damage", [overwrite, tear, of_the_future, with_a_strange_event])
def test_a_damaged_journal_is_refused_with_advice(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "journal.sqlite"
    SqliteJournal(path, FixedClock()).close()
    damage(path)
    with pytest.raises(InvalidInputError) as caught:
        read_all(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
