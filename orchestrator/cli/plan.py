"""`leafcut plan`."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Literal, Optional

import typer

from orchestrator.cli import options

Format = Literal["table", "json", "mermaid", "dot", "html"]


def plan(  # noqa: PLR0913 - a command's options
    playbook: Annotated[str, typer.Argument(help="A playbook's name or path.")],
    repo: options.Repo = Path(),
    base: options.Base = "HEAD",
    param: options.Params = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    trust_target: options.TrustTarget = False,
    no_find: Annotated[
        bool, typer.Option("--no-find", help="Make tasks of all selected files.")
    ] = False,
    output: Annotated[
        Optional[Path], typer.Option("-o", "--output", help="Write to a file.")
    ] = None,
    form: Annotated[
        Optional[Format],
        typer.Option("--format", help="By default a table, and JSON for a .json file."),
    ] = None,
) -> None:
    """Show what a playbook would do to a repository, in which order. Nothing is changed.

    Example: leafcut plan annotate-types --repo . --format html -o plan.html
    """
    from orchestrator import wiring

    planned = wiring.make_plan(
        wiring.PlanRequest(
            playbook=playbook,
            repository=repo,
            base=base,
            params=param or (),
            include=include or (),
            exclude=exclude or (),
            find=not no_find,
            trust_target=trust_target,
        )
    )
    text = _renderers()[form or _form_for(output)](planned.plan)
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
    else:
        output.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    if planned.uncommitted:
        count = len(planned.uncommitted)
        typer.echo(f"⚠ {count} uncommitted files are not included", err=True)
    if not planned.plan.tasks:
        typer.echo("nothing to change: no selected file has an occurrence", err=True)


def _form_for(output: Path | None) -> Format:
    by_suffix: Mapping[str, Format] = {
        ".json": "json",
        ".html": "html",
        ".mmd": "mermaid",
        ".dot": "dot",
    }
    return by_suffix.get(output.suffix, "table") if output else "table"


def _renderers() -> "Mapping[Format, Callable[..., str]]":
    from orchestrator.adapters import plan_file
    from orchestrator.cli.render import page, text

    return {
        "table": text.table,
        "json": plan_file.dumps,
        "mermaid": text.mermaid,
        "dot": text.dot,
        "html": page.page,
    }
