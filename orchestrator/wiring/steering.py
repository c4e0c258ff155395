"""Commands of people: left for whoever works on a run, and carried out where nobody does."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.library.agents import load_agent
from orchestrator.adapters.runs import RunFolder
from orchestrator.domain.commands import ABOUT_LEARNINGS, Answer, answer
from orchestrator.domain.events import CommandAccepted, CommandRefused, PersonCommand, Steering
from orchestrator.domain.fold import apply, fold
from orchestrator.ports.journal import JournalReader
from orchestrator.wiring.agents import named
from orchestrator.wiring.places import agent_shelves
from orchestrator.wiring.runs import OpenRun, describe, opened

PATIENCE_S = 15.0
"""How long a live engine may take to answer a command, in seconds."""
LOOK_S = 0.1


def known_agent(name: str, target: str) -> str:
    """Return an agent that a person names for a run on `target`, as the run keeps it.

    Raises:
        UsageError: it is not known, or the target repository's own.
    """
    load_agent(name, agent_shelves(), foreign=Path(target))
    return named([name])[0]


@contextmanager
def steering(name: str) -> Iterator[OpenRun]:
    """Open a run as it will be when the commands that wait already have been carried out."""
    with opened(name) as there:
        for command in there.journal.commands():
            apply(there.run, answer(there.run, command))
        yield there


def ask(there: OpenRun, command: PersonCommand) -> Answer | None:
    """Leave a command; return the engine's answer, or None when no engine is there to give one.

    One about learnings is carried out here where no engine is at work: no task waits for it.
    """
    last = there.recorded[-1].sequence if there.recorded else 0
    key = there.journal.ask(command)
    until = time.monotonic() + PATIENCE_S
    while there.folder.busy() and time.monotonic() < until:
        if said := answer_to(there.journal, key, last):
            return said
        time.sleep(LOOK_S)
    if command.action in ABOUT_LEARNINGS and not there.folder.busy():
        obey(there.folder, ABOUT_LEARNINGS)
    return answer_to(there.journal, key, last)


def answer_to(journal: JournalReader, key: int, after: int) -> Answer | None:
    """Return what was answered to a command since an event, None when nothing has been."""
    for entry in journal.read(after):
        event = entry.event
        if isinstance(event, CommandAccepted | CommandRefused) and event.command == key:
            return event
    return None


def obey(folder: RunFolder, only: Collection[Steering] = ()) -> None:
    """Carry out the commands that wait, or some kinds of them only, as the run's only writer."""
    with folder.locked():
        journal = SqliteJournal(folder.journal, SystemClock())
        try:
            events = [entry.event for entry in journal.read()]
            described = describe(folder, events)
            run = fold(described.plan, described.policy(), events)
            for command in journal.commands():
                if only and command.action not in only:
                    continue
                said = answer(run, command)
                apply(run, said)
                journal.append([said])
        finally:
            journal.close()
