"""A run put together: every part that it needs, built once, ended at exit."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from orchestrator.adapters.executor import ThreadExecutor
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.effects import RunEffects
from orchestrator.application.engine import Received
from orchestrator.application.execute import Execution, share_nothing
from orchestrator.application.exits import Exits
from orchestrator.application.head import HeadCheck
from orchestrator.application.inventory import selects
from orchestrator.application.recall import recalling
from orchestrator.application.slices.collate import Check
from orchestrator.application.timeline import timeline_of
from orchestrator.domain.events import RunStarted
from orchestrator.domain.run import Run
from orchestrator.domain.sample import pick
from orchestrator.wiring.bus import open_sharing
from orchestrator.wiring.ground import open_ground
from orchestrator.wiring.parts import INTEGRATION, Parts
from orchestrator.wiring.receipts import this_process
from orchestrator.wiring.stages import stage_shops


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
        ground = open_ground(stack, folder, concurrency=concurrency, secrets=secrets)
        yield _assembly(Parts(stack, ground, budget_usd))


def _assembly(parts: Parts) -> Assembly:
    """Put everything together."""
    ground = parts.ground
    tree_of = ground.repository.objects.tree_of
    return Assembly(
        run=parts.run,
        started=started(parts),
        execution=_execution(parts),
        check=recalling(parts.check, ground.playbook.checks, ground.events, tree_of),
    )


def started(parts: Parts) -> RunStarted:
    """Return the event that begins the run, which says what this process is made of."""
    ground, playbook = parts.ground, parts.ground.playbook
    here = this_process(ground.sandbox.name, ground.settings)
    sample = playbook.sample
    trial = sample is not None and sample.trial
    return RunStarted(
        run=ground.settings.run,
        plan_hash=ground.plan.hash,
        base=ground.plan.base,
        branch=INTEGRATION,
        sandbox=here.sandbox,
        agents=playbook.agents,
        concurrency=ground.workers,
        version=here.leafcut,
        python=here.python,
        platform=here.platform,
        image=here.image,
        agent_images=here.agent_images,
        sample=pick(ground.plan.tasks, sample.tasks, closed=not trial) if sample else (),
        trial=trial,
    )


def _execution(parts: Parts) -> Execution:
    ground, playbook, shop = parts.ground, parts.ground.playbook, parts.workshop()
    executor: ThreadExecutor[Received] = ThreadExecutor(ground.threads + 2)
    sharing = open_sharing(parts.stack, ground, parts.board, executor.post)
    return Execution(
        journal=ground.journal,
        repository=ground.repository,
        worktrees=ground.worktrees,
        effects=RunEffects(
            run=ground.settings.run,
            shop=shop,
            shops=stage_shops(
                shop,
                playbook,
                ground.plan,
                parts.finder_of,
                parts.agents,
            ),
            landing=parts.landing(),
            head_check=HeadCheck(ground.repository, INTEGRATION, parts.check),
            commit=playbook.commit,
            values=ground.values,
            author=ground.settings.author,
        ),
        baseline=parts.base_checks(replace(ground.plan, base=parts.run.base)),
        scan=parts.finder,
        selects=selects(playbook.select),
        exits=Exits(
            playbook=playbook,
            repository=ground.repository,
            scan_for=parts.finder_of,
        ),
        ref=INTEGRATION,
        concurrency=ground.workers,
        executor=executor,
        reread=parts.reread(),
        keep=playbook.setup.keep,
        share=sharing.observe if sharing else share_nothing,
        budget_usd=parts.budget_usd,
        timeline=timeline_of(ground.recorded),
        now=ground.clock.now,
    )
