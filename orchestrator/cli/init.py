"""`leafcut init`: look at a repository, and propose how to begin."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from orchestrator.cli import options
from orchestrator.cli.render.colour import changed, headed
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from orchestrator.application.proposing.proposal import Proposal
    from orchestrator.wiring.init import Told


_NOTHING = "nothing to add to the config file"
_COUNTS = "  it counts once it is committed, its checks only under --trust-target"
_BARE = "a bare repository has no place for a config file"


def init(
    repo: options.Repo = Path(),
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Look at a repository; propose checks and a playbook.

    Nothing of the repository is run. .leafcut/config.toml is written when you agree; what it says
    already stays.

    Example: leafcut init --repo ../shop
    """
    from orchestrator.application.proposing.proposal import document, next_step
    from orchestrator.cli.render.proposal import lines
    from orchestrator.wiring.init import proposed

    with _telling() as told:
        proposal = proposed(repo, told)
    if not as_json:
        for line in lines(proposal):
            typer.echo(headed(on_one_line(line)))
        _show_change(proposal)
    written = _offered(proposal, yes=yes, asking=not as_json)
    step = next_step(proposal, here=_stands_in(proposal.target))
    if as_json:
        typer.echo(json.dumps(document(proposal, step, written=written), indent=1))
    else:
        typer.echo(f"→ {on_one_line(f'{step.why}: {step.command}')}", err=True)


def _stands_in(target: str) -> bool:
    here = Path.cwd()
    return Path(target) in {here, *here.parents}


def _show_change(proposal: "Proposal") -> None:
    """Show what would be written, as a diff."""
    from difflib import unified_diff

    if not proposal.adds:
        return
    typer.echo(f"\n{on_one_line(proposal.config)} would become:")
    old, new = (proposal.before or "").splitlines(), proposal.after.splitlines()
    for line in list(unified_diff(old, new, lineterm=""))[2:]:
        typer.echo(changed(f"  {visible(line)}") if line[:1] == "@" else _shown(visible(line)))


def _shown(line: str) -> str:
    return f"  {changed(line)}"


def _offered(proposal: "Proposal", *, yes: bool, asking: bool) -> bool:
    """Write the config file if the person agrees; return whether it was written."""
    from orchestrator.wiring.init import write

    if not proposal.adds:
        typer.echo(_NOTHING if proposal.config else _BARE, err=True)
        return False
    if not yes and not (asking and sys.stdin.isatty()):
        typer.echo("nothing was written; leafcut init --yes writes it", err=True)
        return False
    if not yes and not typer.confirm("Write it?", default=True, err=True):
        return False
    typer.echo(f"✓ wrote {on_one_line(str(write(proposal)))}", err=True)
    typer.echo(_COUNTS, err=True)
    return True


@contextmanager
def _telling() -> "Iterator[Told]":
    """Give what shows how far a look has come: a bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _playbook, _done, _files: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("looking", total=None)

        def told(playbook: str, done: int, files: int) -> None:
            said = f"{playbook} looks"
            progress.update(bar, description=said, completed=done, total=files or None)

        yield told
