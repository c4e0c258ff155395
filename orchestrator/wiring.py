"""The composition root: builds the adapters and hands typed objects to the command line.

Heavy adapters are imported where they are built, so that a command pays only for what it uses.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from orchestrator import __version__
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.library import playbooks
from orchestrator.adapters.library.playbooks import LoadedPlaybook, Shelf
from orchestrator.adapters.runs import RunFolder, RunStore
from orchestrator.domain.durations import seconds
from orchestrator.domain.events import RunStarted
from orchestrator.domain.expressions import Value
from orchestrator.domain.messages import playbook_values, task_values
from orchestrator.domain.plan import Plan, Task
from orchestrator.domain.planning import Heading
from orchestrator.domain.playbook import ParamValue, Playbook
from orchestrator.domain.run import Policy, Run, fold
from orchestrator.domain.settings import RunSettings, effective
from orchestrator.errors import InvalidInputError, LeafcutError, UsageError

if TYPE_CHECKING:
    from orchestrator.adapters.agents.codemod import CodemodAgent
    from orchestrator.application.collate import Check
    from orchestrator.application.doctor import Finding
    from orchestrator.application.execute import Execution
    from orchestrator.application.find import Finder
    from orchestrator.application.fixture import Played
    from orchestrator.application.prs import PullRequests
    from orchestrator.ports.agent import Agent, AgentReport
    from orchestrator.ports.journal import JournalReader, Recorded
    from orchestrator.ports.sandbox import Sandbox

INTEGRATION = "refs/heads/leafcut/integration"
_PACKAGE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Places:
    """Where Leafcut keeps things of this user's."""

    state: Path
    cache: Path
    config: Path


def places() -> Places:
    """Return the user's folders; `LEAFCUT_HOME` moves state and cache together."""
    home = Path.home()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "leafcut"
    if own := os.environ.get("LEAFCUT_HOME"):
        return Places(Path(own) / "runs", Path(own) / "cache", config)
    state = Path(os.environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")
    return Places(state / "leafcut" / "runs", cache / "leafcut", config)


def run_store() -> RunStore:
    """Return all runs of this user."""
    return RunStore(places().state)


def shelves() -> tuple[Shelf, ...]:
    """Return the folders that playbooks are looked for in, in order."""
    return (Shelf("user", places().config / "playbooks"), Shelf("built in", _data("playbooks")))


def agent_shelves() -> tuple[Path, ...]:
    """Return the folders that agents are looked for in, in order."""
    return (places().config / "agents", _data("agents"))


def _data(kind: str) -> Path:
    """Return where data files lie: in the package when installed, beside it in a checkout."""
    installed = _PACKAGE / "_library" / kind
    return installed if installed.is_dir() else _PACKAGE.parent / kind


def find_playbook(name: str) -> LoadedPlaybook:
    """Return a playbook by path or name."""
    return playbooks.find(name, shelves(), agent_shelves())


def find_playbook_for(name: str, target: Target, base: str, *, trust: bool) -> LoadedPlaybook:
    """Return a playbook by path or name; a name that no other has may be the target's own.

    The target's own is read from `base` and needs `trust`, now or earlier.
    """
    from orchestrator.adapters.library.trust import (
        SOURCE,
        TrustStore,
        playbooks_in,
        refuse_overreach,
    )

    if playbooks.is_folder(name) or name in dict(playbooks.on_shelves(shelves())):
        return find_playbook(name)
    tree = Checkouts(target.git_directory, places().cache / "checkouts").prepare(base)
    own = Shelf(SOURCE, playbooks_in(tree))
    loaded = playbooks.find(name, (*shelves(), own), agent_shelves())
    refuse_overreach(loaded)
    TrustStore(places().state.parent / "trusted.json").require(loaded, target.root, given=trust)
    return loaded


def all_playbooks() -> "Iterator[tuple[str, str, LoadedPlaybook | LeafcutError]]":
    """Yield each playbook that can be named: its name, whose it is, and what it is or its fault."""
    for name, shelf in playbooks.on_shelves(shelves()):
        try:
            yield name, shelf.source, find_playbook(name)
        except LeafcutError as error:
            yield name, shelf.source, error


def play_fixture(name: str, given: Sequence[str]) -> "Played":
    """Play a playbook's fixture in a temporary folder."""
    from orchestrator.adapters.imports.ruff import RuffImportGraph
    from orchestrator.adapters.library.fixtures import laid_out
    from orchestrator.adapters.sandbox.choose import choose
    from orchestrator.application.find import Finder
    from orchestrator.application.fixture import Folder, play
    from orchestrator.application.plan import Planner

    loaded = find_playbook(name)
    playbook = loaded.playbook
    values = _values(playbook, loaded.folder, playbooks.parameters(playbook, given))
    with laid_out(loaded.folder) as (tree, scratch), closing(choose("auto")) as sandbox:
        planner = Planner(
            export=Folder(tree),
            imports={"python": RuffImportGraph(playbook.graph.type_checking_imports)},
            find=Finder(
                find=playbook.find, values=values, sandbox=sandbox, readable=(loaded.folder,)
            ),
            scratch=scratch,
        )
        agent = _codemod(playbook, (loaded.folder,))

        def apply(task: Task) -> "AgentReport":
            own = {**values, **task_values(task)}
            return agent.apply(task, tree, scratch, sandbox, own, {"LEAFCUT_NOTES": str(scratch)})

        return play(playbook, planner, apply, tree, loaded.folder / "fixture" / "after")


# -- planning ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What `leafcut plan` and `leafcut run` are asked for.

    `trust_target` lets a playbook of the target repository itself be used.
    """

    playbook: str
    repository: Path
    base: str = "HEAD"
    params: Sequence[str] = ()
    include: Sequence[str] = ()
    exclude: Sequence[str] = ()
    find: bool = True
    trust_target: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan with what it was made from; `uncommitted` lists what it does not see."""

    plan: Plan
    loaded: LoadedPlaybook
    target: Target
    uncommitted: Sequence[str]


def make_plan(request: PlanRequest) -> Planned:
    """Plan a playbook on a repository."""
    from orchestrator.adapters.imports.ruff import RuffImportGraph
    from orchestrator.application.plan import Planner

    target = Target.open(request.repository)
    base = target.resolve(request.base)
    loaded = find_playbook_for(request.playbook, target, base, trust=request.trust_target)
    params = playbooks.parameters(loaded.playbook, request.params)
    heading = Heading(
        playbook=loaded.playbook.name,
        playbook_digest=loaded.digest,
        params=params,
        repository=str(target.root),
        base=base,
    )
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="leafcut-")))
        find, kept = _planning_find(stack, loaded, params) if request.find else (None, {})
        planner = Planner(
            export=Checkouts(target.git_directory, places().cache / "checkouts"),
            imports={"python": RuffImportGraph(loaded.playbook.graph.type_checking_imports)},
            find=find,
            scratch=scratch,
            remembered=kept,
        )
        aside = stack.enter_context(ThreadPoolExecutor(1))
        uncommitted = aside.submit(target.uncommitted)
        plan = planner.plan(loaded.playbook, heading, request.include, request.exclude)
        return Planned(plan=plan, loaded=loaded, target=target, uncommitted=uncommitted.result())


