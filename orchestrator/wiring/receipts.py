"""Receipts put together: what makes those of a run."""

import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from orchestrator import __version__
from orchestrator.domain.expressions import Value
from orchestrator.domain.receipt import Environment, notes_ref

if TYPE_CHECKING:
    from orchestrator.adapters.git.repository import CanonicalRepository
    from orchestrator.application.slices.collate import BuiltSlice, Check
    from orchestrator.domain.settings import RunSettings
    from orchestrator.wiring.runs import OpenRun


def this_process(sandbox: str, settings: "RunSettings") -> Environment:
    """Return what is known of this process, whose checks run in that sandbox."""
    contained = sandbox == "docker"
    return Environment(
        leafcut=__version__,
        python=platform.python_version(),
        platform=f"{platform.system()}-{platform.machine()}".lower(),
        sandbox=sandbox,
        image=settings.image if contained else "",
        agent_images=settings.agent_images if contained else {},
    )


def receipts_writer(
    there: "OpenRun", repository: "CanonicalRepository", values: Mapping[str, Value]
) -> "Callable[[Sequence[BuiltSlice], Check], str]":
    """Return what writes a run's receipts into its canonical repository."""
    from orchestrator.adapters.git.notes import write_notes
    from orchestrator.application.receipts import Receipts

    run = there.settings.run
    notes = partial(write_notes, repository, notes_ref(run), message=f"Receipts of {run}\n")

    def write(slices: "Sequence[BuiltSlice]", check: "Check") -> str:
        receipts = Receipts(
            run=run,
            base=there.run.base,
            playbook=there.playbook,
            values=values,
            process=_process(there),
            repository=repository,
        )
        return receipts.write([one.event for one in there.recorded], slices, check, notes)

    return write


def _process(there: "OpenRun") -> Environment:
    """Return what checks the slices of a run: this process, in the sandbox of its settings."""
    from orchestrator.wiring.sandboxes import sandbox_of

    with closing(sandbox_of(there.settings, there.playbook)) as sandbox:
        return replace(
            this_process(sandbox.name, there.settings),
            playbook=there.playbook.name,
            playbook_digest=there.run.plan.playbook_digest,
        )
