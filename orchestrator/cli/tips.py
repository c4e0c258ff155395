"""Checking the tips of slices, with a line for each."""

from collections.abc import Container, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import typer

from orchestrator.cli.talk import loud

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor

    from orchestrator.application.slices.collate import Check
    from orchestrator.application.slices.prs import PullRequest
    from orchestrator.domain.verdict import CheckResult
    from orchestrator.wiring.runs import OpenRun

RED = 3


@contextmanager
def checking(there: "OpenRun") -> "Iterator[Check]":
    """Give a check that tells what it does; the run is ours alone meanwhile."""
    from orchestrator.domain.blindness import blind
    from orchestrator.wiring.assembly import assembled

    with assembled(there.folder) as assembly:
        if there.run.baseline is not None:
            assembly.execution.baseline.recall(there.run.baseline)

        first = count()

        def check(commit: str, files: Sequence[str]) -> "tuple[CheckResult, ...]":
            if next(first) == 0:
                typer.echo("… running the checks on each slice's tip", err=True)
            results = assembly.check(commit, files)
            _tell(commit, results, blind(there.run))
            return results

        yield check


@contextmanager
def pool(workers: int) -> "Iterator[ThreadPoolExecutor]":
    """Give threads that nobody waits for after a Ctrl-C: closing the sandbox ends what they run."""
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(workers, "tips")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _tell(commit: str, results: "Sequence[CheckResult]", blind: Container[str]) -> None:
    said = ", ".join(
        f"{result.check} {result.outcome}"
        + (" before" if result.cached else "")
        + (" (blind)" if result.check in blind else "")
        for result in results
    )
    glyph = "✓" if all(result.green for result in results) else "✗"
    typer.echo(f"{glyph} tip {commit[:10]}: {said or 'no landing checks'}", err=True)


def refuse_red(stacks: "Sequence[PullRequest]") -> None:
    """Tell why nothing is done where a slice is red, and exit; only the last one can be."""
    red = [pull for pull in stacks if not pull.built.green]
    if not red:
        return
    with loud():
        for check in red[-1].built.checks:
            for failure in check.failures:
                typer.echo(
                    f"  {check.check}: {failure.path} {failure.rule} {failure.message}", err=True
                )
        typer.echo(
            "✗ the last slice is red although its tree is the integration head's: a check that "
            "does not always say the same? Nothing was written.",
            err=True,
        )
    raise typer.Exit(RED)