def _planning_find(
    stack: ExitStack, loaded: LoadedPlaybook, params: Mapping[str, ParamValue]
) -> "tuple[Finder, dict[str, tuple[int, ...]]]":
    from orchestrator.adapters.find_cache import remembered
    from orchestrator.adapters.sandbox.choose import choose
    from orchestrator.application.find import Finder
    from orchestrator.domain.planning import fingerprint

    sandbox = choose("auto" if loaded.playbook.find.run else "local")
    stack.callback(sandbox.close)
    key = fingerprint(loaded.digest, params)
    kept = stack.enter_context(remembered(places().cache / "find" / f"{key}.json"))
    finder = Finder(
        find=loaded.playbook.find,
        values=_values(loaded.playbook, loaded.folder, params),
        sandbox=sandbox,
        readable=(loaded.folder,),
        workers=os.cpu_count() or 1,
    )
    return finder, kept


def load_plan(path: Path, repository: Path, *, trust_target: bool = False) -> Planned:
    """Read a plan that was written before, for the repository that it is to run on.

    Raises:
        InvalidInputError: it is no plan, or its base is not in the repository.
        UsageError: the playbook has changed since.
    """
    from orchestrator.adapters import plan_file

    plan = plan_file.load(path)
    target = Target.open(repository)
    try:
        target.resolve(plan.base)
    except InvalidInputError as error:
        raise InvalidInputError(
            f"{path} was made for commit {plan.base[:12]}, which {target.root} does not have",
            hint=f"leafcut plan {plan.playbook} --repo {target.root}",
        ) from error
    head = target.resolve("HEAD")
    if head != plan.base:
        raise InvalidInputError(
            f"{path} was made for commit {plan.base[:12]}, but HEAD is at {head[:12]}",
            hint=f"git checkout {plan.base[:12]}, or plan anew",
        )
    loaded = find_playbook_for(plan.playbook, target, plan.base, trust=trust_target)
    if loaded.digest != plan.playbook_digest:
        raise UsageError(
            f"playbook {plan.playbook} has changed since {path} was made", hint="plan anew"
        )
    return Planned(plan=plan, loaded=loaded, target=target, uncommitted=target.uncommitted())


