"""A playbook written from a person's answers: staged, tried, and only then put in its place."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestrator.adapters.library import pieces
from orchestrator.adapters.library.pieces import rewriting
from orchestrator.adapters.library.playbooks import FILE
from orchestrator.application.proposing.answers import ANY, Answers
from orchestrator.application.proposing.recipe import recipe, rules
from orchestrator.domain.languages import suffixes_of
from orchestrator.errors import UsageError

PIECES = Path(pieces.__file__).parent
GRAMMARS = {"c++": "cpp", "c#": "csharp"}
"""Languages that ast-grep calls otherwise."""


class Draft:
    """Finds and replaces by the very scripts that the playbook gets."""

    def found(self, answers: Answers, text: str) -> int:
        """Return how many occurrences a text has; a command's are not looked for.

        Raises:
            ValueError: the pattern cannot be read.
        """
        if answers.find == "command":
            return 0
        with _explained():
            return len(rewriting.lines(_rule(answers), text))

    def after(self, answers: Answers) -> str:
        """Return what becomes of the example.

        Raises:
            ValueError: the pattern, or what is to take its place, cannot be read.
        """
        if answers.who == "agent":
            return answers.becomes
        with _explained():
            return rewriting.fixed(_rule(answers, answers.becomes), answers.example)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except re.error as error:
        message = f"it is no regular expression: {error}"
        raise ValueError(message) from error
    except IndexError as error:
        message = f"the expression has no such group: {error}"
        raise ValueError(message) from error
    except RuntimeError as error:
        message = "ast-grep cannot read the pattern"
        raise ValueError(message) from error


def _rule(answers: Answers, fix: str = "") -> dict[str, str]:
    """Return the answers as one rule; what a command finds is replaced as a text."""
    if answers.find == "command":
        return {"kind": "text", "find": answers.example, "fix": fix}
    kind = "pattern" if answers.find == "ast-grep" else "regex"
    language = GRAMMARS.get(answers.language, answers.language)
    return {"kind": kind, "language": language, "find": answers.pattern, "fix": fix}


def write(answers: Answers, parent: Path, tried: Callable[[Path], None]) -> Path:
    """Write the playbook into a folder of its name below `parent`; return the folder.

    `tried` is given the staged folder and raises what is wrong with it; then nothing is left.

    Raises:
        UsageError: something is there already, or it cannot be written.
    """
    folder = parent / answers.name
    if folder.exists():
        raise UsageError(f"{folder} is there already", hint="choose another name or --dir")
    staged = parent / f".{answers.name}.{os.getpid()}.new"
    try:
        parent.mkdir(parents=True, exist_ok=True)
        staged.mkdir()
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error
    try:
        _fill(staged, answers)
        tried(staged)
        staged.rename(folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return folder


def _fill(folder: Path, answers: Answers) -> None:
    rule = _rule(answers, "" if answers.who == "agent" else answers.becomes)
    files = {FILE: recipe(answers), "README.md": _readme(answers)}
    if answers.find == "ast-grep" or answers.who == "rules":
        files["rules.toml"] = rules(rule)
        files["rewriting.py"] = (PIECES / "rewriting.py").read_text(encoding="utf-8")
    if answers.who == "codemod":
        files["codemod.py"] = _codemod(rule)
    if answers.who == "agent":
        files["prompt.md"] = _prompt(answers)
    suffix = next(iter(suffixes_of(answers.language)), ".txt")
    sides = {"before": answers.example, "after": Draft().after(answers)}
    for side, text in sides.items():
        files[f"fixture/{side}/example{suffix}"] = text if text.endswith("\n") else f"{text}\n"
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="")


_BODIES = {
    "regex": "re.sub(FIND, BECOMES, source, flags=re.MULTILINE)",
    "text": "source.replace(FIND, BECOMES)",
    "pattern": "rewriting.fixed(RULE, source)",
}


def _codemod(rule: dict[str, str]) -> str:
    text = (PIECES / "codemod.py").read_text(encoding="utf-8")
    text = text.replace(_BODIES["regex"], _BODIES[rule["kind"]])
    if rule["kind"] != "regex":
        text = text.replace("import re\n", "")
    if rule["kind"] == "pattern":
        text = text.replace("Path\n", "Path\n\nimport rewriting\n", 1)
        return text.replace('FIND = ""\nBECOMES = ""\n', f"RULE = {rule!r}\n")
    said = f"FIND = {rule['find']!r}\nBECOMES = {rule['fix']!r}\n"
    return text.replace('FIND = ""\nBECOMES = ""\n', said)


def _readme(answers: Answers) -> str:
    where = "files of all kinds" if answers.language == ANY else f"{answers.language} files"
    return (
        f"# {answers.name}\n\n{answers.title}, in {where}.\n\n`fixture/before` and `fixture/after` "
        "show what it does; `leafcut playbook test` compares them.\n"
    )


def _prompt(answers: Answers) -> str:
    """Return the prompt; what a person wrote stands in raw blocks, where braces mean nothing."""
    before, after = map(_raw, (answers.example, Draft().after(answers)))
    return (
        "You work on one task of a larger refactor: {{ playbook.title }}.\n\n"
        f"For example this\n\n{before}\n\nbecomes\n\n{after}\n\n"
        "Change every such place in the task's files, and nothing that the task does not need.\n"
    )


def _raw(text: str) -> str:
    lines = [f"    {line}" for line in text.strip("\n").replace("endraw", "end raw").splitlines()]
    return "\n".join(["{% raw %}", *lines, "{% endraw %}"])
