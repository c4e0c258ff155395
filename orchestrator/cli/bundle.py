"""`leafcut prs bundle DIR`: what a job that may write is given of a run."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.cli.slicing import Sliced


def make_bundle(cut: "Sliced", folder: Path, *, as_json: bool) -> None:
    """Check the slices of a run and write them with their receipts into a folder."""
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.report import status_document
    from orchestrator.cli.tips import checking, pool, refuse_red
    from orchestrator.errors import UsageError
    from orchestrator.wiring import bundles

    there, pulls = cut.there, cut.pulls
    with checking(there) as check, pool(there.settings.concurrency) as executor:
        every = pulls.check(cut.options, check, executor)
        refuse_red(every)
        if not every:
            raise UsageError(
                f"run {there.folder.name} has landed nothing, so there is nothing to bundle",
                hint=f"leafcut status {there.folder.name}",
            )
        receipts = pulls.receipts(every, check).new
    pages = pulls.pages(every, longest=bundles.longest_page())
    report = status_document(there.run, there.recorded, SystemClock().now(), alive=False)
    made = bundles.make(there, every, pages, receipts, folder, report)
    if as_json:
        said = {"run": made.manifest.run, "folder": str(made.folder), "digest": made.digest}
        branches = [one.branch for one in made.manifest.slices]
        typer.echo(json.dumps({"schema": 1, **said, "branches": branches}, indent=1))
        return
    slices = many(len(made.manifest.slices), "slice")
    typer.echo(f"✓ {slices} with their receipts in {made.folder}", err=True)
    typer.echo(f"  → leafcut publish {folder} --rerun", err=True)
