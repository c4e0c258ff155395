"""A run put together to be updated to another base."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from orchestrator.adapters import temporary
from orchestrator.adapters.git.target import Target
from orchestrator.adapters.runs import RunFolder
from orchestrator.application.land import Landing
from orchestrator.application.plan import Planner
from orchestrator.application.update import STAGING, Updating
from orchestrator.domain.run import Run
from orchestrator.errors import UsageError
from orchestrator.wiring.assembly import started
from orchestrator.wiring.ground import open_ground
from orchestrator.wiring.parts import INTEGRATION, Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAssembly:
    """A run with the commit that it is to stand on, and what it takes to get there."""

    run: Run
    base: str
    updating: Updating


@contextmanager
def updatable(folder: RunFolder, revision: str) -> Iterator[UpdateAssembly]:
    """Fetch the new base and put together what an update needs, as the run's only writer.

    Raises:
        UsageError: the run has not begun, or somebody works on it.
        InvalidInputError: the target has no such revision, or it cannot be fetched.
    """
    with ExitStack() as stack:
        stack.enter_context(folder.locked())
        ground = open_ground(stack, folder, concurrency=None, secrets=())
        parts = Parts(stack, ground)
        if parts.run.baseline is None:
            raise UsageError(
                f"run {folder.name} has not begun", hint=f"leafcut resume {folder.name}"
            )
        target = Target.open(Path(ground.settings.target))
        base = target.resolve(revision)
        target.bring(folder.repository, base)
        yield UpdateAssembly(run=parts.run, base=base, updating=_updating(parts, stack))


def _updating(parts: Parts, stack: ExitStack) -> Updating:
    scratch = temporary.make_folder()
    stack.callback(shutil.rmtree, scratch, ignore_errors=True)
    ground = parts.ground
    verify = ground.playbook.landing.verify
    return Updating(
        journal=ground.journal,
        repository=ground.repository,
        landing=Landing(ground.repository, STAGING, verify, parts.check, parts.pool),
        planner=Planner(
            export=parts.checkouts, imports=parts.imports, find=parts.finder, scratch=scratch
        ),
        baseline=lambda plan: parts.base_checks(plan).take(),
        playbook=ground.playbook,
        started=started(parts),
        ref=INTEGRATION,
        concurrency=ground.workers,
        include=ground.settings.include,
        exclude=ground.settings.exclude,
    )
