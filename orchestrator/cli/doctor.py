"""`leafcut doctor`: what is there, what is missing, and how to get it."""

import json
from typing import TYPE_CHECKING

import typer

from orchestrator.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.application.doctor import Finding

SICK = 7

LOOKS = {
    "ok": ("✓", typer.colors.GREEN),
    "warn": ("⚠", typer.colors.YELLOW),
    "later": ("·", typer.colors.WHITE),
    "fail": ("✗", typer.colors.RED),
}


def doctor(
    as_json: options.Json = False,
) -> None:
    """See what this machine has and lacks, and how to mend it.

    Example: leafcut doctor
    """
    from orchestrator.application.doctor import document, healthy
    from orchestrator.wiring.machine import examined

    findings = examined()
    if as_json:
        typer.echo(json.dumps(document(findings), indent=1))
    else:
        _show(findings)
    if not healthy(findings):
        raise typer.Exit(SICK)


def _show(findings: "Sequence[Finding]") -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        glyph, colour = LOOKS[finding.level]
        level = typer.style(f"{glyph} {finding.level:<5}", fg=colour, bold=True)
        typer.echo(f"{level}  {finding.name:<{width}}  {finding.says}")
        if finding.mend and finding.level != "later":
            typer.echo(f"         {'':<{width}}→ {finding.mend}")
