"""`leafcut prs`: slices of what a run has landed, as branches and pages."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.which import which
from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.application.prs import PullRequest, PullRequests
    from orchestrator.domain.playbook import Stacked
    from orchestrator.domain.settings import Slicing
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.wiring.runs import OpenRun

ACTIONS = ("preview", "create", "sync", "close")
ADDRESS = "address"
STACKED: "Mapping[str, Stacked]" = {"auto": "auto", "true": True, "false": False}


def prs(  # noqa: PLR0913 - typer's commands take their options as they are declared
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[RUN] preview|create|sync|close|address NUMBER",
            help="The run, and what to do.",
        ),
    ],
    forge: Annotated[
        Optional[Literal["local", "github"]],
        typer.Option(help="Where pull requests go: local is a folder and branches here."),
    ] = None,
    repo_url: Annotated[
        Optional[str],
        typer.Option(help="The repository on GitHub; the target's remote origin by default."),
    ] = None,
    draft: Annotated[
        Optional[bool], typer.Option("--draft/--no-draft", help="How pull requests are opened.")
    ] = None,
    delete_branches: Annotated[
        bool, typer.Option("--delete-branches", help="With close: delete their branches, too.")
    ] = False,
    agent: Annotated[
        str, typer.Option(help="With address: who does what the review asks for.")
    ] = "",
    max_lines: Annotated[
        Optional[int],
        typer.Option(
            min=1, help="Aim at slices of so many changed lines; above 400 by codemods only."
        ),
    ] = None,
    group_by: Annotated[
        Optional[Literal["owner", "directory", "layer", "size"]],
        typer.Option(help="What stands together in a slice."),
    ] = None,
    stacked: Annotated[
        Optional[Literal["auto", "true", "false"]],
        typer.Option(help="Stack what is tied together (auto), everything, or nothing."),
    ] = None,
    out: Annotated[
        Optional[Path], typer.Option(help="The local forge's folder; the run's own by default.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Cut what a run has landed into slices; create makes branches and pull requests of them.

    The newest run of the repository here is taken when RUN is left out. preview writes nothing.
    sync restacks what is left after merges, refreshes pages and says how reviews and checks stand.
    address makes a task of what is open on a pull request. close closes what is open.
    create keeps what it was given with the run, for the next time.

    Example: leafcut prs preview --group-by owner
    """
    from orchestrator.cli import forge as on_forge
    from orchestrator.domain.settings import Slicing
    from orchestrator.errors import UsageError
    from orchestrator.wiring.runs import opened, pull_requests

    run, action, number = _parsed(words)
    named = which(run, writing=action != "preview")
    if action in {"create", "sync"}:
        _see_that_it_may(named)
    with opened(named) as there, pull_requests(there) as pulls:
        _warn_unless_ended(there)
        kept = there.folder.slicing()
        slicing = Slicing(
            max_lines=max_lines or kept.max_lines,
            group_by=group_by or kept.group_by,
            stacked=STACKED[stacked] if stacked else kept.stacked,
            out=str(out.absolute()) if out else kept.out,
            forge=forge or kept.forge,
            repo_url=repo_url or kept.repo_url,
            draft=kept.draft if draft is None else draft,
        )
        chosen = _options(there, slicing)
        if slicing.forge == "github":
            asked = on_forge.Asked(action, number, delete_branches, agent, as_json)
            on_forge.act(there, slicing, chosen, asked)
            return
        if action not in {"preview", "create"}:
            raise UsageError(f"the local forge knows no {action}", hint="--forge github")
        if action == "preview":
            _show(pulls, pulls.preview(chosen), as_json=as_json, extra={"forge": "local"})
        else:
            folder = Path(slicing.out) if slicing.out else there.folder.slices
            _create(there, pulls, chosen, folder, as_json=as_json)
            there.folder.keep_slicing(slicing)


def _see_that_it_may(run: str) -> None:
    """Carry out what people asked for meanwhile, and see that no checkpoint stands here."""
    from orchestrator.domain.checkpoints import may_publish
    from orchestrator.errors import CheckpointError
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.runs import opened
    from orchestrator.wiring.steering import obey

    obey(run_store().open(run))
    with opened(run) as there:
        if not may_publish(there.run):
            raise CheckpointError(
                f"run {there.folder.name} waits at checkpoint before_publish",
                hint=f"leafcut prs {there.folder.name} preview, then leafcut approve "
                f"{there.folder.name}",
            )


def _parsed(words: Sequence[str]) -> tuple[str | None, str, int]:
    """Return the run, if one is named, what to do, and the number of a pull request or 0."""
    from orchestrator.errors import UsageError

    if ADDRESS in words[:-1] and words[-1].removeprefix("#").isdecimal():
        *run, _, number = words
        if words[-2] == ADDRESS and len(run) <= 1:
            return (run[0] if run else None), ADDRESS, int(number.removeprefix("#"))
    *run, action = words if words[-1] in ACTIONS else words[::-1]
    if action not in ACTIONS or len(run) > 1:
        raise UsageError(
            f"leafcut prs {' '.join(words)}: say preview, create, sync, close or address NUMBER",
            hint=f"leafcut prs {words[0] if words[0] not in ACTIONS else ''} preview".replace(
                "  ", " "
            ),
        )
    return (run[0] if run else None), action, 0


def _options(there: "OpenRun", slicing: "Slicing") -> "SliceOptions":
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.errors import UsageError

    wanted = there.playbook.pull_requests
    try:
        return SliceOptions(
            group_by=slicing.group_by or wanted.group_by,
            max_lines=slicing.max_lines or wanted.max_lines,
            stacked=wanted.stacked if slicing.stacked is None else slicing.stacked,
        )
    except ValueError as error:
        raise UsageError(str(error), hint="--max-lines 300") from error


def _warn_unless_ended(there: "OpenRun") -> None:
    if there.run.ended is None or there.run.ended.state != "done":
        typer.echo(
            f"⚠ run {there.folder.name} is not done; these are the {there.run.counts['landed']} "
            "tasks that have landed",
            err=True,
        )


def _create(
    there: "OpenRun",
    pulls: "PullRequests",
    chosen: "SliceOptions",
    folder: Path,
    *,
    as_json: bool,
) -> None:
    from orchestrator.adapters.forges.local import LocalForge
    from orchestrator.cli.tips import checking, pool, refuse_red
    from orchestrator.domain.opening import Room

    forge = LocalForge(folder)
    with checking(there) as check, pool(there.settings.concurrency) as executor:
        stack = pulls.check(chosen, check, executor)
        if stack and not stack[-1].built.green:
            refuse_red(stack[-1])
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
