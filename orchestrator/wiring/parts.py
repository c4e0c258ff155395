"""The parts of a run, each built once from those before it."""

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from orchestrator.adapters.executor import BoundedPool
from orchestrator.adapters.git.checkouts import Checkouts
from orchestrator.adapters.sandbox.programs import virtual_environments
from orchestrator.adapters.sources.reader import read_facts
from orchestrator.application.accept import Acceptance
from orchestrator.application.base import BaseChecks
from orchestrator.application.bus.board import Board
from orchestrator.application.caches import CheckCaches
from orchestrator.application.find import Finder
from orchestrator.application.land import Landing
from orchestrator.application.plan import sources
from orchestrator.application.reach import Reach
from orchestrator.application.redaction import Redact
from orchestrator.application.reread import ImportReader
from orchestrator.application.setup import Preparation
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import Usage
from orchestrator.domain.fold import fold
from orchestrator.domain.learnings.address import addressee
from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.plan import Plan
from orchestrator.domain.playbook import Find
from orchestrator.domain.redaction import Redactor
from orchestrator.wiring.agents import Equipment, build_agents
from orchestrator.wiring.gateway import RunGateway
from orchestrator.wiring.ground import Ground
from orchestrator.wiring.hosts import open_hosts
from orchestrator.wiring.imports import import_graphs
from orchestrator.wiring.places import places

INTEGRATION = "refs/heads/leafcut/integration"
"""The branch of the canonical repository that landed commits are on."""


class Parts:
    """The parts of one run, each built from those before it."""

    def __init__(self, stack: ExitStack, ground: Ground, budget_usd: float | None = None) -> None:
        """Build what all others share; `stack` ends it."""
        self.ground = ground
        self.stack = stack
        self.budget_usd = budget_usd
        self.board = Board()
        playbook = ground.playbook
        redactor = Redactor(ground.secrets)
        self.redact: Redact = redactor.clean
        self.redacted_stream = redactor.stream
        self.prepare = self._preparation()
        self.acceptance = self._acceptance()
        self.finder = self.finder_of(playbook.find)
        self.check = self.acceptance.judging(ground.worktrees, "landing")
        self.run = fold(ground.plan, ground.described.policy(), ground.events)
        self.pool = stack.enter_context(
            BoundedPool(lambda: self.run.policy.concurrency, ground.threads)
        )
        self.checkouts = Checkouts(ground.folder.repository, places().cache / "checkouts")
        self.imports = import_graphs(playbook.graph)
        self.agents = partial(
            build_agents,
            readable=ground.readable,
            equipment=self._equipment(stack),
            rules=lambda: self.run.rules,
        )

    def _preparation(self) -> Preparation:
        ground = self.ground
        return Preparation(
            setup=ground.playbook.setup,
            repository=ground.repository,
            sandbox=ground.sandbox,
            values=ground.values,
            open_hosts=open_hosts,
            readable=ground.readable,
        )

    def _acceptance(self) -> Acceptance:
        ground = self.ground
        return Acceptance(
            checks=ground.playbook.checks,
            sandbox=ground.sandbox,
            values=ground.values,
            tree_of=ground.repository.objects.tree_of,
            prepare=self.prepare,
            caches=CheckCaches(ground.folder.caches),
            readable=(*ground.readable, *self._named_programs()),
            redact=self.redact,
            shared=notebooks(ground.playbook.learnings),
        )

    def reread(self) -> ImportReader | None:
        """Return what reads imports again after landings, None where no order follows from them."""
        ground = self.ground
        language = ground.playbook.graph.language
        if not ground.playbook.ordered or language not in self.imports:
            return None
        return ImportReader(
            repository=ground.repository,
            worktrees=ground.worktrees,
            imports=self.imports[language],
            sources=lambda commit: sources(self.checkouts.entries(commit), language),
            keep=ground.playbook.setup.keep,
        )

    def _named_programs(self) -> tuple[Path, ...]:
        """Return what a check's own words ask to see of this machine; a container has its image."""
        if self.ground.sandbox.name == "docker":
            return ()
        return virtual_environments(check.run for check in self.ground.playbook.checks)

    def base_checks(self, plan: Plan) -> BaseChecks:
        """Return what takes the baseline of a plan's base."""
        return BaseChecks(self.acceptance, self.ground.repository, self.ground.worktrees, plan)

    def finder_of(self, find: Find) -> Finder:
        """Return what finds the occurrences of a rule."""
        ground = self.ground
        return Finder(
            find=find,
            values=ground.values,
            sandbox=ground.sandbox,
            readable=ground.readable,
        )

    def workshop(self) -> Workshop:
        """Return what all attempts share."""
        ground = self.ground
        return Workshop(
            repository=ground.repository,
            worktrees=ground.worktrees,
            sandbox=ground.sandbox,
            agents=self.agents(ground.playbook),
            judge=self.acceptance,
            prepare=self.prepare,
            scan=self.finder,
            guards=ground.playbook.guards,
            sources=read_facts,
            values=ground.values,
            clock=ground.clock,
            notes=ground.folder.notes,
            transcripts=ground.folder.transcripts,
            checks=ground.playbook.checks,
            redact=self.redact,
            redacted_stream=self.redacted_stream,
            board=self.board,
            learnings=ground.playbook.learnings,
            addressee=partial(addressee, self.run),
        )

    def _equipment(self, stack: ExitStack) -> Equipment:
        ground = self.ground
        usd = self.run.policy.budget.usd if self.budget_usd is None else self.budget_usd
        gateway = RunGateway(
            stack=stack,
            secrets=ground.secrets,
            limits=ground.playbook.limits,
            budget=replace(self.run.policy.budget, usd=usd),
            spent=Usage(tokens=self.run.tokens, cost_usd=self.run.cost_usd),
        )
        return Equipment(
            gateway=gateway.seen_by,
            images=ground.settings.agent_images,
            model=ground.settings.model,
        )

    def landing(self) -> Landing:
        """Return what brings accepted change sets onto the integration branch."""
        ground = self.ground
        check = self.check
        if ground.playbook.landing.affected:
            check = self.acceptance.judging(self.ground.worktrees, "landing", self._reach())
        verify = ground.playbook.landing.verify
        return Landing(ground.repository, INTEGRATION, verify, check, self.pool)

    def _reach(self) -> Reach:
        return Reach(
            export=self.checkouts,
            imports=self.imports.get(self.ground.playbook.graph.language),
            base=self.run.base,
        )
