"""What a person answers who wants a new playbook, and what is wrong with an answer."""

import ast
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, get_args

from orchestrator.domain.expressions import FILES, MACHINES_OWN, names
from orchestrator.domain.languages import LANGUAGES
from orchestrator.domain.playbook import (
    NAME_ADVICE,
    ReportFormat,
    is_playbook_name,
    is_playbook_title,
)
from orchestrator.domain.quoting import inside_quotes

FindKind: TypeAlias = Literal["regex", "ast-grep", "command"]
Who: TypeAlias = Literal["codemod", "rules", "agent"]
ANY = "any"
"""The language of a playbook that is about files of all kinds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All that a new playbook is made of.

    `pattern` is the regular expression, ast-grep's pattern, or the command that finds. `example` is
    a piece of a file with an occurrence. `becomes` is what takes an occurrence's place: a template
    of `re`, ast-grep's fix; for a command, and for an agent, what the whole example becomes.
    `agent` names who does it where that is an agent with a language model. `checks` are commands as
    `--check` takes them.
    """

    name: str = ""
    title: str = ""
    find: FindKind = "regex"
    language: str = "python"
    pattern: str = ""
    example: str = ""
    who: Who = "codemod"
    agent: str = ""
    becomes: str = ""
    checks: tuple[str, ...] = ()


class Rewriting(Protocol):
    """Finds and replaces as the playbook to come would, without running any command."""

    def found(self, answers: Answers, text: str) -> int:
        """Return how many occurrences a text has.

        Raises:
            ValueError: the pattern cannot be read.
        """
        ...

    def after(self, answers: Answers) -> str:
        """Return what becomes of the example.

        Raises:
            ValueError: the pattern, or what is to take its place, cannot be read.
        """
        ...


def problem(field: str, answers: Answers, rewriting: Rewriting) -> str:
    """Return what is wrong with one field, given the answers before it; "" when nothing is.

    The order of questions is that of the fields.
    """
    look = _LOOKS.get(field)
    return look(answers, rewriting) if look else ""


def _name(answers: Answers, _: Rewriting) -> str:
    if is_playbook_name(answers.name):
        return ""
    return f"{answers.name!r} cannot be the name of a playbook: {NAME_ADVICE}"


def _title(answers: Answers, _: Rewriting) -> str:
    good = is_playbook_title(answers.title) and "${{" not in answers.title
    return "" if good else "the title must be one line of text: commits begin with it"


def _language(answers: Answers, _: Rewriting) -> str:
    if answers.language == ANY and answers.find == "ast-grep":
        return "ast-grep reads one language: name it"
    known = sorted(LANGUAGES)
    good = answers.language in {*known, ANY}
    return "" if good else f"{answers.language!r} is not known: {', '.join([*known, ANY])}"


def _pattern(answers: Answers, rewriting: Rewriting) -> str:
    if not answers.pattern.strip():
        return "it must not be empty"
    if answers.find == "command":
        return _command(answers.pattern)
    try:
        empty = rewriting.found(answers, "")
    except ValueError as error:
        return str(error)
    return "it matches an empty file: every place would be an occurrence" if empty else ""


def _command(script: str) -> str:
    try:
        used = set(names(script))
    except ValueError as error:
        return str(error)
    if unknown := sorted(used - MACHINES_OWN):
        return f"${{{{ {unknown[0]} }}}} is not known here: {', '.join(sorted(MACHINES_OWN))}"
    if not used & FILES:
        return "it must say which files it reads: ${{ task.files }} or ${{ files_from }}"
    if quoted := next(inside_quotes(script), ""):
        return f"${{{{ {quoted} }}}} expands quoted: take the quotes around it away"
    return ""


def _example(answers: Answers, rewriting: Rewriting) -> str:
    if not answers.example.strip() or "\0" in answers.example:
        return "it must not be empty"
    if answers.find != "command" and not rewriting.found(answers, answers.example):
        return f"{answers.pattern} does not find anything in it"
    return _unparsed(answers, answers.example)


def _becomes(answers: Answers, rewriting: Rewriting) -> str:
    try:
        after = rewriting.after(answers)
    except ValueError as error:
        return str(error)
    if after == answers.example:
        return "that changes nothing"
    if answers.find != "command" and (left := rewriting.found(answers, after)):
        return f"{after.strip()} would still have {left} to do: no task could ever be done"
    return _unparsed(answers, after)


def _unparsed(answers: Answers, text: str) -> str:
    """Say why a text could be no file of its language: a file that is none makes no task."""
    if answers.language != "python":
        return ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError) as error:
            return f"{text.strip()} is no Python by itself: {error}"
    return ""


def _check(text: str) -> str:
    match = re.fullmatch(r"[A-Za-z][\w-]*(?::(\w+))?=.+", text)
    if match is None:
        return f"{text!r} is not NAME=COMMAND"
    known = get_args(ReportFormat)
    good = match[1] is None or match[1] in known
    return "" if good else f"no report {match[1]!r}: {', '.join(known)}"


def _checks(answers: Answers, _: Rewriting) -> str:
    taken = [text.partition("=")[0].partition(":")[0] for text in answers.checks]
    doubled = next((name for name in taken if taken.count(name) > 1), "")
    wrong = next((said for text in answers.checks if (said := _check(text))), "")
    return wrong or (f"two checks are named {doubled!r}" if doubled else "")


_LOOKS: Mapping[str, Callable[[Answers, Rewriting], str]] = {
    "name": _name,
    "title": _title,
    "language": _language,
    "pattern": _pattern,
    "example": _example,
    "becomes": _becomes,
    "checks": _checks,
}
