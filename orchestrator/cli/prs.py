"""`leafcut prs`: slices of what a run has landed, as branches and pages."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.which import which
from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.application.slices.prs import PullRequest, PullRequests
    from orchestrator.domain.playbook import Stacked
    from orchestrator.domain.settings import Slicing
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.wiring.runs import OpenRun

ACTIONS = ("preview", "create", "sync", "close")
ADDRESS = "address"
BUNDLE = "bundle"
ASKING = {ADDRESS: "NUMBER", BUNDLE: "DIR"}
"""Actions that a word follows: which pull request, or which folder."""
STACKED: "Mapping[str, Stacked]" = {"auto": "auto", "true": True, "false": False}


def prs(  # noqa: PLR0913 - typer's commands take their options as they are declared
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="preview|create|sync|close|address NUMBER|bundle DIR [RUN]",
            help="What to do, and the run.",
            autocompletion=completion.slicing,
        ),
    ],
    forge: Annotated[
        Optional[Literal["local", "github"]],
        typer.Option(help="Where pull requests go: local is a folder and branches here."),
    ] = None,
    repo_url: options.RepoUrl = None,
    draft: Annotated[
        Optional[bool], typer.Option("--draft/--no-draft", help="How pull requests are opened.")
    ] = None,
    delete_branches: Annotated[
        bool, typer.Option("--delete-branches", help="With close: delete their branches, too.")
    ] = False,
    agent: Annotated[
        str,
        typer.Option(
            help="With address: who does what the review asks for.",
            autocompletion=completion.agent,
        ),
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
    """Cut what a run has landed into slices.

    preview writes nothing; create makes branches and pull requests of them, and keeps what it was
    given with the run, for the next time. sync restacks what is left after merges, refreshes pages
    and says how reviews and checks stand. address makes a task of what is open on a pull request.
    close closes what is open. bundle writes all that leafcut publish needs, for a job that does
    nothing else. The newest run of the repository here is taken when RUN is left out.

    Example: leafcut prs preview --group-by owner
    """
    from orchestrator.cli import forge as on_forge
    from orchestrator.cli.bundle import make_bundle
    from orchestrator.domain.settings import Slicing
    from orchestrator.wiring.forges import keys, without_login
    from orchestrator.wiring.runs import opened, pull_requests

    secrets = keys()
    run, action, about = _parsed(words)
    repo_url = without_login(repo_url) if repo_url else None
    named = which(run, writing=action != "preview")
    if action in {"create", "sync", BUNDLE}:
        _see_that_it_may(named)
    with opened(named) as there, pull_requests(there) as pulls:
        _warn_unless_ended(there)
        given = Slicing(
            max_lines=max_lines,
            group_by=group_by,
            stacked=STACKED[stacked] if stacked else None,
            out=str(out.absolute()) if out else None,
            forge=forge,
            repo_url=repo_url,
            draft=draft,
        )
        slicing = given.over(there.folder.slicing())
        chosen = _options(there, slicing)
        if action == BUNDLE:
            make_bundle(there, pulls, chosen, Path(about), as_json=as_json)
            return
        if slicing.forge == "github":
            asked = on_forge.Asked(action, int(about or 0), delete_branches, agent, as_json)
            on_forge.act(there, slicing, chosen, asked, secrets)
            return
        _act_here(there, pulls, chosen, slicing, action, as_json=as_json)


def _act_here(
    there: "OpenRun",
    pulls: "PullRequests",
    chosen: "SliceOptions",
    slicing: "Slicing",
    action: str,
    *,
    as_json: bool,
) -> None:
    """Do what was asked for with branches in the target and pages in a folder."""
    from orchestrator.errors import UsageError

    name = there.folder.name
    if action == "preview":
        stack = pulls.preview(chosen)
        _show(pulls, stack, as_json=as_json, extra={"forge": "local"})
        if stack:
            typer.echo(f"  → leafcut prs create {name}, with the same options", err=True)
    elif action == "create":
        folder = Path(slicing.out) if slicing.out else there.folder.slices
        _create(there, pulls, chosen, folder, as_json=as_json)
        there.folder.keep_slicing(slicing)
    else:
        raise UsageError(
            f"this run has branches here and no pull requests, so there is nothing to {action}",
            hint=f"leafcut prs create {name} --forge github",
        )


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
                hint=f"leafcut prs preview {there.folder.name}, then leafcut approve "
                f"{there.folder.name}",
            )


def _parsed(words: Sequence[str]) -> tuple[str | None, str, str]:
    """Return the run, if one is named, what to do, and a pull request's number or a folder."""
    from orchestrator.domain.nearness import suggestion
    from orchestrator.errors import UsageError

    at = next((at for at, word in enumerate(words) if word in ACTIONS or word in ASKING), None)
    if at is not None:
        action, takes = words[at], int(words[at] in ASKING)
        given, run = words[at + 1 : at + 1 + takes], [*words[:at], *words[at + 1 + takes :]]
        argument = given[0] if given else ""
        number = argument.removeprefix("#")
        if len(given) == takes and len(run) <= 1 and (action != ADDRESS or number.isdecimal()):
            return (run[0] if run else None), action, number if action == ADDRESS else argument
    others = [word for word in words if word not in ACTIONS]
    meant = next((f"{word} {ASKING[word]}" for word in words if word in ASKING), "")
    usual = " ".join(["leafcut prs", *([meant] if meant else ["preview", *others[:1]])])
    near = (suggestion(word, (*ACTIONS, *ASKING)) for word in others if at is None)
    raise UsageError(
        f"leafcut prs {' '.join(words)}: say preview, create, sync, close, address NUMBER or "
        "bundle DIR",
        hint=next(filter(None, near), usual),
    )


def _options(there: "OpenRun", slicing: "Slicing") -> "SliceOptions":
    from orchestrator.errors import UsageError
    from orchestrator.wiring.slice_rows import options_of

    try:
        return options_of(there.playbook, slicing)
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
