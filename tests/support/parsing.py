"""Commands that Leafcut names, read by the parser that would get them."""

import shlex

import typer.main
from typer.core import TyperGroup

from orchestrator.cli.app import app


def parsed(line: str) -> list[tuple[str, dict[str, object]]]:
    """Return each command of a shell line as its name and what the parser made of its words.

    Raises:
        Exception: Leafcut has no such command, or the command no such option.
    """
    return [_one(shlex.split(part)) for part in line.split(" && ")]


def _one(words: list[str]) -> tuple[str, dict[str, object]]:
    program, *rest = words
    assert program == "leafcut", words
    command = typer.main.get_command(app)
    context = None
    name = program
    while isinstance(command, TyperGroup):
        context = command.make_context(name, list(rest), parent=context)
        _, found, rest = command.resolve_command(context, rest)
        assert found is not None, words
        name, command = found.name or "", found
    return name, command.make_context(name, list(rest), parent=context).params
