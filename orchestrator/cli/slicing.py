"""How `leafcut prs` is told to cut what a run has landed, and a run that is opened to be cut so."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from orchestrator.cli.which import which

if TYPE_CHECKING:
    from orchestrator.application.slices.prs import PullRequests
    from orchestrator.domain.playbook import Stacked as Stacking
    from orchestrator.domain.settings import Slicing
    from orchestrator.domain.slices import SliceOptions
    from orchestrator.wiring.runs import OpenRun

Forge = Annotated[
    Optional[Literal["local", "github"]],
    typer.Option(help="Where pull requests go: local is a folder and branches here."),
]
MaxLines = Annotated[
    Optional[int],
    typer.Option(min=1, help="Aim at slices of so many changed lines; above 400 by codemods only."),
]
GroupBy = Annotated[
    Optional[Literal["owner", "directory", "layer", "size"]],
    typer.Option(help="What stands together in a slice."),
]
Stacked = Annotated[
    Optional[Literal["auto", "true", "false"]],
    typer.Option(help="Stack what is tied together (auto), everything, or nothing."),
]
Draft = Annotated[
    Optional[bool], typer.Option("--draft/--no-draft", help="How pull requests are opened.")
]
STACKED: "Mapping[str, Stacking]" = {"auto": "auto", "true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """A run, how its landed commits are to be cut, and the keys that were in the environment."""

    there: "OpenRun"
    pulls: "PullRequests"
    wanted: "Slicing"
    options: "SliceOptions"
    secrets: Mapping[str, str]


@contextmanager
def sliced(
    run: str | None, *, writing: bool = True, publishing: bool = False, **given: Any
) -> Iterator[Sliced]:
    """Open a run to be cut as it is `given` on the command line, else as at the last `create`.

    `writing` is for what changes something anywhere, `publishing` for what brings it out of the
    run: it carries out what people asked for meanwhile, and stops at a checkpoint.
    """
    from orchestrator.wiring.forges import keys
    from orchestrator.wiring.runs import opened, pull_requests

    secrets = keys()
    said = _said(**given)
    named = which(run, writing=writing)
    if publishing:
        _see_that_it_may(named)
    with opened(named) as there, pull_requests(there) as pulls:
        _warn_unless_ended(there)
        wanted = said.over(there.folder.slicing())
        options = _options(there, wanted)
        yield Sliced(there=there, pulls=pulls, wanted=wanted, options=options, secrets=secrets)


def _said(
    repo_url: str | None = None, stacked: str | None = None, out: Path | None = None, **more: Any
) -> "Slicing":
    from orchestrator.domain.settings import Slicing
    from orchestrator.wiring.forges import without_login

    return Slicing(
        repo_url=without_login(repo_url) if repo_url else None,
        stacked=STACKED[stacked] if stacked else None,
        out=str(out.absolute()) if out else None,
        **more,
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


def _warn_unless_ended(there: "OpenRun") -> None:
    if there.run.ended is None or there.run.ended.state != "done":
        typer.echo(
            f"⚠ run {there.folder.name} is not done; these are the {there.run.counts['landed']} "
            "tasks that have landed",
            err=True,
        )


def _options(there: "OpenRun", wanted: "Slicing") -> "SliceOptions":
    from orchestrator.errors import UsageError
    from orchestrator.wiring.slice_rows import options_of

    try:
        return options_of(there.playbook, wanted)
    except ValueError as error:
        raise UsageError(str(error), hint="--max-lines 300") from error
