"""Commands about playbooks: list, show, new, validate, test."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import completion, new, options
from orchestrator.cli.grammar import Program
from orchestrator.domain.counting import many

if TYPE_CHECKING:
    from orchestrator.adapters.library.playbooks import LoadedPlaybook
    from orchestrator.adapters.library.source import Fault

DIFFERENT = 3
"""Exit code when a fixture does not come out as it should: something is not met."""

playbook_app = Program("playbook", "List, show, write and check playbooks.")

Name = Annotated[
    str,
    typer.Argument(
        metavar="PLAYBOOK",
        help="A name, or the path of a folder.",
        autocompletion=completion.playbook,
    ),
]


@playbook_app.command("list")
def list_playbooks(as_json: options.Json = False) -> None:
    """List the playbooks that can be named.

    Example: leafcut playbook list
    """
    from orchestrator.wiring import library

    found = list(library.all_playbooks())
    if as_json:
        _print_json({"playbooks": [_entry(name, source, one) for name, source, one in found]})
        return
    rows = [
        (name, one.playbook.title, ", ".join(one.playbook.agents), source)
        if not isinstance(one, Exception)
        else (name, "(has faults: leafcut playbook validate)", "", source)
        for name, source, one in found
    ]
    _print_table(("name", "title", "agents", "source"), rows)


def _entry(name: str, source: str, one: "LoadedPlaybook | Exception") -> dict[str, object]:
    if isinstance(one, Exception):
        return {"name": name, "source": source, "valid": False}
    return {
        "name": name,
        "title": one.playbook.title,
        "description": one.playbook.description,
        "agents": list(one.playbook.agents),
        "source": source,
        "folder": str(one.folder),
        "valid": True,
    }


@playbook_app.command("show")
def show(name: Name, as_json: options.Json = False) -> None:
    """Show a playbook's parameters, checks and README.

    Example: leafcut playbook show annotate-types
    """
    from orchestrator.wiring import library

    loaded = library.find_playbook(name)
    readme = loaded.folder / "README.md"
    text = readme.read_text(encoding="utf-8", errors="replace") if readme.is_file() else ""
    if as_json:
        _print_json({**_document(loaded), "readme": text})
        return
    playbook = loaded.playbook
    typer.echo(f"{playbook.name}: {playbook.title}\n{loaded.source}, {loaded.folder}")
    if playbook.description:
        typer.echo(f"\n{playbook.description.strip()}")
    typer.echo(f"\nAgents: {', '.join(playbook.agents)}")
    _print_table(("parameter", "type", "default", "description"), _param_rows(loaded), "\n")
    checks = [(check.name, check.on, check.report, check.run) for check in playbook.checks]
    _print_table(("check", "on", "report", "command"), checks, "\n")
    if text:
        typer.echo(f"\n{text.rstrip()}")


def _document(loaded: "LoadedPlaybook") -> dict[str, object]:
    playbook = loaded.playbook
    return {
        "name": playbook.name,
        "title": playbook.title,
        "description": playbook.description,
        "source": loaded.source,
        "folder": str(loaded.folder),
        "digest": loaded.digest,
        "agents": list(playbook.agents),
        "params": {name: asdict(param) for name, param in playbook.params.items()},
        "checks": [asdict(check) for check in playbook.checks],
    }


def _param_rows(loaded: "LoadedPlaybook") -> Iterator[tuple[str, str, str, str]]:
    for name, param in loaded.playbook.params.items():
        default = "(required)" if param.default is None else json.dumps(param.default)
        default = f"{param.default_from}, else {default}" if param.default_from else default
        choices = " | ".join(str(choice) for choice in param.choices)
        description = f"{param.description} ({choices})" if choices else param.description
        yield name, param.type, default, description


playbook_app.command("new")(new.new)


@playbook_app.command("validate")
def validate(name: Name, as_json: options.Json = False) -> None:
    """Tell every fault of a playbook, with its line and column.

    Example: leafcut playbook validate ./rename-logger
    """
    from orchestrator.adapters.library.source import InvalidFileError
    from orchestrator.wiring import library

    faults: tuple[Fault, ...] = ()
    try:
        loaded = library.find_playbook(name)
    except InvalidFileError as error:
        if not as_json:
            raise
        faults = error.faults
    if as_json:
        _print_json({"playbook": name, "valid": not faults, "faults": [_fault(f) for f in faults]})
        raise typer.Exit(InvalidFileError.exit_code if faults else 0)
    typer.echo(f"ok: {loaded.playbook.name} ({loaded.folder})")


def _fault(fault: "Fault") -> dict[str, object]:
    return {**asdict(fault), "path": str(fault.path)}


_PLAYED = ("ok: makes fixture/after", "differs from fixture/after")
_BY_HAND = ("ok: fixture/after has nothing left to do", "find still sees something to do")


@playbook_app.command("test")
def play(name: Name, param: options.Params = None, as_json: options.Json = False) -> None:
    """Play the codemod on fixture/before, compare with fixture/after.

    Without a codemod: see that find sees what is to do before, and nothing after.

    Example: leafcut playbook test ./rename-logger
    """
    from orchestrator.wiring import library

    played = library.play_fixture(name, param or ())
    if as_json:
        _print_json(
            {
                "playbook": name,
                "passed": not played.differences,
                "occurrences": played.occurrences,
                "tasks": [{"files": list(files)} for files in played.tasks],
                "differences": list(played.differences),
            }
        )
    else:
        for line in played.differences:
            typer.echo(line)
        good, bad = _BY_HAND if played.by_hand else _PLAYED
        done = f"{many(len(played.tasks), 'task')}, {many(played.occurrences, 'occurrence')}"
        typer.echo(f"{bad if played.differences else good} ({done})", err=bool(played.differences))
    raise typer.Exit(DIFFERENT if played.differences else 0)


@playbook_app.command("build")
def build(name: Name) -> None:
    """Build the image of a playbook's environment from its Dockerfile.

    Example: leafcut playbook build ./rename-logger
    """
    from orchestrator.cli.agents import tell
    from orchestrator.wiring.images import build_environment

    tell(build_environment(name))


def _print_json(document: dict[str, object]) -> None:
    typer.echo(json.dumps({"schema": 1, **document}, indent=1))


def _print_table(
    head: Sequence[str], rows: "Iterator[Sequence[str]] | Sequence[Sequence[str]]", before: str = ""
) -> None:
    """Print aligned columns; nothing at all without rows."""
    lines = [head, *rows]
    if len(lines) == 1:
        return
    widths = [max(len(line[column]) for line in lines) for column in range(len(head) - 1)]
    typer.echo(before, nl=False)
    for line in lines:
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        typer.echo("  ".join([*cells, line[-1]]).rstrip())
