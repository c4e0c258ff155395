"""`leafcut learnings`: what a run has learnt, to read; what people say of it is in `teaching`."""

import json
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Optional

import typer

from orchestrator.cli import completion, distil, options, teaching
from orchestrator.cli.grammar import Program
from orchestrator.cli.naming import the_learning
from orchestrator.cli.which import which
from orchestrator.domain.visible import on_one_line

Statuses = Annotated[
    Optional[list[str]],
    typer.Option(
        "--status",
        metavar="STATUS",
        help="Only trusted, candidate, quarantined or retired ones. Repeatable.",
        autocompletion=completion.status,
    ),
]
_SILENT = ("none", "transcripts")
"""The strategies that make no learnings."""

learnings_app = Program("learnings", "See what attempts have learnt, and have a say in it.")


def list_learnings(
    run: options.RunName = None, status: Statuses = None, as_json: options.Json = False
) -> None:
    """List the learnings of a run, the most useful first.

    Of the attempts that were told one, it helped those that got over its failure and hurt those
    that failed so all the same; clean ones never met the failure.

    Example: leafcut learnings list --status candidate --status quarantined
    """
    from orchestrator.application.learnings.documents import standing_document
    from orchestrator.cli.render.colour import headed
    from orchestrator.cli.render.learnings import listed, rows
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        found = listed(there.run, _known(status))
        if as_json:
            documents = [standing_document(one) for one in found]
            said = {"schema": 1, "run": there.folder.name, "learnings": documents}
            typer.echo(json.dumps(said, indent=1))
            return
        for one in found:
            for line in rows(one, _width()):
                typer.echo(headed(on_one_line(line)))
    if not found:
        strategy = there.run.policy.learnings.strategy
        typer.echo(f"no learning is {' or '.join(status)}" if status else _none(strategy), err=True)


def _width() -> int | None:
    """Return how many characters a line may have, None for any number."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _none(strategy: str) -> str:
    if strategy in _SILENT:
        return f"no learnings: strategy {strategy} makes none; run --learnings shared does"
    return (
        "no learnings yet: one is made when an attempt gets over a failure that a check named\n"
        '  → leafcut learnings add "…" tells attempts yours'
    )


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="By id or its beginning.", autocompletion=completion.learning
        ),
    ],
    run: options.RunOption = None,
    as_json: options.Json = False,
) -> None:
    """Show a learning and which verdicts made it stand as it does.

    Example: leafcut learnings show l-b8ff
    """
    from orchestrator.application.learnings.documents import standing_document
    from orchestrator.cli.render.learnings import page
    from orchestrator.wiring.learnings import history_of
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        found = the_learning(there.run, name)
        standing = there.run.ledger.standings[found]
        past = history_of(there, found)
    if as_json:
        said = [{"at": one.at, "what": one.what, "status": one.standing.status} for one in past]
        document = {"schema": 1, **standing_document(standing), "history": said}
        typer.echo(json.dumps(document, indent=1))
        return
    for line in page(standing):
        typer.echo(on_one_line(line))
    for one in past:
        at = datetime.fromtimestamp(one.at, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        typer.echo(on_one_line(f"  {at}  {one.what}"))


def export(
    run: options.RunName = None, status: Statuses = None, as_json: options.Json = False
) -> None:
    """Print the trusted learnings as Markdown, or as JSON.

    Example: leafcut learnings export > learned.md
    """
    from orchestrator.application.learnings.documents import standing_document
    from orchestrator.cli.render.learnings import listed, markdown
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        found = listed(there.run, _known(status or ["trusted"]))
        said = {"run": there.folder.name, "playbook": there.run.plan.playbook}
    if as_json:
        documents = [standing_document(one) for one in found]
        typer.echo(json.dumps({"schema": 1, **said, "learnings": documents}, indent=1))
    else:
        typer.echo(markdown(found, **said), nl=False)


def _known(statuses: Sequence[str] | None) -> Sequence[str]:
    from orchestrator.cli.render.learnings import GLYPHS
    from orchestrator.domain.nearness import suggestion
    from orchestrator.errors import UsageError

    unknown = [status for status in statuses or () if status not in GLYPHS]
    if unknown:
        hint = suggestion(unknown[0], GLYPHS, f"they are {', '.join(GLYPHS)}")
        raise UsageError(f"no learning is {unknown[0]}", hint=hint)
    return statuses or ()


learnings_app.command("list")(list_learnings)
learnings_app.command("show")(show)
learnings_app.command("add")(teaching.add)
learnings_app.command("retire")(teaching.retire)
learnings_app.command("trust")(teaching.trust)
learnings_app.command("export")(export)
learnings_app.command("distil")(distil.distil)
