"""Commands about what a run has learnt: list, show, add, retire, trust, export, distil."""

import getpass
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from orchestrator.cli import distil, options
from orchestrator.cli.naming import the_learning
from orchestrator.cli.which import which
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.domain.events import CommandAccepted, PersonCommand, Steering
    from orchestrator.wiring.runs import OpenRun

Statuses = Annotated[
    Optional[list[str]],
    typer.Option(
        "--status",
        metavar="STATUS",
        help="Only trusted, candidate, quarantined or retired ones. Repeatable.",
    ),
]
Run_ = Annotated[Optional[str], typer.Option("--run", help="The run; the newest when left out.")]
Names = Annotated[
    list[str], typer.Argument(metavar="ID…", help="Learnings, by id or its beginning.")
]
Reason = Annotated[str, typer.Option(help="Why, for others to read.")]

learnings_app = typer.Typer(
    name="learnings",
    help="See what the attempts of a run have learnt, and have a say in it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
learnings_app.command("distil")(distil.distil)


@learnings_app.command("list")
def list_learnings(
    run: options.RunName = None, status: Statuses = None, as_json: options.Json = False
) -> None:
    """List the learnings of a run: the trusted first, the most helpful of them first."""
    from orchestrator.application.learnings import standing_document
    from orchestrator.cli.render.learnings import listed, row
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        found = listed(there.run, _known(status))
        if as_json:
            documents = [standing_document(one) for one in found]
            said = {"schema": 1, "run": there.folder.name, "learnings": documents}
            typer.echo(json.dumps(said, indent=1))
            return
        for one in found:
            typer.echo(on_one_line(row(one)))
    if not found:
        typer.echo("no such learnings", err=True)


@learnings_app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="By id or its beginning.")],
    run: Run_ = None,
    as_json: options.Json = False,
) -> None:
    """Show all that is known of a learning, and which verdicts made it stand as it does."""
    from orchestrator.application.learnings import standing_document
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


@learnings_app.command("add")
def add(  # noqa: PLR0913 - a command's options
    text: Annotated[str, typer.Argument(help="The lesson, at most 400 characters.")],
    run: Run_ = None,
    kind: Annotated[
        Literal["fix", "convention", "pitfall"],
        typer.Option(help="What mends a failure, how things are done here, or what fails."),
    ] = "convention",
    path: Annotated[
        Optional[list[str]],
        typer.Option(metavar="GLOB", help="It holds for such files only. Repeatable."),
    ] = None,
    signature: Annotated[
        str,
        typer.Option(metavar="S", help="The failure it is about: a cluster's key or signature."),
    ] = "",
    scope: Annotated[
        Literal["run", "playbook"],
        typer.Option(help="Who may be told: this run, or other runs of the playbook, too."),
    ] = "run",
    expires: Annotated[
        str, typer.Option(metavar="TIME", help="After how long it holds no more, such as 30d.")
    ] = "",
    as_json: options.Json = False,
) -> None:
    """Tell the attempts of a run a lesson; it is trusted until verdicts speak against it.

    One that reads like an instruction about tools, the network, secrets, checks or paths is
    quarantined first: leafcut learnings trust ID if you mean it.

    Example: leafcut learnings add "fixtures live in tests/conftest.py" --path "tests/**"
    """
    from orchestrator.domain.learnings.learning import Learning, Provenance, Scope
    from orchestrator.wiring.steering import steering

    with steering(which(run, writing=True)) as there:
        learning = Learning(
            kind=kind,
            text=text,
            signature=_signature(there, signature),
            scope=Scope(paths=tuple(path or ())),
            reach=scope,
            expires_at=_expiry(expires),
            provenance=Provenance(
                source="person", run=there.folder.name, who=getpass.getuser()
            ),
        )  # fmt: skip
        _ask(there, "add_learning", learning=learning, as_json=as_json)


@learnings_app.command("retire")
def retire(
    names: Names, run: Run_ = None, reason: Reason = "", as_json: options.Json = False
) -> None:
    """Have no attempt told of these learnings any more."""
    _mark("retire_learning", names, run, reason, as_json=as_json)


@learnings_app.command("trust")
def trust(
    names: Names, run: Run_ = None, reason: Reason = "", as_json: options.Json = False
) -> None:
    """Vouch for learnings: candidates, and also what is quarantined or retired."""
    _mark("trust_learning", names, run, reason, as_json=as_json)


@learnings_app.command("export")
def export(
    run: options.RunName = None, status: Statuses = None, as_json: options.Json = False
) -> None:
    """Print learnings as Markdown, or as JSON; the trusted ones, unless others are asked for."""
    from orchestrator.application.learnings import standing_document
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
    from orchestrator.errors import UsageError

    unknown = [status for status in statuses or () if status not in GLYPHS]
    if unknown:
        raise UsageError(f"no learning is {unknown[0]}", hint=f"they are {', '.join(GLYPHS)}")
    return statuses or ()


def _signature(there: "OpenRun", said: str) -> str:
    """Return what a person means: a cluster's signature by its key, else the words themselves."""
    from orchestrator.application.steering import failures
    from orchestrator.domain.clusters import named

    cluster = named(failures(there.run), said) if said else None
    return cluster.signature if cluster else said


def _expiry(expires: str) -> float | None:
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.domain.durations import seconds
    from orchestrator.errors import UsageError

    if not expires:
        return None
    try:
        return SystemClock().now() + seconds(expires)
    except ValueError as error:
        raise UsageError(f"--expires: {error}") from error


def _mark(
    action: "Steering", names: Sequence[str], run: str | None, reason: str, *, as_json: bool
) -> None:
    from orchestrator.wiring.steering import steering

    with steering(which(run, writing=True)) as there:
        found = tuple(the_learning(there.run, name) for name in names)
        _ask(there, action, learnings=found, reason=reason, as_json=as_json)


def _ask(there: "OpenRun", action: "Steering", *, as_json: bool, **said: Any) -> None:
    from orchestrator.domain.events import PersonCommand
    from orchestrator.wiring.steering import ask

    command = PersonCommand(id=0, who=getpass.getuser(), action=action, **said)
    expected = _accepted(there, command)
    answered = ask(there, command)
    done = expected if answered is None else _not_refused(answered, action)
    kept = done.added.suspicion if done.added else ""
    known = there.run.ledger.standings.get(done.learnings[0])
    if action == "add_learning" and known is not None and known.status == "quarantined":
        kept = known.reason
    if as_json:
        document = {
            "schema": 1,
            "run": there.folder.name,
            "action": action,
            "learnings": list(done.learnings),
            "quarantined": kept,
            "applied": answered is not None,
        }
        typer.echo(json.dumps(document))
        return
    typer.echo("\n".join(done.learnings))
    word, names = action.partition("_")[0], ", ".join(done.learnings)
    late = "" if answered else "  (the run has not answered yet; leafcut status shows when it has)"
    typer.echo(f"{'✓' if answered else '…'} {word}: {names}{late}", err=True)
    if kept:
        mend = f"leafcut learnings trust {names} if you mean it"
        typer.echo(on_one_line(f"⚠ quarantined, for it {kept}: {mend}"), err=True)


def _accepted(there: "OpenRun", command: "PersonCommand") -> "CommandAccepted":
    from orchestrator.domain.commands import answer

    return _not_refused(answer(there.run, command), command.action)


def _not_refused(event: Any, action: "Steering") -> "CommandAccepted":
    from orchestrator.domain.events import CommandAccepted
    from orchestrator.errors import UsageError

    if isinstance(event, CommandAccepted):
        return event
    raise UsageError(f"{action.replace('_', ' ')} is refused: {event.reason}")
