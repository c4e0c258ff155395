"""`leafcut learnings distil`: what a run has learned, as a change to its playbook's prompt."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.which import which
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from orchestrator.domain.learnings.proposal import Line, Proposal
    from orchestrator.wiring.distil import Home
    from orchestrator.wiring.runs import OpenRun

SHOWN = 5
"""How many verdicts on a line are shown."""


def distil(  # noqa: PLR0913 - a command's options
    run: options.RunName = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write the diff to a file.")
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Apply the change that was proposed last.")
    ] = False,
    agent: Annotated[
        str,
        typer.Option(
            help="Let this agent phrase the new lines; a name or a folder.",
            autocompletion=completion.agent,
        ),
    ] = "",
    sandbox: options.Sandbox = None,
    unsafe_local: options.UnsafeLocal = False,
    model: options.Model = "",
    secret: options.Secrets = None,
    as_json: options.Json = False,
) -> None:
    """Propose proven learnings as lines of the playbook's prompt.

    Prints a diff. Nothing is changed before a person accepts just that: leafcut learnings distil
    --accept

    Example: leafcut learnings distil --output learned.diff
    """
    from orchestrator.cli.settings import own
    from orchestrator.errors import UsageError
    from orchestrator.wiring import distil as wiring
    from orchestrator.wiring.dry_calls import DryCalls, secrets_for
    from orchestrator.wiring.runs import opened

    if accept and (agent or output):
        raise UsageError("--accept applies what was proposed", hint="leave out --agent, --output")
    secrets = secrets_for([agent], secret or ()) if agent else {}
    chosen = own(sandbox=sandbox, model=model)
    calls = DryCalls(
        sandbox=chosen.sandbox or "auto",
        unsafe_local=unsafe_local,
        model=chosen.model or "",
        secrets=secrets,
    )
    with opened(which(run, writing=accept)) as there:
        home = wiring.home_of(there)
        if accept:
            proposed, written = wiring.accept(there, home)
            _tell_accepted(there, proposed, written, as_json=as_json)
            return
        words = wiring.phrased_by(agent, there, home, calls) if agent else {}
        proposed = wiring.propose(there, home, words)
        if output:
            _write(output, proposed.diff)
        if as_json:
            typer.echo(_document(there, proposed, accepted=False))
        elif not output:
            typer.echo(_shown(proposed.diff) if sys.stdout.isatty() else proposed.diff, nl=False)
        _tell(there, home, proposed, output)


def _document(there: "OpenRun", proposed: "Proposal", *, accepted: bool) -> str:
    from orchestrator.application.learnings.distil import document

    known = {"run": there.folder.name, "playbook": there.playbook.name, "accepted": accepted}
    return json.dumps({"schema": 1, **known, **document(proposed)}, indent=1)


def _write(path: Path, diff: str) -> None:
    from orchestrator.errors import UsageError

    try:
        path.write_bytes(diff.encode())
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _shown(diff: str) -> str:
    from orchestrator.cli.render.colour import changed

    return "".join(f"{changed(line)}\n" for line in visible(diff).splitlines())


def _tell(there: "OpenRun", home: "Home", proposed: "Proposal", output: Path | None) -> None:
    from orchestrator.wiring.distil import way_out

    if not proposed.lines:
        typer.echo("nothing to distil: no trusted learning is new to the prompt", err=True)
        return
    for line in proposed.lines:
        for said in _evidence(line):
            typer.echo(on_one_line(said), err=True)
    if proposed.untold:
        typer.echo(f"  left out: {many(proposed.untold, 'more learning')}", err=True)
    accepting = f"leafcut learnings distil {there.folder.name} --accept"
    way = accepting if home.owner == "person" else way_out(there, home, str(output or "FILE"))
    typer.echo(f"  → {way}", err=True)


def _evidence(line: "Line") -> Iterator[str]:
    """Yield the line, then which verdicts speak for and against it."""
    one = line.standing
    sign = "+" if line.action == "add" else "-"
    why = f" ({one.status}: {one.reason})" if line.action == "remove" and one.reason else ""
    yield f"{sign} {one.learning.id}  {line.words}{why}"
    counts = f"helpful {one.helpful}, harmful {one.harmful}, clean {one.clean}, told {one.told}"
    origin = one.learning.provenance
    yield f"    {counts}; from {_place(origin.source, origin.task, origin.attempt, origin.commit)}"
    for spoken in line.verdicts[:SHOWN]:
        yield f"    {_place(spoken.says, spoken.task, spoken.attempt, spoken.commit)}"
    if len(line.verdicts) > SHOWN:
        yield f"    … and {len(line.verdicts) - SHOWN} more (--json)"


def _place(what: str, task: str, attempt: int, commit: str) -> str:
    tried = f", attempt {attempt}" if attempt else ""
    about = f"  {task}{tried}" if task else ""
    return f"{what:<7}{about}{f'  {commit[:10]}' if commit else ''}".rstrip()


def _tell_accepted(
    there: "OpenRun", proposed: "Proposal", written: list[Path], *, as_json: bool
) -> None:
    if as_json:
        typer.echo(_document(there, proposed, accepted=True))
    else:
        typer.echo("\n".join(str(path) for path in written))
    typer.echo(f"✓ accepted: {many(len(proposed.lines), 'line')}", err=True)
    if there.run.ended is None or there.run.ended.state != "done":
        typer.echo(f"  → leafcut resume {there.folder.name} --accept-drift", err=True)
