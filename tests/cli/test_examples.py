"""Each command shows an example, and each example is a call that the real parser takes."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from orchestrator.cli.app import app
from orchestrator.cli.grammar import told

ROOT: Any = typer.main.get_command(app)


def commands(command: Any = ROOT, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, by its path."""
    for name, one in getattr(command, "commands", {}).items():
        yield from commands(one, (*path, name))
    if not hasattr(command, "commands"):
        yield " ".join(path), command


EXAMPLES = [
    (path, example)
    for path, command in [*commands(), ("", ROOT), ("config", ROOT.commands["config"])]
    for example in told(command.help or "")[1]
]


@pytest.mark.parametrize(("path", "command"), list(commands()))
def test_each_command_has_an_example_of_itself(path: str, command: Any) -> None:
    examples = told(command.help or "")[1]
    assert examples
    assert all(f"leafcut {path}" in example for example in examples)


@pytest.mark.parametrize(("path", "example"), EXAMPLES)
def test_the_parser_takes_it(
    path: str, example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path in example
    for words in calls(example):
        assert words[0] == "leafcut"
        parsed(words[1:])


def test_a_wrong_example_is_found() -> None:
    for wrong in (["status", "--nope"], ["run"], ["nope"], ["retry", "--task"]):
        with pytest.raises(typer.TyperException):
            parsed(wrong)


def calls(example: str) -> Iterator[list[str]]:
    """Yield the words of each call in a line for a shell, redirections left out."""
    words: list[str] = []
    for word in shlex.split(example):
        if word == "&&":
            yield words
            words = []
        else:
            words.append(word)
    yield words[: words.index(">")] if ">" in words else words


def parsed(words: list[str]) -> None:
    """Parse a call as the program does, and do nothing."""
    context = ROOT.make_context("leafcut", words)
    with context:
        rest = [*context._protected_args, *context.args]
        while rest:
            _, command, rest = context.command.resolve_command(context, rest)
            context = command.make_context(command.name, rest, parent=context)
            rest = [*getattr(context, "_protected_args", ()), *context.args]
