"""A run for whoever looks at it: its journal, its files, and a way to ask for something.

A dashboard is to be seen at once, so each part is imported when it is first used, on the thread
that uses it: what a run is made of takes as long to import as the screen itself.
"""

import getpass
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.watching.watched import Reading, Said, Watched
from orchestrator.errors import InvalidInputError
from orchestrator.wiring.disk_faults import explaining
from orchestrator.wiring.places import run_store

if TYPE_CHECKING:
    from orchestrator.adapters.journal.sqlite import SqliteJournal
    from orchestrator.application.timeline import AttemptSpan
    from orchestrator.application.watching.slices import SliceRow
    from orchestrator.domain.commands import Answer
    from orchestrator.domain.events import PersonCommand
    from orchestrator.domain.plan import Plan
    from orchestrator.domain.policy import Policy
    from orchestrator.ports.journal import Recorded


def watched(name: str) -> Watched:
    """Return a run to look at, by name or path; its journal is read later.

    Raises:
        UsageError: there is no such run.
    """
    folder = run_store().open(name)
    settings = folder.settings()
    return Watched(
        name=folder.name,
        target=settings.target,
        playbook=folder.name.rpartition("-")[0],
        who=getpass.getuser(),
        reading=partial(_reading, folder),
        busy=folder.busy,
        ask=explaining(partial(_ask, folder), folder.root),
        go_on=explaining(partial(_go_on, folder), folder.root),
        said=explaining(partial(_said, folder), folder.root),
        told=explaining(partial(_told, folder), folder.root),
        changed=explaining(partial(_changed, folder), folder.root),
        slices=explaining(partial(_slices, folder), folder.root),
        now=SystemClock().now,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """The journal with what stands beside it."""

    plan: "Plan"
    policy: "Policy"
    journal: "SqliteJournal"
    file: Path
    number: int

    def news(self, after: int, most: int) -> "Sequence[Recorded]":
        if _number(self.file) != self.number:  # what is open stays readable for ever
            raise InvalidInputError(
                f"the run was removed, or its journal replaced: {self.file}",
                hint="leafcut status lists the runs there are",
            )
        return self.journal.read(after, most)

    def last(self) -> int:
        return self.journal.last()

    def waiting(self) -> "Sequence[PersonCommand]":
        return self.journal.commands()


@contextmanager
def _reading(folder: RunFolder) -> Iterator[Reading]:
    from orchestrator.adapters import plan_file
    from orchestrator.adapters.journal.sqlite import SqliteJournal
    from orchestrator.wiring.runs import first_policy

    settings = folder.settings()
    with closing(SqliteJournal(folder.journal, SystemClock())) as journal:
        plan, file = plan_file.load(folder.plan), folder.journal
        yield _Reading(plan, first_policy(folder, settings), journal, file, _number(file))


def _number(file: Path) -> int:
    """Return what a file keeps as long as it is the same one, 0 where there is none."""
    try:
        return file.stat().st_ino
    except OSError:
        return 0


def _ask(folder: RunFolder, command: "PersonCommand") -> "Answer | None":
    """Leave a command; return the answer, None when no engine gives one in time.

    Raises:
        UsageError: it names an agent that is not known.
    """
    from orchestrator.adapters.journal.sqlite import SqliteJournal
    from orchestrator.domain.commands import ABOUT_LEARNINGS
    from orchestrator.wiring.steering import LOOK_S, PATIENCE_S, answer_to, known_agent, obey

    if command.agent:
        command = replace(command, agent=known_agent(command.agent, folder.settings().target))
    with closing(SqliteJournal(folder.journal, SystemClock())) as journal:
        last = journal.last()
        key = journal.ask(command)
        until = time.monotonic() + PATIENCE_S
        while folder.busy() and time.monotonic() < until:
            if said := answer_to(journal, key, last):
                return said
            time.sleep(LOOK_S)
        if command.action in ABOUT_LEARNINGS and not folder.busy():
            obey(folder, ABOUT_LEARNINGS)
        return answer_to(journal, key, last)


def _go_on(folder: RunFolder) -> str:
    from orchestrator.wiring.processes import begin

    return str(begin(folder).log)


def _said(folder: RunFolder, span: "AttemptSpan") -> Said:
    from orchestrator.application.beside import said_lately
    from orchestrator.application.live import MOST
    from orchestrator.wiring.agents import told

    content, so_far, before = said_lately(
        folder.transcripts, span.task, span.number, trial=span.trial, most=MOST
    )
    live = span.ended is None and folder.busy() and (so_far or not content)
    return Said(told(span.agent, content, live=so_far), live=live, before=before)


def _told(folder: RunFolder, span: "AttemptSpan") -> str:
    from orchestrator.application.beside import kept

    for path, attempt in kept(folder.transcripts, span.task, "prompt"):
        if attempt == (span.number, span.trial):
            return path.read_text(encoding="utf-8", errors="replace")
    return ""


def _changed(folder: RunFolder, commit: str) -> str:
    from orchestrator.adapters.git.repository import CanonicalRepository

    if not folder.repository.is_dir():
        raise InvalidInputError(f"the run's repository is gone: {folder.repository}")
    settings = folder.settings()
    with closing(CanonicalRepository(folder.repository, settings.author, lambda: 0.0)) as found:
        if found.resolve(commit) is None:
            raise InvalidInputError(f"the run's repository has no commit {commit[:10]}")
        parents = found.info(commit).parents
        return found.patch(parents[0], commit).decode("utf-8", "replace") if parents else ""


def _slices(folder: RunFolder, asking: bool) -> "Sequence[SliceRow]":  # noqa: FBT001 - see Watched
    from orchestrator.wiring.slices_apart import slices_apart

    return slices_apart(folder, asking)
