"""`leafcut config`: what holds, and who said so."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from orchestrator.cli import options
from orchestrator.cli.grammar import Program
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from orchestrator.domain.config import Config, Key, Origin, Settled
    from orchestrator.wiring.config import Said

config_app = Program("config", invoke_without_command=True, no_args_is_help=False)


def given(**flags: Any) -> "Config":
    """Return what a person said on the command line; None, "" and an empty list say nothing.

    Raises:
        UsageError: a number is none that can be.
    """
    from orchestrator.domain.config import Config
    from orchestrator.errors import UsageError

    said = {name: value for name, value in flags.items() if value not in (None, "", [], ())}
    lists = {name: tuple(value) for name, value in said.items() if isinstance(value, list)}
    try:
        return Config(**{**said, **lists})
    except ValueError as error:
        raise UsageError(str(error)) from error


def own(**flags: Any) -> "Config":
    """Return what holds for a command that is about no target repository, options first."""
    from orchestrator.wiring.config import users_own

    return users_own(given(**flags))


def tell_notes(said: "Said") -> None:
    """Say on stderr what of the target's settings does not count."""
    for note in said.notes:
        typer.echo(on_one_line(note), err=True)


@config_app.callback()
def config(
    context: typer.Context,
    repo: options.Repo = Path(),
    base: options.Base = "HEAD",
    as_json: options.Json = False,
) -> None:
    """Show settings and where they come from.

    The strongest first: an option, the environment, the target's .leafcut/config.toml as of the
    base commit, your own config.toml. The target's file can only make a run stricter.

    Example: leafcut config
    """
    from orchestrator.domain.config import Config, settled
    from orchestrator.wiring.config import said_for

    if context.invoked_subcommand:
        return
    said = said_for(repo, base, Config())
    found = settled(said.layers)
    if as_json:
        typer.echo(json.dumps(_document(said, found), indent=1))
        return
    for line in _lines(found):
        typer.echo(on_one_line(line))
    tell_notes(said)


@config_app.command("path")
def path() -> None:
    """Print where your own settings lie, whether or not the file is there.

    Example: leafcut config path
    """
    from orchestrator.wiring.config import users_file

    typer.echo(str(users_file()))


def _document(said: "Said", found: "Settled") -> dict[str, object]:
    from orchestrator.domain.config import KEYS
    from orchestrator.wiring.config import users_file

    keys = [
        {
            "name": key.name,
            "value": getattr(found.config, key.name),
            "from": list(found.origins.get(key.name, ())),
            "variable": key.variable,
            "help": key.help,
            "who": key.who,
        }
        for key in KEYS.values()
    ]
    files = {"user": str(users_file()), "target": str(said.target) if said.target else None}
    return {"schema": 1, "files": files, "keys": keys}


def _lines(found: "Settled") -> Iterator[str]:
    from orchestrator.domain.config import KEYS

    rows = [(key.name, _shown(found, key), _origin(found, key)) for key in KEYS.values()]
    widths = [max(len(row[at]) for row in rows) for at in range(2)]
    for name, value, origin in rows:
        yield f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}".rstrip()


def _shown(found: "Settled", key: "Key") -> str:
    value = getattr(found.config, key.name)
    if value is None:
        return "–"
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _origin(found: "Settled", key: "Key") -> str:
    names: dict[Origin, str] = {
        "environment": key.variable,
        "target": "target's .leafcut/config.toml",
        "user": "config.toml",
    }
    return ", ".join(names.get(one, one) for one in found.origins.get(key.name, ()))
