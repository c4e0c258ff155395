"""What `leafcut prs` does here: branches in the target, pages and patches in a folder."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.application.slices.prs import PullRequest, PullRequests
    from orchestrator.cli.slicing import Sliced


def preview(cut: "Sliced", *, as_json: bool) -> None:
    """Show the slices, and write nothing."""
    stack = cut.pulls.preview(cut.options)
    _show(cut.pulls, stack, as_json=as_json, extra={"forge": "local"})
    if stack:
        name = cut.there.folder.name
        typer.echo(f"  → leafcut prs create {name}, with the same options", err=True)


def create(cut: "Sliced", *, as_json: bool) -> None:
    """Make branches and pages of the slices, and keep what was given with the run."""
    folder = Path(cut.wanted.out) if cut.wanted.out else cut.there.folder.slices
    _create(cut, folder, as_json=as_json)
    cut.there.folder.keep_slicing(cut.wanted)


def _create(cut: "Sliced", folder: Path, *, as_json: bool) -> None:
    from orchestrator.adapters.forges.local import LocalForge
    from orchestrator.cli.tips import checking, pool, refuse_red
    from orchestrator.domain.opening import Room

    there, pulls = cut.there, cut.pulls
    forge = LocalForge(folder)
    with checking(there) as check, pool(there.settings.concurrency) as executor:
        stack = pulls.check(cut.options, check, executor)
        refuse_red(stack)
        limits = there.playbook.limits
        decided = pulls.decided(stack, Room(limits.open_slices, limits.open_slices_per_owner))
        later = {branch: one.why for branch, one in decided.items() if one.fate == "waiting"}
        made = tuple(pull for pull in stack if pull.built.branch not in later)
        with forge.writing(pulls.pages(made, stack), pulls.facts()):
            if made:
                pulls.publish(made, pulls.receipts(made, check))
    _show(pulls, made, as_json=as_json, extra={"forge": "local", "folder": str(forge.folder)})
    for branch in pulls.left_over(stack):
        typer.echo(f"⚠ in no slice any more: git branch -D {branch}", err=True)
    if later:
        why = next(iter(later.values()))
        typer.echo(f"‖ {many(len(later), 'slice')} to come after a merge: {why}", err=True)
    if made:
        branches = many(len(made), "branch")
        typer.echo(f"✓ {branches} and their receipts in {there.settings.target}", err=True)
        typer.echo(f"  → read {forge.folder}", err=True)


def _show(
    pulls: "PullRequests",
    made: "Sequence[PullRequest]",
    *,
    as_json: bool,
    extra: dict[str, object],
) -> None:
    from orchestrator.cli.render.pulls import branches_table

    if as_json:
        slices = [pull.facts() for pull in made]
        typer.echo(json.dumps({"schema": 1, **pulls.facts(), **extra, "slices": slices}, indent=1))
    elif made:
        sys.stdout.write(branches_table(made))
    else:
        typer.echo("nothing has landed, so there is nothing to slice", err=True)
