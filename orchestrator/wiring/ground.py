"""What a run stands on: its folder opened, its sandbox and its repository, ended at exit."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.adapters import crash_points
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.git.worktrees import WorktreePool
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.runs import RunFolder
from orchestrator.domain.events import CommandAccepted, Event
from orchestrator.domain.expressions import Value
from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.pace import MOST_ATTEMPTS
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.settings import RunSettings
from orchestrator.ports.journal import Recorded
from orchestrator.ports.sandbox import Sandbox
from orchestrator.wiring.gateway import taken_secrets
from orchestrator.wiring.library import values_of
from orchestrator.wiring.runs import Described, describe
from orchestrator.wiring.sandboxes import agents_of, containers_of, interpreter, sandbox_of
from orchestrator.wiring.worktrees import worktrees_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What all parts of a run share.

    `recorded` is the journal as it was found. `workers` is how many attempts go on at once to
    begin with. `values` are what commands may name, `secrets` what has been
    taken out of the environment, by name.
    """

    folder: RunFolder
    clock: SystemClock
    journal: SqliteJournal
    recorded: Sequence[Recorded]
    described: Described
    secrets: Mapping[str, str] = field(repr=False)
    workers: int
    sandbox: Sandbox
    repository: CanonicalRepository
    worktrees: WorktreePool
    values: Mapping[str, Value]

    @property
    def threads(self) -> int:
        """How many threads are there for attempts, for a person may ask for more at once."""
        return max(self.workers, MOST_ATTEMPTS)

    @property
    def settings(self) -> RunSettings:
        """What a person chose when the run was started."""
        return self.described.settings

    @property
    def plan(self) -> Plan:
        """The plan that the run began with."""
        return self.described.plan

    @property
    def playbook(self) -> Playbook:
        """The playbook as the run follows it now."""
        return self.described.playbook

    @property
    def events(self) -> list[Event]:
        """What the journal tells."""
        return [entry.event for entry in self.recorded]

    @property
    def readable(self) -> tuple[Path, ...]:
        """The folders that every command of the playbook sees."""
        return (self.described.playbook_folder,)


def open_ground(
    stack: ExitStack, folder: RunFolder, *, concurrency: int | None, secrets: Sequence[str]
) -> Ground:
    """Open what a run stands on, as its only writer; `stack` ends it, last things first."""
    reached = crash_points.from_environment()
    clock = SystemClock()
    journal = crash_points.watched("journal", SqliteJournal(folder.journal, clock), reached)
    stack.callback(journal.close)
    recorded = journal.read()
    described = describe(folder, [entry.event for entry in recorded])
    settings, playbook = described.settings, described.playbook
    # Before anything is started that could inherit them.
    taken = taken_secrets(agents_of(playbook), secrets)
    sandbox = sandbox_of(settings, playbook, labels=containers_of(folder))
    sandbox = crash_points.watched("sandbox", sandbox, reached)
    stack.callback(sandbox.close)
    canonical = CanonicalRepository(folder.repository, settings.author, clock.now)
    for shared in notebooks(playbook.learnings):
        canonical.unite(shared)
    repository = crash_points.watched("repository", canonical, reached)
    stack.callback(repository.close)
    worktrees = worktrees_of(canonical, folder, sandbox)
    stack.callback(worktrees.close)
    return Ground(
        folder=folder,
        clock=clock,
        journal=journal,
        recorded=recorded,
        described=described,
        secrets=taken,
        workers=concurrency or _asked_for(recorded) or settings.concurrency,
        sandbox=sandbox,
        repository=repository,
        worktrees=worktrees,
        values=values_of(
            playbook, described.playbook_folder, settings.params, interpreter(sandbox)
        ),
    )


def _asked_for(recorded: Sequence[Recorded]) -> int:
    """Return how many attempts at once a person last asked the run for, 0 where nobody did."""
    events = (entry.event for entry in reversed(recorded))
    said = (one.concurrency for one in events if isinstance(one, CommandAccepted))
    return next(filter(None, said), 0)
