"""How much of a run goes on at once: some attempts, or none till `leafcut resume`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import options
from orchestrator.cli.steer import left, steered

if TYPE_CHECKING:
    from orchestrator.adapters.runs import RunFolder


def pause(run: options.RunName = None, as_json: options.Json = False) -> None:
    """Have a run start no more attempts until it is resumed.

    What is under way goes on and lands.

    Example: leafcut pause && leafcut resume
    """
    steered(run, "pause", as_json=as_json)


def jobs(
    attempts: Annotated[int, typer.Argument(metavar="N", help="Attempts at once.")],
    run: options.RunOption = None,
    as_json: options.Json = False,
) -> None:
    """Change how many attempts a run makes at once.

    What is under way goes on. A later leafcut resume keeps to it, unless its --jobs says otherwise.

    Example: leafcut jobs 8
    """
    steered(run, "concurrency", as_json=as_json, concurrency=attempts)


def is_paused(folder: "RunFolder") -> bool:
    """Say whether a process holds the run and waits for a person to let it go on."""
    from orchestrator.wiring.steering import steering

    if not folder.busy():
        return False
    with steering(str(folder.root)) as there:
        return there.run.paused


def unpaused(
    folder: "RunFolder", others: Sequence[str], jobs: int | None, *, as_json: bool
) -> None:
    """Let a paused run go on, with `jobs` attempts at once if that is said.

    `others` are options that only a new process can follow.

    Raises:
        UsageError: there are such options, or nobody works on the run any more.
    """
    from orchestrator.errors import UsageError

    if others:
        run = folder.name
        raise UsageError(
            f"a process holds run {run}, which cannot follow {' and '.join(others)}",
            hint=f"leafcut resume {run} ends the pause; for {others[0]} leafcut stop {run} first",
        )
    if jobs is not None:
        left(str(folder.root), "concurrency", as_json=as_json, concurrency=jobs)
    left(str(folder.root), "unpause", as_json=as_json)
