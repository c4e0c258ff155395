"""`leafcut playbook new`: a playbook that works, from a copy, from flags or from questions."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.questions import FIELDS, FLAGS, By, Kind, asked, usual_title
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.application.proposing.answers import Answers

INTERRUPTED = 130


def new(  # noqa: PLR0913 - a flag for each answer
    name: Annotated[
        Optional[str],
        typer.Argument(metavar="NAME", help="Lower-case letters, digits and hyphens."),
    ] = None,
    directory: Annotated[Path, typer.Option("--dir", help="Where its folder is made.")] = Path(),
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask for what is not given; also without a name.")
    ] = False,
    title: Annotated[Optional[str], typer.Option(help="What it does; commits begin so.")] = None,
    find: Annotated[Optional[Kind], typer.Option(help="How occurrences are found.")] = None,
    language: Annotated[
        Optional[str], typer.Option(help="Whose files it is about, such as python; or any.")
    ] = None,
    pattern: Annotated[
        Optional[str], typer.Option(help="The regex, the ast-grep pattern or the command.")
    ] = None,
    example: Annotated[
        Optional[str], typer.Option(help="A line in which something is found.")
    ] = None,
    by: Annotated[Optional[By], typer.Option(help="Who does it.")] = None,
    agent: Annotated[Optional[str], typer.Option(help="Which agent, with --by agent.")] = None,
    becomes: Annotated[
        Optional[str], typer.Option(help="What is put in an occurrence's place.")
    ] = None,
    check: options.Checks = None,
    repo: options.Repo = Path(),
) -> None:
    """Write a playbook that works, to start from.

    With a name alone it is a copy of a small one. On a terminal, without a name, it asks.

    Example: leafcut playbook new no-warn --pattern warn --example "warn(x)" --becomes warning
    """
    given: dict[str, Any] = {
        "name": name, "title": title, "find": find, "language": language, "pattern": pattern,
        "example": example, "who": by, "agent": agent, "becomes": becomes,
        "checks": None if check is None else tuple(check),
    }  # fmt: skip
    given = {field: value for field, value in given.items() if value is not None}
    asking = _asking(name, ask=ask)
    if name is not None and not asking and set(given) == {"name"}:
        _starter(name, directory)
        return
    from orchestrator.wiring.drafts import written

    try:
        answers = asked(given, repo) if asking else _scripted(given)
        folder = written(answers, directory)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("\nnothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    _tell(folder)


def _asking(name: str | None, *, ask: bool) -> bool:
    terminal = sys.stdin.isatty()
    if ask and not terminal:
        raise UsageError(
            "--ask needs a terminal", hint="leafcut playbook new --help has a flag for each answer"
        )
    if name is None and not terminal:
        raise UsageError("a playbook needs a name", hint="leafcut playbook new NAME")
    return ask or name is None


def _starter(name: str, directory: Path) -> None:
    from orchestrator.adapters.library.new import write_starter

    _tell(write_starter(name, directory))


def _tell(folder: Path) -> None:
    shown = folder if folder.is_absolute() else f"./{folder}"
    typer.echo(str(folder))
    typer.echo(
        f"next: edit {shown}/playbook.yaml, then\n"
        f"  leafcut playbook validate {shown}\n"
        f"  leafcut playbook test {shown}\n"
        f"  leafcut run {shown} --repo PATH",
        err=True,
    )


NEEDED = ("pattern", "example", "becomes")


def _scripted(given: Mapping[str, Any]) -> "Answers":
    """Return the answers that the flags give.

    Raises:
        UsageError: one is missing or wrong.
    """
    from orchestrator.application.proposing.answers import Answers
    from orchestrator.wiring.drafts import wrong

    missing = [field for field in NEEDED if field not in given]
    missing += ["agent"] if given.get("who") == "agent" and "agent" not in given else []
    if missing:
        flags = " ".join(f"--{field} …" for field in missing)
        raise UsageError(f"a playbook needs {flags}", hint="leafcut playbook new --ask asks for it")
    answers = replace(Answers(title=usual_title(given["name"])), **given)
    for field in FIELDS:
        if said := wrong(field, answers):
            flag = "NAME" if field == "name" else f"--{FLAGS.get(field, field)}"
            raise UsageError(said if field == "name" else f"{flag}: {said}")
    return answers
