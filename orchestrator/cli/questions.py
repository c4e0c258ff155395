"""The questions of `leafcut playbook new`, on a terminal."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import typer

from orchestrator.domain.visible import visible
from orchestrator.errors import UsageError

if TYPE_CHECKING:
    from orchestrator.application.proposing.answers import Answers

Kind = Literal["regex", "ast-grep", "command"]
By = Literal["codemod", "rules", "agent"]

FIELDS = (
    "name", "title", "find", "language", "pattern", "example", "who", "agent", "becomes", "checks",
)  # fmt: skip
"""The answers in the order of the questions."""
FLAGS = {"who": "by", "checks": "check"}
"""The flags that are not called as their answers."""


def usual_title(name: str) -> str:
    """Return what a playbook of this name most likely does."""
    return name.replace("-", " ").capitalize()


def asked(given: Mapping[str, Any], repo: Path) -> "Answers":
    """Ask for what was not given, one answer after the other, each until it can be taken.

    Language and checks are proposed as the repository has them.

    Raises:
        UsageError: what was given cannot be taken.
    """
    from orchestrator.application.proposing.answers import Answers
    from orchestrator.wiring.drafts import seen_in, wrong

    language, proposed = seen_in(repo)
    answers = Answers(language=language or "python", checks=proposed)
    for field in FIELDS:
        if field in given:
            answers = replace(answers, **{field: given[field]})
            if said := wrong(field, answers):
                raise UsageError(f"--{FLAGS.get(field, field)}: {said}")
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


def _answer(field: str, answers: "Answers") -> Any:
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
        "title": ("What it does, in a line", usual_title(answers.name)),
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
