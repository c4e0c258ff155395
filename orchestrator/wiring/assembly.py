"""A run put together: every part that it needs, built once, ended at exit."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from orchestrator.adapters import crash_points
from orchestrator.adapters.clock import SystemClock
from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.git.repository import CanonicalRepository
from orchestrator.adapters.imports.ruff import RuffImportGraph
from orchestrator.adapters.journal.sqlite import SqliteJournal
from orchestrator.adapters.runs import RunFolder
from orchestrator.adapters.sandbox.programs import virtual_environments
from orchestrator.adapters.sources.reader import read_facts
from orchestrator.application.accept import Acceptance
from orchestrator.application.base import BaseChecks
from orchestrator.application.caches import CheckCaches
from orchestrator.application.collate import Check
from orchestrator.application.effects import RunEffects
from orchestrator.application.elapsed import worked_s
from orchestrator.application.execute import Execution
from orchestrator.application.exits import Exits
from orchestrator.application.find import Finder
from orchestrator.application.head import HeadCheck
from orchestrator.application.inventory import selects
from orchestrator.application.land import Landing
from orchestrator.application.plan import sources
from orchestrator.application.reach import Reach
from orchestrator.application.recall import recalling
from orchestrator.application.redaction import Redact
from orchestrator.application.reread import ImportReader
from orchestrator.application.setup import Preparation
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import Usage
from orchestrator.domain.events import RunStarted
from orchestrator.domain.fold import fold
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Find
from orchestrator.domain.redaction import Redactor
from orchestrator.domain.run import Run
from orchestrator.domain.sample import pick
from orchestrator.ports.sandbox import Sandbox
from orchestrator.wiring.agents import Equipment, build_agents
from orchestrator.wiring.gateway import RunGateway, taken_secrets
from orchestrator.wiring.hosts import open_hosts
from orchestrator.wiring.library import values_of
from orchestrator.wiring.places import places
from orchestrator.wiring.receipts import this_process
from orchestrator.wiring.runs import describe
from orchestrator.wiring.sandboxes import agents_of, containers_of, interpreter, sandbox_of
from orchestrator.wiring.stages import stage_shops
from orchestrator.wiring.worktrees import worktrees_of

INTEGRATION = "refs/heads/leafcut/integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """A run ready to go on: its state, the event that begins it and everything that it needs."""

    run: Run
    started: RunStarted
    execution: Execution
    check: Check


@contextmanager
def assembled(
    folder: RunFolder,
    *,
    concurrency: int | None = None,
    budget_usd: float | None = None,
    secrets: Sequence[str] = (),
) -> Iterator[Assembly]:
    """Put together what a run needs, as its only writer; everything is ended at exit.

    `budget_usd` is a new limit on money for the whole run, `secrets` are those that a person named,
    see `taken_secrets`.
    """
    with ExitStack() as stack:
        stack.enter_context(folder.locked())
        yield Parts(stack, folder, concurrency, budget_usd, secrets).assembly()


class Parts:
    """The parts of one run, each built from those before it."""

    def __init__(
        self,
        stack: ExitStack,
        folder: RunFolder,
        concurrency: int | None,
        budget_usd: float | None = None,
        secrets: Sequence[str] = (),
    ) -> None:
        """Build what all others share; `stack` ends it."""
        self.folder = folder
        self.budget_usd = budget_usd
        self.clock = SystemClock()
        reached = crash_points.from_environment()
        self.journal = crash_points.watched(
            "journal", SqliteJournal(folder.journal, self.clock), reached
        )
        stack.callback(self.journal.close)
        self.recorded = self.journal.read()
        self.described = describe(folder, [entry.event for entry in self.recorded])
        self.settings, self.plan = self.described.settings, self.described.plan
        self.playbook = self.described.playbook
        self.secrets = taken_secrets(agents_of(self.playbook), secrets)
        self.redact: Redact = Redactor(self.secrets).clean
        self.workers = concurrency or self.settings.concurrency
        self.readable = (self.described.playbook_folder,)
        self.sandbox: Sandbox = crash_points.watched(
            "sandbox",
            sandbox_of(self.settings, self.playbook, labels=containers_of(folder)),
            reached,
        )
        stack.callback(self.sandbox.close)
        python = interpreter(self.sandbox)
        self.values = values_of(self.playbook, *self.readable, self.settings.params, python)
        canonical = CanonicalRepository(folder.repository, self.settings.author, self.clock.now)
        self.repository = crash_points.watched("repository", canonical, reached)
        stack.callback(self.repository.close)
        self.worktrees = worktrees_of(canonical, folder, self.sandbox)
        stack.callback(self.worktrees.close)
        self.prepare = Preparation(
            setup=self.playbook.setup,
            repository=self.repository,
            sandbox=self.sandbox,
            values=self.values,
            open_hosts=open_hosts,
            readable=self.readable,
        )
        self.acceptance = Acceptance(
            checks=self.playbook.checks,
            sandbox=self.sandbox,
            values=self.values,
            tree_of=self.repository.objects.tree_of,
            prepare=self.prepare,
            caches=CheckCaches(folder.caches),
            readable=(*self.readable, *self._named_programs()),
            redact=self.redact,
        )
        self.finder = self._finder(self.playbook.find)
        self.check = self.acceptance.judging(self.worktrees, "landing")
        self.pool = stack.enter_context(ThreadPoolExecutor(self.workers, "landing"))
        self.events = [entry.event for entry in self.recorded]
        self.run = fold(self.plan, self.described.policy(self.workers), self.events)
        self.checkouts = Checkouts(folder.repository, places().cache / "checkouts")
        types = self.playbook.graph.type_checking_imports
        self.imports = {"python": RuffImportGraph(types)}
        self.agents = partial(
            build_agents, readable=self.readable, equipment=self._equipment(stack)
        )

    def assembly(self) -> Assembly:
        """Put everything together."""
        tree_of = self.repository.objects.tree_of
        return Assembly(
            run=self.run,
            started=self.started(),
            execution=self._execution(),
            check=recalling(self.check, self.playbook.checks, self.events, tree_of),
        )

    def started(self) -> RunStarted:
        """Return the event that begins the run, which says what this process is made of."""
        here = this_process(self.sandbox.name, self.settings)
        sample = self.playbook.sample
        trial = sample is not None and sample.trial
        return RunStarted(
            run=self.settings.run,
            plan_hash=self.plan.hash,
            base=self.plan.base,
            branch=INTEGRATION,
            sandbox=here.sandbox,
            agents=self.playbook.agents,
            concurrency=self.workers,
            version=here.leafcut,
            python=here.python,
            platform=here.platform,
            image=here.image,
            agent_images=here.agent_images,
            sample=pick(self.plan.tasks, sample.tasks, closed=not trial) if sample else (),
            trial=trial,
        )

    def _execution(self) -> Execution:
        return Execution(
            journal=self.journal,
            repository=self.repository,
            worktrees=self.worktrees,
            effects=RunEffects(
                run=self.settings.run,
                shop=(shop := self._workshop()),
                shops=stage_shops(shop, self.playbook, self.plan, self._finder, self.agents),
                landing=self._landing(),
                head_check=HeadCheck(self.repository, INTEGRATION, self.check),
                commit=self.playbook.commit,
                values=self.values,
                author=self.settings.author,
            ),
            baseline=self.base_checks(replace(self.plan, base=self.run.base)),
            scan=self.finder,
            selects=selects(self.playbook.select),
            exits=Exits(playbook=self.playbook, repository=self.repository, scan_for=self._finder),
            ref=INTEGRATION,
            concurrency=self.workers,
            executor=ThreadExecutor(self.workers + 2),
            reread=self._reread(),
            keep=self.playbook.setup.keep,
            budget_usd=self.budget_usd,
            elapsed=self._elapsed(),
            now=self.clock.now,
        )

    def _elapsed(self) -> Callable[[], float]:
        before, began = worked_s(self.recorded), self.clock.now()
        return lambda: before + self.clock.now() - began

    def _reread(self) -> ImportReader | None:
        language = self.playbook.graph.language
        if not self.playbook.ordered or language not in self.imports:
            return None
        return ImportReader(
            repository=self.repository,
            worktrees=self.worktrees,
            imports=self.imports[language],
            sources=lambda commit: sources(self.checkouts.entries(commit), language),
            keep=self.playbook.setup.keep,
        )

    def _named_programs(self) -> tuple[Path, ...]:
        """Return what a check's own words ask to see of this machine; a container has its image."""
        if self.sandbox.name == "docker":
            return ()
        return virtual_environments(check.run for check in self.playbook.checks)

    def base_checks(self, plan: Plan) -> BaseChecks:
        """Return what takes the baseline of a plan's base."""
        return BaseChecks(self.acceptance, self.repository, self.worktrees, plan)

    def _finder(self, find: Find) -> Finder:
        return Finder(find=find, values=self.values, sandbox=self.sandbox, readable=self.readable)

    def _workshop(self) -> Workshop:
        return Workshop(
            repository=self.repository,
            worktrees=self.worktrees,
            sandbox=self.sandbox,
            agents=self.agents(self.playbook),
            judge=self.acceptance,
            prepare=self.prepare,
            scan=self.finder,
            guards=self.playbook.guards,
            sources=read_facts,
            values=self.values,
            clock=self.clock,
            notes=self.folder.notes,
            transcripts=self.folder.transcripts,
            checks=self.playbook.checks,
            redact=self.redact,
        )

    def _equipment(self, stack: ExitStack) -> Equipment:
        usd = self.run.policy.budget.usd if self.budget_usd is None else self.budget_usd
        gateway = RunGateway(
            stack=stack,
            secrets=self.secrets,
            limits=self.playbook.limits,
            budget=replace(self.run.policy.budget, usd=usd),
            spent=Usage(tokens=self.run.tokens, cost_usd=self.run.cost_usd),
        )
        return Equipment(
            gateway=gateway.seen_by,
            images=self.settings.agent_images,
            model=self.settings.model,
        )

    def _landing(self) -> Landing:
        check = self.check
        if self.playbook.landing.affected:
            check = self.acceptance.judging(self.worktrees, "landing", self._reach())
        verify = self.playbook.landing.verify
        return Landing(self.repository, INTEGRATION, verify, check, self.pool)

    def _reach(self) -> Reach:
        return Reach(
            export=self.checkouts,
            imports=self.imports.get(self.playbook.graph.language),
            base=self.run.base,
        )
