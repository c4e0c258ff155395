"""What people say of learnings: add, retire, trust."""

import getpass
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.asking import asked, foreseen
from orchestrator.cli.naming import the_learning
from orchestrator.cli.which import which
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.domain.events import CommandAccepted, Steering
    from orchestrator.wiring.runs import OpenRun

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="ID…",
        help="Learnings, by id or its beginning.",
        autocompletion=completion.learning,
    ),
]
Reason = Annotated[str, typer.Option(help="Why, for others to read.")]
_DONE: Mapping[str, str] = {
    "add_learning": "added",
    "retire_learning": "retired",
    "trust_learning": "trusted",
}
"""What a learning is once a command is carried out."""


def add(  # noqa: PLR0913 - a command's options
    text: Annotated[str, typer.Argument(help="The lesson, at most 400 characters.")],
    run: options.RunOption = None,
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
    """Tell attempts a lesson, trusted until verdicts object.

    One that reads like an instruction about tools, the network, secrets, checks or paths is
    quarantined first: leafcut learnings trust ID if you mean it.

    Example: leafcut learnings add "fixtures live in tests/conftest.py" --path "tests/**"
    """
    from orchestrator.domain.learnings.learning import LONGEST_TEXT, Learning, Provenance, Scope
    from orchestrator.errors import UsageError
    from orchestrator.wiring.steering import steering

    if len(text) > LONGEST_TEXT:
        raise UsageError(
            f"the lesson has {len(text)} characters, {LONGEST_TEXT} are the most",
            hint="say it shorter, or add two lessons",
        )
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


def retire(
    names: Names, run: options.RunOption = None, reason: Reason = "", as_json: options.Json = False
) -> None:
    """Have no attempt told of these learnings any more.

    Example: leafcut learnings retire l-b8ff --reason "holds for Python 2 only"
    """
    _mark("retire_learning", names, run, reason, as_json=as_json)


def trust(
    names: Names, run: options.RunOption = None, reason: Reason = "", as_json: options.Json = False
) -> None:
    """Vouch for learnings: candidate, quarantined or retired.

    Example: leafcut learnings trust l-b8ff l-d719
    """
    _mark("trust_learning", names, run, reason, as_json=as_json)


def _mark(
    action: "Steering", names: Sequence[str], run: str | None, reason: str, *, as_json: bool
) -> None:
    from orchestrator.wiring.steering import steering

    with steering(which(run, writing=True)) as there:
        found = tuple(the_learning(there.run, name) for name in names)
        _ask(there, action, learnings=found, reason=reason, as_json=as_json)


def _ask(there: "OpenRun", action: "Steering", *, as_json: bool, **said: Any) -> None:
    from orchestrator.domain.events import PersonCommand

    command = PersonCommand(id=0, who=getpass.getuser(), action=action, **said)
    expected = foreseen(there, command)
    answered = asked(there, command)
    done = answered or expected
    kept = _suspicion(there, done)
    if as_json:
        typer.echo(_document(there, done, kept, applied=answered is not None))
    else:
        typer.echo("\n".join(done.learnings))
        for line in _talk(there, done, kept, applied=answered is not None):
            typer.echo(on_one_line(line), err=True)


def _suspicion(there: "OpenRun", done: "CommandAccepted") -> str:
    """Return why a learning that is added is told to nobody yet; "" where it is told."""
    if done.added is None:
        return ""
    known = there.run.ledger.standings.get(done.learnings[0])
    if known is not None and known.status == "quarantined":
        return known.reason
    return done.added.suspicion


def _document(there: "OpenRun", done: "CommandAccepted", kept: str, *, applied: bool) -> str:
    said = {
        "schema": 1,
        "run": there.folder.name,
        "action": done.action,
        "learnings": list(done.learnings),
        "quarantined": kept,
        "applied": applied,
    }
    return json.dumps(said)


def _talk(there: "OpenRun", done: "CommandAccepted", kept: str, *, applied: bool) -> Iterator[str]:
    word, names = _DONE[done.action], ", ".join(done.learnings)
    if not applied:
        yield f"… to be {word}: {names}"
        yield "  the run has not answered yet; leafcut status shows when it has"
        return
    yield f"✓ {'already ' if _is_old(there, done) else ''}{word}: {names}"
    if kept:
        yield f"⚠ quarantined, for it {kept}: leafcut learnings trust {names} if you mean it"
    elif done.action != "retire_learning" and not there.folder.busy():
        yield f"  {_who_is_told(there)}"


def _is_old(there: "OpenRun", done: "CommandAccepted") -> bool:
    """Say whether a command changes nothing."""
    known = [there.run.ledger.standings.get(name) for name in done.learnings]
    if done.action == "add_learning":
        return known[0] is not None
    return all(one is not None and one.status == _DONE[done.action] for one in known)


def _who_is_told(there: "OpenRun") -> str:
    ended = there.run.ended
    if ended is not None and ended.state == "done":
        return "the run is done: it has no attempt left to tell"
    return f"attempts are told when it goes on: leafcut resume {there.folder.name}"


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
