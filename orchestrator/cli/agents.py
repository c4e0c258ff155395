"""Commands about agents: list, check, build."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.doctor import LOOKS
from orchestrator.cli.grammar import Program

if TYPE_CHECKING:
    from orchestrator.application.dry_call import AgentFinding

SHOWN = 19
"""Characters of a digest that are shown: `sha256:` and the beginning of the number."""
INDENT = " " * 9

agents_app = Program("agents", "List agents, build their images, and see that they work.")


@agents_app.command("list")
def list_agents(as_json: options.Json = False) -> None:
    """List agents, and the image that each has here.

    Example: leafcut agents list
    """
    from orchestrator.wiring.images import listed_agents

    found = listed_agents()
    if as_json:
        typer.echo(json.dumps({"schema": 1, "agents": found}, indent=1))
        return
    width = max(len(str(agent["name"])) for agent in found)
    for agent in found:
        typer.echo(f"{agent['name']:<{width}}  {agent['kind']:<8} {_image(agent)}")


def _image(agent: dict[str, object]) -> str:
    if not agent["needs_image"]:
        return "runs in the playbook's environment"
    if not agent["image"]:
        return f"no image yet: leafcut agents build {agent['name']}"
    version = agent["version"] or "of no stated version"
    return f"{version}, image {str(agent['image'])[:SHOWN]}"


@agents_app.command("check")
def check(  # noqa: PLR0913 - a command's options
    names: Annotated[
        Optional[list[str]],
        typer.Argument(
            metavar="[NAME]…",
            help="Agents; when left out, all that there is a key for.",
            autocompletion=completion.agent,
        ),
    ] = None,
    image: Annotated[
        Optional[str],
        typer.Option(metavar="IMAGE", help="The environment that their images are built on."),
    ] = None,
    sandbox: options.Sandbox = None,
    unsafe_local: options.UnsafeLocal = False,
    model: options.Model = "",
    secret: options.Secrets = None,
    as_json: options.Json = False,
) -> None:
    """Ask each agent for one word, to see that it works.

    Image, client, key and model must all be well for that. Each call costs what its client sends
    along, usually some cents. Exits with 4 when a key is refused and with 7 when something else is
    missing.

    Example: leafcut agents check claude-code --image python:3.12
    """
    from orchestrator.application.dry_call import document, exit_code
    from orchestrator.cli.settings import own
    from orchestrator.wiring.dry_calls import DryCalls, checked, secrets_for, without_key

    asked = names or []
    chosen = own(sandbox=sandbox, image=image, model=model)
    secrets = secrets_for(asked, secret or ())
    calls = DryCalls(
        sandbox=chosen.sandbox or "auto",
        image=chosen.image or "",
        unsafe_local=unsafe_local,
        model=chosen.model or "",
        secrets=secrets,
    )
    found = []
    for finding in checked(asked, calls):
        found.append(finding)
        if not as_json:
            _show(finding)
    left_out = () if asked else without_key(secrets)
    if left_out:
        typer.echo(f"left out, for there is no key: {', '.join(left_out)}", err=True)
    if as_json:
        typer.echo(json.dumps(document(found), indent=1))
    if code := exit_code(found):
        raise typer.Exit(code)


def _show(finding: "AgentFinding") -> None:
    glyph, colour = LOOKS[finding.level]
    level = typer.style(f"{glyph} {finding.level:<5}", fg=colour, bold=True)
    there = [finding.version, finding.sandbox, finding.image and f"image {finding.image[:SHOWN]}"]
    typer.echo(f"{level}  {finding.name}  {', '.join(part for part in there if part)}".rstrip())
    typer.echo(f"{INDENT}{finding.says}")
    if finding.mend:
        typer.echo(f"{INDENT}→ {finding.mend}")


@agents_app.command("build")
def build(
    name: Annotated[
        str,
        typer.Argument(
            help="An agent's name, or the path of its folder.", autocompletion=completion.agent
        ),
    ],
    base: Annotated[
        Optional[str],
        typer.Option("--from", metavar="IMAGE", help="The environment that it is built on."),
    ] = None,
    bundle: Annotated[
        Optional[Path],
        typer.Option(
            "--ca-bundle",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="Certificates that the network to the registries needs, PEM.",
        ),
    ] = None,
) -> None:
    """Build the image of an agent on top of a playbook's environment.

    Example: leafcut agents build claude-code --from python:3.12
    """
    from orchestrator.wiring.images import DEFAULT_BASE, build_agent

    tell(build_agent(name, base or DEFAULT_BASE, bundle))


def tell(lines: Iterator[str]) -> None:
    """Show what a build says as it goes, and print its last line, the result."""
    last = None
    for line in lines:
        if last is not None:
            typer.echo(last, err=True)
        last = line
    typer.echo(last)
