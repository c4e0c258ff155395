"""Commands about agents: list, build."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Optional

import typer

from orchestrator.cli import options

SHOWN = 19
"""Characters of a digest that are shown: `sha256:` and the beginning of the number."""

agents_app = typer.Typer(
    name="agents",
    help="List agents and build their images.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@agents_app.command("list")
def list_agents(as_json: options.Json = False) -> None:
    """List the agents that can be named, with the image that each has here."""
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


@agents_app.command("build")
def build(
    name: Annotated[str, typer.Argument(help="An agent's name, or the path of its folder.")],
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
