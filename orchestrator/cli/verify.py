"""`leafcut verify`: do commits have the receipts that they should have?"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.talk import loud
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.application.verify import Verified
    from orchestrator.domain.receipt import Receipt
    from orchestrator.domain.settings import SandboxChoice
    from orchestrator.domain.verdict import CheckResult
    from orchestrator.wiring.verify import Verification

UNVERIFIED = 3
GLYPHS = {"verified": "✓", "no_receipt": "○", "mismatch": "✗", "red": "✗"}
WORDS = {
    "verified": "verified",
    "no_receipt": "no receipt",
    "mismatch": "does not match",
    "red": "red now",
}


def verify(  # noqa: PLR0913 - a command's options
    revisions: Annotated[
        str, typer.Argument(metavar="REV-RANGE", help="Such as main..leafcut/x, or one commit.")
    ],
    repo: options.Repo = Path(),
    rerun: Annotated[
        bool, typer.Option("--rerun", help="Run the recorded checks again; asks first.")
    ] = False,
    sandbox: options.Sandbox = None,
    image: options.Image = None,
    playbook: Annotated[
        Optional[str],
        typer.Option(help="Where the playbook lies, if checks take files from it."),
    ] = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Compare commits with their receipts.

    Receipts are the git notes in refs/notes/leafcut/*. One that matches shows integrity, not who
    wrote it: to trust it, rerun its checks.

    Example: leafcut verify main..leafcut/upgrade-syntax/0123456789 --rerun
    """
    from orchestrator.cli.settings import own
    from orchestrator.wiring.verify import verification

    where = own(sandbox=sandbox).sandbox or "auto"
    with verification(repo, revisions) as there:
        found = there.found
        if rerun:
            found = run_again(there, where, image, playbook, yes=yes)
    if as_json:
        _print_json(revisions, found)
    else:
        sys.stdout.write("".join(lines(found)))
        _tell_missing(found)
    if any(one.standing != "verified" for one in found):
        raise typer.Exit(UNVERIFIED)


def run_again(
    there: "Verification",
    sandbox: "SandboxChoice",
    image: str | None,
    playbook: str | None,
    *,
    yes: bool,
) -> "tuple[Verified, ...]":
    """Show the commands of all receipts that match, ask, and run them; return how commits stand."""
    from orchestrator.application.verify import with_rerun
    from orchestrator.wiring.verify import rerunning

    receipts = {
        one.receipt.digest: one.receipt
        for one in there.found
        if one.receipt and one.standing == "verified"
    }
    results: dict[str, tuple[CheckResult, ...] | str] = {}
    with rerunning(there, sandbox, image, playbook) as (name, run):
        _confirm(list(receipts.values()), name, yes=yes)
        for digest, receipt in receipts.items():
            typer.echo(f"… checks of {receipt.tested[:10]}", err=True)
            results[digest] = run(receipt)
    return with_rerun(there.found, results)


def _confirm(receipts: "Sequence[Receipt]", sandbox: str, *, yes: bool) -> None:
    """Show the commands, which are code of whoever wrote the receipts, and ask."""
    from orchestrator.application.rerun import commands
    from orchestrator.errors import UsageError

    told = commands(receipts)
    if not told:
        return
    with loud():
        typer.echo(f"the receipts have these commands run (sandbox {sandbox}):", err=True)
        for command in told:
            typer.echo(f"  {on_one_line(command)}", err=True)
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("commands of receipts are code", hint="read them, then add --yes")
    if not typer.confirm("Run them?", default=False, err=True):
        raise typer.Exit(UNVERIFIED)


def lines(found: "Sequence[Verified]") -> "list[str]":
    """Return a line for each commit, and how many stand how."""
    shown = []
    for one in found:
        state = WORDS[one.standing]
        subject = on_one_line(one.subject)
        shown.append(f"{GLYPHS[one.standing]} {one.commit[:10]} {state:<14} {subject}{_how(one)}\n")
        shown += [f"    {on_one_line(reason)}\n" for reason in one.reasons]
    counts = Counter(one.standing for one in found)
    shown.append(", ".join(f"{count} {WORDS[state]}" for state, count in counts.items()) + "\n")
    return shown


def _how(one: "Verified") -> str:
    """Say what a receipt that matches speaks of, and whether it was run again."""
    if one.standing != "verified" or one.receipt is None:
        return ""
    notes = [] if one.own else [f"checked in {one.receipt.tested[:10]}"]
    if not one.receipt.checks:
        notes.append("no landing checks")
    elif one.rerun is not None:
        flaky = any(result.outcome == "flaky" for result in one.rerun)
        notes.append("passed on a rerun, flaky" if flaky else "checks green again")
    return f" ({', '.join(notes)})" if notes else ""


def _tell_missing(found: "Sequence[Verified]") -> None:
    if any("not in this repository" in r for one in found for r in one.reasons):
        typer.echo(
            "→ git fetch origin 'refs/notes/leafcut/*:refs/notes/leafcut/*' brings receipts",
            err=True,
        )


def _print_json(revisions: str, found: "Sequence[Verified]") -> None:
    counts = Counter(one.standing for one in found)
    document = {
        "schema": 1,
        "range": revisions,
        "counts": {state: counts[state] for state in GLYPHS},  # type: ignore[index]
        "commits": [one.facts() for one in found],
    }
    typer.echo(json.dumps(document, indent=1))
