"""`leafcut playbook new`: a playbook that works, from a copy, from flags or from questions."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Optional

import typer

from orchestrator.cli import options
from orchestrator.domain.visible import visible
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.application.proposing.answers import Answers

INTERRUPTED = 130

Kind = Literal["regex", "ast-grep", "command"]
By = Literal["codemod", "rules", "agent"]


def new(  # noqa: PLR0913 - a flag for each answer
    name: Annotated[
        Optional[str], typer.Argument(help="Lower-case letters, digits and hyphens.")
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
    try:
        answers = _asked(given, repo) if asking else _scripted(given)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo("\nnothing was written", err=True)
        raise typer.Exit(INTERRUPTED) from None
    from orchestrator.wiring.drafts import written

    _tell(written(answers, directory))


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


# -- from flags -----------------------------------------------------------------------------------

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
    answers = replace(Answers(title=_title(given["name"])), **given)
    for field in FIELDS:
        if said := wrong(field, answers):
            flag = "NAME" if field == "name" else f"--{_FLAGS.get(field, field)}"
            raise UsageError(said if field == "name" else f"{flag}: {said}")
    return answers


FIELDS = (
    "name", "title", "find", "language", "pattern", "example", "who", "agent", "becomes", "checks",
)  # fmt: skip
"""The answers in the order of the questions."""
_FLAGS = {"who": "by", "checks": "check"}


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


# -- from questions -------------------------------------------------------------------------------


def _asked(given: Mapping[str, Any], repo: Path) -> "Answers":
    """Ask for what was not given, one answer after the other, each until it can be taken."""
    from orchestrator.application.proposing.answers import Answers
    from orchestrator.wiring.drafts import seen_in, wrong

    language, proposed = seen_in(repo)
    answers = Answers(language=language or "python", checks=proposed)
    for field in FIELDS:
        if field in given:
            answers = replace(answers, **{field: given[field]})
            if said := wrong(field, answers):
                raise UsageError(f"--{_FLAGS.get(field, field)}: {said}")
            continue
        while _wanted(field, answers):
            answers = replace(answers, **{field: _answer(field, answers)})
            said = wrong(field, answers)
            if not said:
                break
            typer.echo(f"  ✗ {visible(said)}", err=True)
    return answers


def _wanted(field: str, answers: "Answers") -> bool:
    """Say whether a question has a meaning here."""
    return answers.who == "agent" if field == "agent" else True


def _answer(field: str, answers: "Answers") -> object:
    if field == "checks":
        return _checks(answers)
    choices = _choices(field)
    question, default = _question(field, answers)
    if not choices:
        return str(typer.prompt(question, default=default, err=True, show_default=bool(default)))
    while True:
        said = str(typer.prompt(f"{question} ({', '.join(choices)})", default=default, err=True))
        matching = [one for one in choices if one == said] or [
            one for one in choices if said and one.startswith(said)
        ]
        if len(matching) == 1:
            return matching[0]
        typer.echo(f"  ✗ {visible(said)!r} is none of {', '.join(choices)}", err=True)


def _choices(field: str) -> tuple[str, ...]:
    from typing import get_args

    from orchestrator.wiring.drafts import thinking_agents

    if field == "agent":
        return tuple(thinking_agents())
    return {"find": get_args(Kind), "who": get_args(By)}.get(field, ())


_PATTERNS = {
    "regex": "The regular expression (Python's)",
    "ast-grep": "The pattern; $A stands for one thing, $$$A for several",
    "command": "The command; it reads ${{ task.files }} and prints path:line",
}


def _question(field: str, answers: "Answers") -> tuple[str, str | None]:
    """Return what a question says, and the answer that Enter gives."""
    if field == "pattern":
        return _PATTERNS[answers.find], None
    if field == "becomes":
        whole = answers.who == "agent" or answers.find == "command"
        if whole:
            return "What that example becomes", None
        holes = "$A and $$$A" if answers.find == "ast-grep" else r"\1, \2 for groups"
        return f"What takes its place ({holes})", None
    return {
        "name": ("Name, such as rename-logger", None),
        "title": ("What it does, in a line", _title(answers.name)),
        "find": ("Found by", answers.find),
        "language": ("In which files, by language; or any", answers.language),
        "example": ("A line in which it is found", None),
        "who": ("Who does it", answers.who),
        "agent": ("Which agent", _choices("agent")[0]),
    }[field]


def _checks(answers: "Answers") -> tuple[str, ...]:
    """Ask for each proposed check, then for others, as `--check` takes them."""
    taken = [
        one
        for one in answers.checks
        if typer.confirm(f"Check {visible(one)}?", default=True, err=True)
    ]
    while said := str(typer.prompt("Another check, NAME=COMMAND", default="", err=True)):
        taken.append(said)
    return tuple(taken)
