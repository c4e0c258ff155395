"""`leafcut plan`."""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.garbage import uncollected
from orchestrator.cli.params import told
from orchestrator.domain.visible import on_one_line
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.domain.plan import Plan

SHOWN = 3
"""Uncommitted files that are named."""

Format = Literal["table", "json", "mermaid", "dot", "html"]


def plan(  # noqa: PLR0913 - a command's options
    playbook: Annotated[
        str,
        typer.Argument(help="A playbook's name or path.", autocompletion=completion.playbook),
    ],
    repo: options.Repo = Path(),
    base: options.Base = "HEAD",
    param: options.Params = None,
    include: options.Include = None,
    exclude: options.Exclude = None,
    trust_target: options.TrustTarget = False,
    image: options.Image = None,
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
    """Show what a playbook would do to a repository, in which order.

    Nothing is changed.

    Example: leafcut plan annotate-types --repo . --format html -o plan.html
    """
    from orchestrator.cli.settings import given, tell_notes
    from orchestrator.domain.config import settled
    from orchestrator.wiring import planning
    from orchestrator.wiring.config import said_for

    said = said_for(repo, base, given(exclude=exclude, image=image), trust=trust_target)
    request = planning.PlanRequest(
        playbook=playbook,
        repository=repo,
        base=base,
        params=param or (),
        include=include or (),
        find=not no_find,
        trust_target=trust_target,
    ).under(settled(said.layers).config)
    with uncollected():
        planned = planning.make_plan(request)
        _write(_renderers()[form or _form_for(output)](planned.plan), output)
    tell_notes(said)
    for line in told(planned):
        typer.echo(on_one_line(line), err=True)
    tell_uncommitted(planned.uncommitted)
    if not planned.plan.tasks:
        typer.echo(why_nothing(planned.plan), err=True)


def _write(text: str, output: Path | None) -> None:
    whole = text if text.endswith("\n") else f"{text}\n"
    if output is None:
        sys.stdout.write(whole)
        return
    try:
        output.write_text(whole, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}") from error


def tell_uncommitted(files: Sequence[str]) -> None:
    """Say on stderr what lies in the target and is in no commit."""
    if files:
        count = (
            "1 uncommitted file is" if len(files) == 1 else f"{len(files)} uncommitted files are"
        )
        first = ", ".join(files[:SHOWN]) + (", …" if len(files) > SHOWN else "")
        typer.echo(f"⚠ {count} not included: {first}", err=True)


def why_nothing(plan: "Plan") -> str:
    """Say why a plan has no tasks."""
    reasons = Counter(one.reason.partition(":")[0] for one in plan.untouched)
    if not reasons:
        return "nothing to change: no file is selected"
    if set(reasons) == {"no occurrence"}:
        return "nothing to change: no selected file has an occurrence"
    told = ", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
    return f"nothing to change: {told}"


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
