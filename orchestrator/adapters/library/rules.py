"""What the schema cannot say about a playbook: rules over several keys, paths and names."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import PurePosixPath
from typing import Any

from orchestrator.adapters.library.expressions import expression_faults, nearest, written
from orchestrator.adapters.library.folders import AGENT_FILE, is_path, leaves
from orchestrator.adapters.library.patterns import could_match, regex_problem, template_problem
from orchestrator.adapters.library.places import (
    finds,
    glob_lists,
    guards,
    named_agents,
    scripts,
    texts,
    tree_paths,
)
from orchestrator.adapters.library.prompts import prompt_faults
from orchestrator.adapters.library.source import Document, Fault, Location
from orchestrator.domain.playbook import (
    NAME_ADVICE,
    Playbook,
    is_playbook_name,
    is_playbook_title,
)
from orchestrator.domain.quoting import inside_quotes
from orchestrator.domain.staging import stages_of

_PARAM = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_CHECK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_. -]*")
_OWN_FILE = re.compile(r"\$\{\{\s*playbook\.dir\s*\}\}/([\w./-]+)")

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def broken_rules(
    document: Document, playbook: Playbook, agents: AbstractSet[str], declared: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield what is wrong with a playbook of the right shape; `agents` are the names known.

    The playbook and its document may be what is left of a file that has faults of another kind;
    `declared` is all that the file holds.
    """
    yield from _names(document, playbook)
    yield from _params(document, playbook)
    yield from _agents(document, playbook, agents)
    yield from _expressions(document, playbook, declared.get("params"))
    yield from _codemods(document, playbook, declared)
    yield from _criteria(document, declared.get("exit_criteria"))
    yield from _commands(document, playbook)
    yield from _paths(document, playbook)
    yield from _globs(document, playbook)
    yield from _regexes(document, playbook)
    yield from prompt_faults(document, playbook, declared.get("params"))


def _names(document: Document, playbook: Playbook) -> Iterator[Fault]:
    if not is_playbook_name(playbook.name):
        said = f"{playbook.name!r} cannot be a branch and a folder — {NAME_ADVICE}"
        yield document.fault(("name",), said)
    if not is_playbook_title(playbook.title):
        yield document.fault(
            ("title",), "the title must be one line of text — commits begin with it"
        )
    for at, check in enumerate(playbook.checks):
        if not _CHECK.fullmatch(check.name):
            said = f"a check cannot be named {check.name!r} — use letters, digits, hyphens"
            yield document.fault(("checks", at, "name"), said)


def _params(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for name, param in playbook.params.items():
        place: Location = ("params", name)
        if not _PARAM.fullmatch(name):
            advice = "use letters, digits, _ and -"
            yield document.fault(
                place, f"no expression can name params.{name} — {advice}", at_key=True
            )
        values = [((*place, "choices", at), value) for at, value in enumerate(param.choices)]
        if param.default is not None:
            values.append(((*place, "default"), param.default))
        for location, value in values:
            if not _is_a(param.type, value):
                yield document.fault(
                    location, f"{value!r} is no {param.type} — correct it or the type"
                )
        if param.default_from is not None and (param.type != "string" or param.default is None):
            said = "a parameter that asks the target is a string and has a default, too"
            yield document.fault((*place, "default_from"), f"{said} — add them")
        if param.choices and param.default is not None and param.default not in param.choices:
            yield document.fault(
                (*place, "default"), "the default is not among the choices — add it"
            )


def _is_a(kind: str, value: object) -> bool:
    """Say whether a value has a parameter's type; Python would take true for the integer 1."""
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _codemods(
    document: Document, playbook: Playbook, declared: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield the places where a codemod is to work and has no command."""
    missing: list[Location] = []
    if "codemod" in playbook.agents and "codemod" not in declared:
        missing.append(("agents",))
    for name, stage in stages_of(playbook):
        has_one = "codemod" in (declared.get(name) or {})
        if "codemod" in (stage.agents or playbook.agents) and not has_one:
            missing.append((name,))
    for location in missing:
        advice = "add `codemod: {run: …}`, the command that edits the files"
        yield document.fault(location, f"agent codemod has nothing to run — {advice}")


def _criteria(document: Document, declared: Any) -> Iterator[Fault]:
    for at, criterion in enumerate(declared if isinstance(declared, list) else ()):
        if isinstance(criterion, dict) and len(criterion) != 1:
            said = "an exit criterion is either residue, scaffold or find — give one of them"
            yield document.fault(("exit_criteria", at), said)


def _agents(document: Document, playbook: Playbook, agents: AbstractSet[str]) -> Iterator[Fault]:
    for location, agent in named_agents(playbook):
        if is_path(agent):
            inside = (
                not leaves(agent) and document.path.parent.joinpath(agent, AGENT_FILE).is_file()
            )
            said = f"{agent} is no folder with an {AGENT_FILE} inside the playbook's own folder"
        else:
            inside = agent in agents
            said = f"unknown agent {agent} — {nearest(agent, agents)}"
        if not inside:
            yield document.fault(location, said)


def _expressions(document: Document, playbook: Playbook, declared: Any) -> Iterator[Fault]:
    params = {f"params.{name}" for name in declared} if isinstance(declared, dict) else set()
    for location, text, allowed in [*scripts(playbook), *texts(playbook)]:
        yield from expression_faults(document, location, text, allowed | params)


def _commands(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, script, _ in scripts(playbook):
        if not script.strip():
            yield document.fault(location, "the command is empty — write what to run")
        for name in dict.fromkeys(inside_quotes(script)):
            advice = "it expands quoted, so take it out of the quotes"
            said = f"${{{{ {name} }}}} stands in quotes or after $ or \\ — {advice}"
            yield document.fault(location, said, near=written(name))
        for path in dict.fromkeys(_OWN_FILE.findall(script)):
            if leaves(path):
                yield document.fault(location, f"{path} leaves the playbook's folder — copy it in")
            elif not (document.path.parent / path).exists():
                said = f"{path} is not in the playbook's folder — add it or correct the command"
                yield document.fault(location, said, near=re.escape(path))


def _paths(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, path in tree_paths(playbook):
        if leaves(path):
            yield document.fault(location, f"{path!r} leaves the tree — give a path inside it")
        elif ".git" in {part.lower() for part in PurePosixPath(path).parts}:
            yield document.fault(location, f"{path!r} is git's own — give a path of the tree")


def _globs(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, globs in glob_lists(playbook):
        for at, glob in enumerate(globs):
            if not could_match(glob):
                said = f"{glob!r} is no gitignore-style pattern that could match a file"
                yield document.fault((*location, at), f'{said} — for example "**/*.py"')


def _regexes(document: Document, playbook: Playbook) -> Iterator[Fault]:
    patterns: list[tuple[Location, str]] = []
    for location, find in finds(playbook):
        patterns += [((*location, "regex", at), text) for at, text in enumerate(find.regex)]
        if find.prefilter is not None:
            patterns.append(((*location, "prefilter"), find.prefilter))
    for place, own in guards(playbook):
        for old, new in own.test_renames.items():
            patterns.append(((*place, "test_renames", old), old))
            if problem := template_problem(old, new):
                yield document.fault((*place, "test_renames", old), f"{new!r} {problem}")
    for location, text in patterns:
        if problem := regex_problem(text):
            said = f"{text!r} is no regular expression: {problem}"
            yield document.fault(location, f"{said} — it must be what Python's re takes")
