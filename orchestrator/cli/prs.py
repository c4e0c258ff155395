"""`leafcut prs`: slices of what a run has landed, as branches and pages, or as pull requests."""

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.grammar import Group, Program
from orchestrator.cli.slicing import Draft, Forge, GroupBy, MaxLines, Stacked, sliced

_BEFORE = "leafcut.run"
"""Where a call's context keeps the run that was named before the verb."""


class Verbs(Group):
    """Verbs before which the run may be named as well: `prs RUN create` is `prs create RUN`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Take the run away when it stands before a verb."""
        if len(args) > 1 and args[0] not in self.commands and args[1] in self.commands:
            ctx.meta[_BEFORE], *args = args
        return super().resolve_command(ctx, args)


def _named(context: typer.Context, run: str | None) -> str | None:
    """Return the run, from whichever side of the verb."""
    from orchestrator.errors import UsageError

    before: str | None = context.meta.get(_BEFORE)
    if run and before:
        raise UsageError(f"two runs are named, {before} and {run}")
    return run or before


def _number(text: str) -> int:
    """Return a pull request's number, which may be written as #12."""
    number = text.removeprefix("#")
    if not number.isdecimal():
        raise typer.BadParameter(f"{text!r} is no number of a pull request.")
    return int(number)


RunName = Annotated[Optional[str], options.run_argument(_named)]

prs_app = Program("prs", "Cut what a run has landed into slices.", cls=Verbs)


@prs_app.command("preview")
def preview(  # noqa: PLR0913 - a command's options
    run: RunName = None,
    forge: Forge = None,
    repo_url: options.RepoUrl = None,
    max_lines: MaxLines = None,
    group_by: GroupBy = None,
    stacked: Stacked = None,
    as_json: options.Json = False,
) -> None:
    """Show the slices, and write nothing.

    Example: leafcut prs preview --group-by owner
    """
    from orchestrator.cli import branches
    from orchestrator.cli import forge as on_forge

    with sliced(
        run,
        writing=False,
        forge=forge,
        repo_url=repo_url,
        max_lines=max_lines,
        group_by=group_by,
        stacked=stacked,
    ) as cut:
        there = on_forge if cut.wanted.forge == "github" else branches
        there.preview(cut, as_json=as_json)


@prs_app.command("create")
def create(  # noqa: PLR0913 - a command's options
    run: RunName = None,
    forge: Forge = None,
    repo_url: options.RepoUrl = None,
    draft: Draft = None,
    max_lines: MaxLines = None,
    group_by: GroupBy = None,
    stacked: Stacked = None,
    out: Annotated[
        Optional[Path], typer.Option(help="The local forge's folder; the run's own by default.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Make branches or pull requests of the slices.

    What it is given is kept with the run, for the next time.

    Example: leafcut prs create --forge github
    """
    from orchestrator.cli import branches
    from orchestrator.cli import forge as on_forge

    with sliced(
        run,
        publishing=True,
        forge=forge,
        repo_url=repo_url,
        draft=draft,
        max_lines=max_lines,
        group_by=group_by,
        stacked=stacked,
        out=out,
    ) as cut:
        there = on_forge if cut.wanted.forge == "github" else branches
        there.create(cut, as_json=as_json)


@prs_app.command("sync")
def sync(  # noqa: PLR0913 - a command's options
    run: RunName = None,
    forge: Forge = None,
    repo_url: options.RepoUrl = None,
    draft: Draft = None,
    max_lines: MaxLines = None,
    group_by: GroupBy = None,
    stacked: Stacked = None,
    as_json: options.Json = False,
) -> None:
    """Restack what is left after merges, and refresh pages.

    Says how reviews and checks stand.

    Example: leafcut prs sync
    """
    from orchestrator.cli import forge as on_forge

    with sliced(
        run,
        publishing=True,
        forge=forge,
        repo_url=repo_url,
        draft=draft,
        max_lines=max_lines,
        group_by=group_by,
        stacked=stacked,
    ) as cut:
        on_forge.sync(cut, as_json=as_json)


@prs_app.command("address")
def address(  # noqa: PLR0913 - a command's options
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", help="The pull request.", parser=_number)
    ],
    run: RunName = None,
    agent: Annotated[
        str,
        typer.Option(help="Who does what the review asks for.", autocompletion=completion.agent),
    ] = "",
    forge: Forge = None,
    repo_url: options.RepoUrl = None,
    max_lines: MaxLines = None,
    group_by: GroupBy = None,
    stacked: Stacked = None,
    as_json: options.Json = False,
) -> None:
    """Make a task of what is open on a pull request.

    Example: leafcut prs address 12 && leafcut resume && leafcut prs create
    """
    from orchestrator.cli import forge as on_forge

    with sliced(
        run,
        forge=forge,
        repo_url=repo_url,
        max_lines=max_lines,
        group_by=group_by,
        stacked=stacked,
    ) as cut:
        on_forge.address(cut, number, agent, as_json=as_json)


@prs_app.command("close")
def close(
    run: RunName = None,
    forge: Forge = None,
    repo_url: options.RepoUrl = None,
    delete_branches: Annotated[
        bool, typer.Option("--delete-branches", help="Delete their branches, too.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Close the pull requests that are open.

    Example: leafcut prs close --delete-branches
    """
    from orchestrator.cli import forge as on_forge

    with sliced(run, forge=forge, repo_url=repo_url) as cut:
        on_forge.close(cut, delete_branches=delete_branches, as_json=as_json)


@prs_app.command("bundle")
def bundle(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write it.")],
    run: RunName = None,
    max_lines: MaxLines = None,
    group_by: GroupBy = None,
    stacked: Stacked = None,
    as_json: options.Json = False,
) -> None:
    """Write what leafcut publish needs.

    That is for a job that opens pull requests and does nothing else.

    Example: leafcut prs bundle out && leafcut publish out --rerun
    """
    from orchestrator.cli.bundle import make_bundle

    with sliced(
        run, publishing=True, max_lines=max_lines, group_by=group_by, stacked=stacked
    ) as cut:
        make_bundle(cut, folder, as_json=as_json)
