"""Runs: made, opened to look at, and opened as pull requests."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from orchestrator.adapters import crash_points, plan_file
from orchestrator.adapters.bus.address import address_of
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.agents import load_agent
from orchestrator.adapters.library.trust import SOURCE as TARGETS_OWN
from orchestrator.adapters.runs import RunFolder
from orchestrator.domain.events import Event, PlaybookChanged
from orchestrator.domain.fold import fold
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Playbook
from orchestrator.domain.policy import Policy
from orchestrator.domain.receipt import notes_ref
from orchestrator.domain.run import Run
from orchestrator.domain.settings import RunSettings, effective
from orchestrator.errors import UsageError
from orchestrator.ports.journal import JournalReader, Recorded
from orchestrator.wiring.library import values_of
from orchestrator.wiring.places import agent_shelves, run_store
from orchestrator.wiring.planning import Planned
from orchestrator.wiring.sandboxes import agents_of, validate_isolation

if TYPE_CHECKING:
    from orchestrator.application.slices.prs import PullRequests
    from orchestrator.application.slices.publish import Claim, Memory


def validate(planned: Planned, settings: RunSettings) -> None:
    """See that a run with these settings can start at all.

    Raises:
        UsageError: an agent is not known or the target's own, two checks have one name, or the
            URL of the bus is none.
    """
    try:
        playbook = effective(planned.loaded.playbook, settings)
    except ValueError as error:
        raise UsageError(str(error)) from error
    for name in agents_of(playbook):
        load_agent(name, agent_shelves(), foreign=planned.target.root)
    validate_isolation(settings, playbook)
    if settings.redis:
        address_of(settings.redis)


def create_run(planned: Planned, settings: RunSettings) -> RunFolder:
    """Lay out a new run: its folder, its plan, its playbook, its canonical repository."""
    return run_store().create(
        settings,
        plan_file.dumps(planned.plan),
        planned.loaded.folder,
        lambda folder: planned.target.copy_to(folder.repository, planned.plan.base),
    )


def new_settings(planned: Planned, image: str, **chosen: object) -> RunSettings:
    """Return the settings of a new run, with a name that nobody has yet.

    `image` is what a person named to run in. What it and the agents' images are is fixed here.

    Raises:
        MissingRequirementError: an image is not here, or no longer what it should be.
    """
    from orchestrator.wiring.images import images_of_run

    now = SystemClock().now()
    settings = RunSettings(
        run=f"{planned.plan.playbook}-{token_hex(3)}",
        target=str(planned.target.root),
        playbook_source=_source(planned),
        created=now,
        author=planned.target.author(),
        params=planned.plan.params,
        **chosen,  # type: ignore[arg-type]
    )
    agents = settings.agents or agents_of(planned.loaded.playbook)
    found = images_of_run(planned.loaded, agents, settings.sandbox, image)
    return replace(settings, image=found.environment, agent_images=found.agents or {})


def _source(planned: Planned) -> str:
    """Return the folder in which a person edits the playbook; the target's own is of its base."""
    own = planned.loaded.source == TARGETS_OWN
    return "" if own else str(planned.loaded.folder.resolve())


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run as its journal tells it, for reading and for leaving commands."""

    folder: RunFolder
    settings: RunSettings
    playbook: Playbook
    playbook_folder: Path
    run: Run
    recorded: Sequence[Recorded]
    journal: JournalReader


@contextmanager
def opened(name: str) -> Iterator[OpenRun]:
    """Open a run to look at, by name or path."""
    folder = run_store().open(name)
    journal = SqliteJournal(folder.journal, SystemClock())
    try:
        recorded = journal.read()
        events = [entry.event for entry in recorded]
        described = describe(folder, events)
        yield OpenRun(
            folder=folder,
            settings=described.settings,
            playbook=described.playbook,
            playbook_folder=described.playbook_folder,
            run=fold(described.plan, described.policy(), events),
            recorded=recorded,
            journal=journal,
        )
    finally:
        journal.close()


@contextmanager
def pull_requests(there: OpenRun) -> "Iterator[PullRequests]":
    """Open what a run has landed as pull requests to its target repository.

    Their commits bear the second before the run was created: making them again gives the same
    commits, and none of them can be a landed one, which has a receipt of its own.
    """
    from orchestrator.adapters.git.repository import CanonicalRepository
    from orchestrator.application.pages.body import Origin
    from orchestrator.application.slices.prs import PullRequests
    from orchestrator.application.slices.publish import published
    from orchestrator.wiring.receipts import receipts_writer

    settings, playbook, run = there.settings, there.playbook, there.run
    target = Target.open(Path(settings.target))
    reached = crash_points.from_environment()
    repository = CanonicalRepository(
        there.folder.repository, settings.author, lambda: settings.created - 1
    )
    values = values_of(playbook, there.playbook_folder, settings.params)
    try:
        yield PullRequests(
            run=run,
            repository=repository,
            origin=Origin(
                run=settings.run,
                playbook=playbook,
                params=settings.params,
                values=values,
                base=run.base,
                head=run.head,
            ).told(run, (one.event for one in there.recorded)),
            branches=target.branches,
            merged=target.merged,
            notes=lambda: target.ref(notes_ref(settings.run)),
            make_receipts=receipts_writer(there, repository, values),
            write=partial(
                crash_points.watched("target", target, reached).publish, there.folder.repository
            ),
            claims=partial(claim, settings, published),
        )
    finally:
        repository.close()


def claim(settings: RunSettings, memory: "Memory", ref: str, commit: str) -> "Claim | None":
    """Return the other run of the same target that left a branch where it is now."""
    from orchestrator.adapters.git.exchange import at
    from orchestrator.application.slices.publish import Claim

    for folder in run_store().all():
        if folder.name == settings.run or not folder.targets(settings.target):
            continue
        if at(folder.repository, memory(ref)) == commit:
            return Claim(folder.name, older=folder.settings().created < settings.created)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a run's folder and journal say of it.

    `playbook` is as the run follows it now, `first` as it did when it started; `playbook_folder`
    holds the copy of the former.
    """

    settings: RunSettings
    plan: Plan
    first: Playbook
    playbook: Playbook
    playbook_folder: Path
    digest: str

    def policy(self) -> Policy:
        """Return how the run behaved when it started: what came later is in its journal."""
        return policy_of(self.first, self.settings)


def describe(folder: RunFolder, events: Iterable[Event]) -> Described:
    """Return a run's settings, its plan and its playbook.

    The copy that a person took last counts; the digest is empty for the one of the start.
    """
    settings = folder.settings()
    taken = [event.digest for event in events if isinstance(event, PlaybookChanged)]
    digest = taken[-1] if taken else ""
    first = effective(playbooks.snapshot(folder.playbook), settings)
    copy = folder.playbook_copy(digest)
    return Described(
        settings=settings,
        plan=plan_file.load(folder.plan),
        first=first,
        playbook=effective(playbooks.snapshot(copy), settings) if digest else first,
        playbook_folder=copy,
        digest=digest,
    )


def first_policy(folder: RunFolder, settings: RunSettings) -> Policy:
    """Return how a run behaved when it started, from its folder alone."""
    return policy_of(effective(playbooks.snapshot(folder.playbook), settings), settings)


def policy_of(playbook: Playbook, settings: RunSettings) -> Policy:
    """Return how a run of a playbook behaves."""
    return Policy.of(
        playbook,
        concurrency=settings.concurrency,
        max_tasks=settings.max_tasks,
        budget_usd=settings.budget_usd,
    )
