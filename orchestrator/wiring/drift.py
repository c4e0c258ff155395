"""A playbook that a person has edited since its run began: seen, shown and taken over."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.drift import changed_files, difference
from orchestrator.adapters.runs import RunFolder, copy_playbook
from orchestrator.domain.drift import rechecks, replans
from orchestrator.domain.events import BudgetChanged, Event, PlaybookChanged
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.policy import Policy
from orchestrator.domain.settings import effective
from orchestrator.errors import UsageError
from orchestrator.wiring.places import agent_shelves
from orchestrator.wiring.runs import Described, describe


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How the playbook on disk differs from the run's copy; `files` are those that do."""

    source: Path
    copy: Path
    old: str
    new: str
    files: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Return the difference for a person to read."""
        for name in self.files:
            yield from difference(self.copy, self.source, name)


def drifted(folder: RunFolder) -> Drift | None:
    """Return how a run's playbook has changed on disk; None when it has not, or is gone."""
    described = describe(folder, _events(folder))
    source = Path(described.settings.playbook_source)
    if not described.settings.playbook_source or not (source / playbooks.FILE).is_file():
        return None
    copy = described.playbook_folder
    old, new = playbooks.digest(copy), playbooks.digest(source)
    if old == new:
        return None
    files = changed_files(copy, source)
    return Drift(source=source, copy=copy, old=old, new=new, files=files)


def take_over(folder: RunFolder, drift: Drift, who: str) -> None:
    """Make a run follow the playbook on disk from now on.

    The new copy is complete before the event that names it; without the event it counts nothing.

    Raises:
        InvalidInputError: the playbook on disk has faults.
        UsageError: the run's plan was made from what has changed.
    """
    with folder.locked():
        events = _events(folder)
        described = describe(folder, events)
        loaded = playbooks.load(drift.source, "path", agent_shelves())
        new = _followed(loaded.playbook, described)
        copy = folder.playbook_copy(loaded.digest)
        if playbooks.digest(_staged(drift.source, copy)) != loaded.digest:
            raise UsageError(f"{drift.source} was edited just now", hint="try again")
        _append(
            folder,
            PlaybookChanged(
                digest=loaded.digest,
                who=who,
                files=drift.files,
                policy=_policy(new, described, events),
                rebase=rechecks(described.playbook, new),
            ),
        )


def _followed(new: Playbook, described: Described) -> Playbook:
    try:
        followed = effective(new, described.settings)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if keys := replans(described.playbook, followed):
        raise UsageError(
            f"the plan was made from {', '.join(keys)} of the playbook, which have changed",
            hint=f"put them back, or plan anew: leafcut run {described.settings.playbook_source}",
        )
    return followed


def _policy(playbook: Playbook, described: Described, events: Sequence[Event]) -> Policy:
    """Return the new policy; a limit on money that a person set for the run stays."""
    settings = described.settings
    set_since = [event.usd for event in events if isinstance(event, BudgetChanged)]
    return Policy.of(
        playbook,
        concurrency=settings.concurrency,
        max_tasks=settings.max_tasks,
        budget_usd=set_since[-1] if set_since else settings.budget_usd,
    )


def _staged(source: Path, copy: Path) -> Path:
    """Put a copy in its place whole; an unfinished one of a process that died makes room."""
    staged = copy.with_name(f".{copy.name}.new")
    shutil.rmtree(staged, ignore_errors=True)
    staged.parent.mkdir(parents=True, exist_ok=True)
    copy_playbook(source, staged)
    shutil.rmtree(copy, ignore_errors=True)
    return staged.rename(copy)


def _events(folder: RunFolder) -> list[Event]:
    journal = SqliteJournal(folder.journal, SystemClock())
    try:
        return [entry.event for entry in journal.read()]
    finally:
        journal.close()


def _append(folder: RunFolder, event: Event) -> None:
    journal = SqliteJournal(folder.journal, SystemClock())
    try:
        journal.append([event])
    finally:
        journal.close()