# -- runs -------------------------------------------------------------------------------------


def validate(planned: Planned, settings: RunSettings) -> None:
    """See that a run with these settings can start at all.

    Raises:
        UsageError: an agent is not known, or two checks have one name.
    """
    from orchestrator.adapters.library.agents import load_agent

    try:
        playbook = effective(planned.loaded.playbook, settings)
    except ValueError as error:
        raise UsageError(str(error)) from error
    for name in playbook.agents:
        load_agent(name, agent_shelves())


def create_run(planned: Planned, settings: RunSettings) -> RunFolder:
    """Lay out a new run: its folder, its plan, its playbook, its canonical repository."""
    from orchestrator.adapters import plan_file

    folder = run_store().create(settings, plan_file.dumps(planned.plan), planned.loaded.folder)
    planned.target.copy_to(folder.repository, planned.plan.base)
    return folder


def new_settings(planned: Planned, **chosen: object) -> RunSettings:
    """Return the settings of a new run, with a name that nobody has yet."""
    now = SystemClock().now()
    return RunSettings(
        run=f"{planned.plan.playbook}-{token_hex(3)}",
        target=str(planned.target.root),
        created=now,
        author=planned.target.author(),
        params=planned.plan.params,
        **chosen,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRun:
    """A run as its journal tells it, for reading and for leaving commands."""

    folder: RunFolder
    settings: RunSettings
    playbook: Playbook
    run: Run
    recorded: "Sequence[Recorded]"
    journal: "JournalReader"


@contextmanager
def opened(name: str | None) -> "Iterator[OpenRun]":
    """Open a run to look at; None is the newest."""
    from orchestrator.adapters.journal.sqlite import SqliteJournal

    folder = run_store().open(name)
    settings, playbook, plan = _described(folder)
    journal = SqliteJournal(folder.journal, SystemClock())
    try:
        recorded = journal.read()
        run = fold(plan, _policy(playbook, settings), [entry.event for entry in recorded])
        yield OpenRun(
            folder=folder,
            settings=settings,
            playbook=playbook,
            run=run,
            recorded=recorded,
            journal=journal,
        )
    finally:
        journal.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A run ready to go on: its state, the event that begins it and everything that it needs."""

    run: Run
    started: "RunStarted"
    execution: "Execution"
    check: "Check"


@contextmanager
def pull_requests(there: OpenRun) -> "Iterator[PullRequests]":
    """Open what a run has landed as pull requests to its target repository.

    Their commits bear the time at which the run was created, so that making them again gives the
    same commits.
    """
    from orchestrator.adapters.git.repository import CanonicalRepository
    from orchestrator.application.body import Origin
    from orchestrator.application.prs import PullRequests

    settings, playbook, run = there.settings, there.playbook, there.run
    target = Target.open(Path(settings.target))
    repository = CanonicalRepository(
        there.folder.repository, settings.author, lambda: settings.created
    )
    try:
        yield PullRequests(
            run=run,
            repository=repository,
            origin=Origin(
                run=settings.run,
                playbook=playbook,
                params=settings.params,
                values=_values(playbook, there.folder.playbook, settings.params),
                base=run.plan.base,
                head=run.head,
            ),
            branches=target.branches,
            write=partial(target.publish, there.folder.repository),
        )
    finally:
        repository.close()


@contextmanager
def assembled(folder: RunFolder, *, concurrency: int | None = None) -> "Iterator[Assembly]":
    """Put together what a run needs, as its only writer; everything is ended at exit."""
    from orchestrator.adapters.sandbox.choose import choose

    with ExitStack() as stack:
        stack.enter_context(folder.locked())
        settings, playbook, plan = _described(folder)
        sandbox = choose(settings.sandbox)
        stack.callback(sandbox.close)
        yield _assemble(stack, folder, settings, playbook, plan, sandbox, concurrency)


def _assemble(  # noqa: PLR0913 - the composition root
    stack: ExitStack,
    folder: RunFolder,
    settings: RunSettings,
    playbook: Playbook,
    plan: Plan,
    sandbox: "Sandbox",
    concurrency: int | None,
) -> Assembly:
    from orchestrator.adapters.git.repository import CanonicalRepository
    from orchestrator.adapters.git.worktrees import WorktreePool
    from orchestrator.adapters.journal.sqlite import SqliteJournal
    from orchestrator.application.accept import Acceptance
    from orchestrator.application.attempt import Workshop
    from orchestrator.application.base import BaseChecks
    from orchestrator.application.caches import CheckCaches
    from orchestrator.application.effects import RunEffects
    from orchestrator.application.execute import Execution
    from orchestrator.application.find import Finder
    from orchestrator.application.land import Landing
    from orchestrator.application.recall import recalling
    from orchestrator.application.setup import Preparation

    clock = SystemClock()
    workers = concurrency or settings.concurrency
    readable = (folder.playbook,)
    values = _values(playbook, folder.playbook, settings.params)
    repository = CanonicalRepository(folder.repository, settings.author, clock.now)
    stack.callback(repository.close)
    worktrees = WorktreePool(repository, folder.worktrees)
    journal = SqliteJournal(folder.journal, clock)
    stack.callback(journal.close)
    prepare = Preparation(
        setup=playbook.setup,
        repository=repository,
        sandbox=sandbox,
        values=values,
        readable=readable,
    )
    acceptance = Acceptance(
        checks=playbook.checks,
        sandbox=sandbox,
        values=values,
        tree_of=repository.objects.tree_of,
        prepare=prepare,
        caches=CheckCaches(folder.caches),
        readable=readable,
    )
    finder = Finder(find=playbook.find, values=values, sandbox=sandbox, readable=readable)
    check = acceptance.judging(worktrees, "landing")
    landing = Landing(
        repository,
        INTEGRATION,
        playbook.landing.verify,
        check,
        stack.enter_context(ThreadPoolExecutor(workers, "landing")),
    )
    shop = Workshop(
        repository=repository,
        worktrees=worktrees,
        sandbox=sandbox,
        agents=_agents(playbook, readable),
        judge=acceptance,
        prepare=prepare,
        scan=finder,
        guards=playbook.guards,
        values=values,
        clock=clock,
        notes=folder.notes,
        transcripts=folder.transcripts,
    )
    execution = Execution(
        journal=journal,
        repository=repository,
        worktrees=worktrees,
        effects=RunEffects(
            run=settings.run,
            shop=shop,
            landing=landing,
            commit=playbook.commit,
            values=values,
            author=settings.author,
        ),
        baseline=BaseChecks(acceptance, repository, worktrees, plan),
        scan=finder,
        ref=INTEGRATION,
        concurrency=workers,
    )
    events = [entry.event for entry in journal.read()]
    run = fold(plan, _policy(playbook, settings), events)
    started = RunStarted(
        run=settings.run,
        plan_hash=plan.hash,
        base=plan.base,
        branch=INTEGRATION,
        sandbox=sandbox.name,
        agents=playbook.agents,
        concurrency=workers,
        version=__version__,
    )
    return Assembly(
        run=run,
        started=started,
        execution=execution,
        check=recalling(check, playbook.checks, events, repository.objects.tree_of),
    )


def _agents(playbook: Playbook, readable: tuple[Path, ...]) -> "dict[str, Agent]":
    """Build the agents of the ladder; a codemod is the only kind there is yet."""
    return {name: _codemod(playbook, readable, name) for name in playbook.agents}


def _codemod(
    playbook: Playbook, readable: tuple[Path, ...], name: str = "codemod"
) -> "CodemodAgent":
    from orchestrator.adapters.agents.codemod import CodemodAgent

    if playbook.codemod is None:
        raise UsageError(
            f"playbook {playbook.name} has no codemod, and no other agent is there yet"
        )
    timeout = seconds(playbook.limits.attempt_timeout)
    return CodemodAgent(name, playbook.codemod.run, timeout, readable)


def _described(folder: RunFolder) -> tuple[RunSettings, Playbook, Plan]:
    from orchestrator.adapters import plan_file

    settings = folder.settings()
    plan = plan_file.load(folder.plan)
    playbook = playbooks.snapshot(folder.playbook)
    return settings, effective(playbook, settings), plan


def _policy(playbook: Playbook, settings: RunSettings) -> Policy:
    return Policy.of(playbook, max_tasks=settings.max_tasks, budget_usd=settings.budget_usd)


def _values(playbook: Playbook, folder: Path, params: Mapping[str, ParamValue]) -> dict[str, Value]:
    return playbook_values(playbook, str(folder), params, sys.executable)


# -- the machine ------------------------------------------------------------------------------


def examined() -> "tuple[Finding, ...]":
    """Look at what this machine has of what Leafcut needs."""
    from orchestrator.adapters.doctor import probes
    from orchestrator.application.doctor import examine

    return examine(probes(places().state))
