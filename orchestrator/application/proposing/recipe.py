"""The text of a new playbook.yaml, with comments that say what to change."""

import json
from collections.abc import Iterator, Mapping

from orchestrator.application.proposing.answers import ANY, Answers
from orchestrator.domain.languages import suffixes_of
from orchestrator.domain.toml import toml_text

_GRAPHS = frozenset({"python"})
"""Languages whose imports order the tasks."""


def recipe(answers: Answers) -> str:
    """Return the playbook.yaml of the answers."""
    return "\n".join(
        [
            "# Is the file right?   leafcut playbook validate, with this folder's path",
            "# Does it do the work? leafcut playbook test",
            "# On a repository:     leafcut plan, then leafcut run",
            "version: 1",
            f"name: {answers.name}",
            f"title: {_yaml(answers.title)}",
            "",
            "# Which files this is about, as gitignore-style patterns.",
            f"select:\n  include: [{', '.join(map(_yaml, _globs(answers.language)))}]",
            "",
            *_find(answers),
            *_order(answers.language),
            "partition: {by: file, max_files: 8}",
            "",
            *_who(answers),
            *_checks(answers),
            "guards:\n  residue: zero # every occurrence of a task's files must be gone",
            "commit:",
            f"  message: {_yaml(f'{_first_word(answers.title)} in ${{{{ task.title }}}}')}",
            "",
        ]
    )


def rules(rule: Mapping[str, str]) -> str:
    """Return the rules.toml of one rule; an empty fix is left out, since nothing is fixed by it."""
    said = {key: text for key, text in rule.items() if text or key == "find"}
    if said.get("kind") != "pattern":
        said.pop("language", None)
    lines = [f"{key} = {toml_text(text)}" for key, text in said.items()]
    return "\n".join(["# One more rule is one more [[rule]].", "[[rule]]", *lines, ""])


def _first_word(title: str) -> str:
    return title.strip().rstrip(".")


def _globs(language: str) -> list[str]:
    return ["**"] if language == ANY else [f"**/*{suffix}" for suffix in suffixes_of(language)]


def _find(answers: Answers) -> Iterator[str]:
    yield "# Where there is something to do; what this still finds at the end is the residue."
    if answers.find == "command":
        yield f"find:\n  run: {_yaml(answers.pattern)}"
    elif answers.find == "ast-grep" or answers.who == "rules":
        yield "# The rules are in rules.toml; ast-grep's patterns need the package ast-grep-py."
        yield f"find:\n  run: {_script('rewriting.py find')}"
    else:
        yield f"find:\n  regex: [{_yaml(answers.pattern)}]"
    yield ""


def _order(language: str) -> Iterator[str]:
    if language not in _GRAPHS:
        yield "strategy: piecewise # tasks wait for nothing"
        yield "graph: {language: none}"


def _who(answers: Answers) -> Iterator[str]:
    if answers.who == "agent":
        yield f"# Its prompt is prompt.md.\nagents: [{answers.agent}]\nprompt: prompt.md"
        return
    yield "# Who does it; an agent named after the codemod takes over what that cannot do."
    yield "agents: [codemod]"
    script = "rewriting.py fix" if answers.who == "rules" else "codemod.py"
    yield f"codemod:\n  run: {_script(script)}"


def _script(call: str) -> str:
    return f"${{{{ python }}}} ${{{{ playbook.dir }}}}/{call} ${{{{ files_from }}}}"


def _checks(answers: Answers) -> Iterator[str]:
    yield ""
    if not answers.checks:
        yield "# checks: what must hold before a commit lands; add your tests here."
        return
    yield "# What must hold before a commit lands; what fails on the base already does not count."
    yield "checks:"
    for text in answers.checks:
        head, _, run = text.partition("=")
        name, _, report = head.partition(":")
        told = f", report: {report}" if report else ""
        yield f"  - {{name: {name}, on: landing{told}, run: {_yaml(run)}}}"


def _yaml(text: str) -> str:
    """Return a text as a YAML string: in single quotes, in which nothing has a meaning."""
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text)
