"""`leafcut publish`: opens what a bundle carries, after looking at it as at a stranger's."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.talk import loud
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orchestrator.application.deliver import Delivered
    from orchestrator.domain.settings import SandboxChoice
    from orchestrator.wiring.unpacking import Unpacked

RED = 3


def publish(  # noqa: PLR0913 - a command's options
    bundle: Annotated[Path, typer.Argument(metavar="DIR", help="What prs bundle made.")],
    repo: options.Repo = Path(),
    forge: Annotated[
        Literal["local", "github"], typer.Option(help="Where pull requests go.")
    ] = "local",
    repo_url: options.RepoUrl = None,
    out: Annotated[
        Path, typer.Option(help="The local forge's folder for pages and patches.")
    ] = Path("leafcut-slices"),
    check: Annotated[
        bool, typer.Option("--check", help="Look at the bundle, print its digest, open nothing.")
    ] = False,
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Run the checks again; no key to a forge may be around."),
    ] = False,
    digest: Annotated[
        str, typer.Option(help="The digest that --check --rerun printed elsewhere.")
    ] = "",
    playbook: Annotated[
        Optional[str],
        typer.Option(help="The playbook whose guards hold, and from which checks take files."),
    ] = None,
    max_open: Annotated[
        Optional[int], typer.Option(min=1, help="Have at most so many pull requests open.")
    ] = None,
    sandbox: options.Sandbox = None,
    image: options.Image = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Open a bundle's pull requests, unless it was tampered with.

    A digest cannot prove who made a bundle. So its checks are run again here (--rerun), or were by
    a job that you trust and that printed its digest (--digest).

    Example: leafcut publish bundle --repo . --check --rerun --yes
    """
    from orchestrator.cli.settings import own
    from orchestrator.wiring.forges import keys, see_no_key

    _see_that_it_is_vouched_for(check=check, rerun=rerun, digest=digest)
    if rerun:
        see_no_key()
    secrets = keys()
    # Not before: it brings GitPython along, which starts git.
    from orchestrator.wiring.unpacking import unpacked

    with unpacked(bundle, repo, playbook) as there:
        _see_digest(there, bundle, digest)
        if rerun:
            where = own(sandbox=sandbox).sandbox or "auto"
            _rerun(there, where, image, playbook, yes=yes)
        done = () if check else _deliver(there, forge, repo_url, secrets, out, max_open)
        _tell(there, done, rerun=rerun, as_json=as_json, check=check)
        if check:
            _tell_what_next(bundle, there.digest, rerun=rerun)
        elif forge == "local":
            typer.echo(f"  → read {out}", err=True)


def _see_that_it_is_vouched_for(*, check: bool, rerun: bool, digest: str) -> None:
    from orchestrator.errors import UsageError

    if not (check or rerun or digest):
        raise UsageError(
            "nobody vouches for this bundle: whoever can write it can write its digests",
            hint="--rerun runs its checks again here; --digest names one that was looked at",
        )


def _see_digest(there: "Unpacked", bundle: Path, digest: str) -> None:
    from orchestrator.adapters.bundles import refused

    if digest and digest != there.digest:
        raise refused(bundle, f"its digest is {there.digest}, not the one that was looked at")


def _rerun(
    there: "Unpacked",
    sandbox: "SandboxChoice",
    image: str | None,
    playbook: str | None,
    *,
    yes: bool,
) -> None:
    from orchestrator.cli.verify import lines, run_again

    found = run_again(there.verification, sandbox, image, playbook, yes=yes)
    if any(one.standing != "verified" for one in found):
        with loud():
            for line in lines(found):
                typer.echo(line, nl=False, err=True)
            typer.echo("✗ nothing was published", err=True)
        raise typer.Exit(RED)


def _deliver(
    there: "Unpacked",
    forge: str,
    repo_url: str | None,
    secrets: "Mapping[str, str]",
    out: Path,
    max_open: int | None,
) -> "tuple[Delivered, ...]":
    from orchestrator.domain.opening import Room
    from orchestrator.wiring.delivering import deliver_locally, deliver_to_github

    if forge == "local":
        return deliver_locally(there, out)
    manifest = there.manifest
    room = Room(max_open or manifest.most_open, manifest.most_open_per_owner)
    return deliver_to_github(
        there, repo_url, secrets, room, lambda line: typer.echo(line, err=True)
    )


def _tell(
    there: "Unpacked", done: "tuple[Delivered, ...]", *, rerun: bool, as_json: bool, check: bool
) -> None:
    manifest = there.manifest
    if as_json:
        said = {
            "run": manifest.run,
            "base": manifest.base,
            "digest": there.digest,
            "rerun": rerun,
            "published": not check,
            "slices": [one.facts() for one in done],
        }
        typer.echo(json.dumps({"schema": 1, **said}, indent=1))
        return
    slices = many(len(manifest.slices), "slice")
    how = "its checks are green again" if rerun else "its checks were not run"
    typer.echo(f"✓ nothing speaks against {slices} of run {manifest.run}; {how}", err=True)
    if check:
        typer.echo(there.digest)
    for one in done:
        link = f"  {one.pull.url}" if one.pull else ""
        why = f" ({one.decision.why})" if one.decision.why else ""
        typer.echo(on_one_line(f"{one.decision.fate:<8}{one.slice.branch}{why}{link}"))


def _tell_what_next(bundle: Path, digest: str, *, rerun: bool) -> None:
    then = f"--digest {digest}, where the key is" if rerun else "--check --rerun, which runs them"
    typer.echo(f"  → leafcut publish {bundle} {then}", err=True)
