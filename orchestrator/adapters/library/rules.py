"""What the schema cannot say about a playbook: rules over several keys, paths and names."""

import re
import warnings
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any

from pathspec import GitIgnoreSpec

from orchestrator.adapters.library.folders import AGENT_FILE, is_path, leaves
from orchestrator.adapters.library.prompts import prompt_faults
from orchestrator.adapters.library.source import Document, Fault, Location
from orchestrator.domain.expressions import names
from orchestrator.domain.playbook import (
    LONGEST_NAME,
    Find,
    Guards,
    Playbook,
    Select,
    is_playbook_name,
)
from orchestrator.domain.quoting import inside_quotes
from orchestrator.domain.staging import is_glob, stages_of

COMMON = frozenset({"python", "playbook.dir", "playbook.name", "playbook.title"})
FILES = frozenset({"task.files", "files_from"})
TASK = frozenset({"task.id", "task.title", "task.files"})
SLICE = frozenset({"slice.number", "slice.count", "slice.name"})
"""What expressions may name, besides the playbook's own parameters."""

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
        advice = f"use a-z, 0-9 and single hyphens, {LONGEST_NAME} characters at most"
        yield document.fault(
            ("name",), f"{playbook.name!r} cannot be a branch and a folder — {advice}"
        )
    if not playbook.title.strip() or not playbook.title.isprintable():
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
    for location, agent in _named_agents(playbook):
        if is_path(agent):
            inside = (
                not leaves(agent) and document.path.parent.joinpath(agent, AGENT_FILE).is_file()
            )
            said = f"{agent} is no folder with an {AGENT_FILE} inside the playbook's own folder"
        else:
            inside = agent in agents
            said = f"unknown agent {agent} — {_nearest(agent, agents)}"
        if not inside:
            yield document.fault(location, said)


def _named_agents(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    for at, agent in enumerate(playbook.agents):
        yield ("agents", at), agent
    for name, stage in stages_of(playbook):
        for at, agent in enumerate(stage.agents):
            yield (name, "agents", at), agent


def _expressions(document: Document, playbook: Playbook, declared: Any) -> Iterator[Fault]:
    params = {f"params.{name}" for name in declared} if isinstance(declared, dict) else set()
    for location, text, allowed in [*_scripts(playbook), *_texts(playbook)]:
        try:
            used = names(text)
        except ValueError as error:
            yield document.fault(location, str(error), near=r"\$\{\{")
            continue
        if text.count("${{") != len(used):
            yield document.fault(location, "${{ is not closed — write ${{ name }}")
        for name in dict.fromkeys(used):
            if name not in allowed | params:
                said = f"${{{{ {name} }}}} is not known here — {_nearest(name, allowed | params)}"
                yield document.fault(location, said, near=_written(name))


def _commands(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, script, _ in _scripts(playbook):
        if not script.strip():
            yield document.fault(location, "the command is empty — write what to run")
        for name in dict.fromkeys(inside_quotes(script)):
            advice = "it expands quoted, so take it out of the quotes"
            said = f"${{{{ {name} }}}} stands in quotes or after $ or \\ — {advice}"
            yield document.fault(location, said, near=_written(name))
        for path in dict.fromkeys(_OWN_FILE.findall(script)):
            if leaves(path):
                yield document.fault(location, f"{path} leaves the playbook's folder — copy it in")
            elif not (document.path.parent / path).exists():
                said = f"{path} is not in the playbook's folder — add it or correct the command"
                yield document.fault(location, said, near=re.escape(path))


def _scripts(playbook: Playbook) -> Iterator[tuple[Location, str, AbstractSet[str]]]:
    """Yield every shell command, where it stands and what its expressions may name."""
    for location, find in _finds(playbook):
        if find.run is not None:
            yield (*location, "run"), find.run, COMMON | FILES
    for at, command in enumerate(playbook.setup.run):
        yield ("setup", "run", at), command, COMMON
    if playbook.codemod is not None:
        yield ("codemod", "run"), playbook.codemod.run, COMMON | TASK | FILES
    for name, stage in stages_of(playbook):
        if stage.codemod is not None:
            yield (name, "codemod", "run"), stage.codemod.run, COMMON | TASK | FILES
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "run"), check.run, COMMON | FILES


def _finds(playbook: Playbook) -> Iterator[tuple[Location, Find]]:
    """Yield every rule and where it stands."""
    yield ("find",), playbook.find
    if playbook.scaffold is not None and playbook.scaffold.find is not None:
        yield ("scaffold", "find"), playbook.scaffold.find
    for at, criterion in enumerate(playbook.exit_criteria):
        if criterion.find is not None:
            yield ("exit_criteria", at, "find"), criterion.find


def _texts(playbook: Playbook) -> Iterator[tuple[Location, str, AbstractSet[str]]]:
    """Yield every text that is no command, where it stands and what its expressions may name."""
    yield ("commit", "message"), playbook.commit.message, COMMON | TASK
    yield ("pull_requests", "title"), playbook.pull_requests.title, COMMON | SLICE
    yield ("pull_requests", "body"), playbook.pull_requests.body, COMMON | SLICE


def _paths(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, path in _tree_paths(playbook):
        if leaves(path):
            yield document.fault(location, f"{path!r} leaves the tree — give a path inside it")
        elif ".git" in {part.lower() for part in PurePosixPath(path).parts}:
            yield document.fault(location, f"{path!r} is git's own — give a path of the tree")


def _tree_paths(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "cwd"), check.cwd
        for n, path in enumerate(check.cache):
            yield ("checks", at, "cache", n), path
    for name, stage in stages_of(playbook):
        for at, path in enumerate(stage.files):
            if not is_glob(path):
                yield (name, "files", at), path
    for key in ("keep", "inputs"):
        for at, path in enumerate(getattr(playbook.setup, key)):
            yield ("setup", key, at), path


def _globs(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, globs in _glob_lists(playbook):
        for at, glob in enumerate(globs):
            if not _matches_something(glob):
                said = f"{glob!r} is no gitignore-style pattern that could match a file"
                yield document.fault((*location, at), f'{said} — for example "**/*.py"')


def _glob_lists(playbook: Playbook) -> Iterator[tuple[Location, tuple[str, ...]]]:
    """Yield every list of globs and where it stands; what is no glob in a list, passes as one."""
    selects: list[tuple[Location, Select]] = [(("select",), playbook.select)]
    for at, criterion in enumerate(playbook.exit_criteria):
        if criterion.find is not None and criterion.find.select is not None:
            selects.append((("exit_criteria", at, "find", "select"), criterion.find.select))
    for location, select in selects:
        yield (*location, "include"), select.include
        yield (*location, "exclude"), select.exclude
    for place, guards in _guards(playbook):
        for key in ("allow_new_files", "allow_deleted", "allow_moves"):
            yield (*place, key), getattr(guards, key)
    for name, stage in stages_of(playbook):
        yield (name, "files"), stage.files


def _guards(playbook: Playbook) -> Iterator[tuple[Location, Guards]]:
    """Yield the guards of the whole playbook and of its stages, and where they stand."""
    yield ("guards",), playbook.guards
    for name, stage in stages_of(playbook):
        yield (name, "guards"), stage.guards


def _matches_something(glob: str) -> bool:
    if ".." in PurePosixPath(glob).parts:
        return False
    try:
        return any(one.include is not None for one in GitIgnoreSpec.from_lines([glob]).patterns)
    except ValueError:
        return False


def _regexes(document: Document, playbook: Playbook) -> Iterator[Fault]:
    patterns: list[tuple[Location, str]] = []
    for location, find in _finds(playbook):
        patterns += [((*location, "regex", at), text) for at, text in enumerate(find.regex)]
        if find.prefilter is not None:
            patterns.append(((*location, "prefilter"), find.prefilter))
    for place, guards in _guards(playbook):
        for old, new in guards.test_renames.items():
            patterns.append(((*place, "test_renames", old), old))
            if problem := _template_problem(old, new):
                yield document.fault((*place, "test_renames", old), f"{new!r} {problem}")
    for location, text in patterns:
        if problem := _regex_problem(text):
            said = f"{text!r} is no regular expression: {problem}"
            yield document.fault(location, f"{said} — it must be what Python's re takes")


def _regex_problem(text: str) -> str:
    """Return what is wrong with a pattern, nothing when it can be used."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(text, re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return "" if text else "it is empty and matches everywhere"


def _template_problem(pattern: str, template: str) -> str:
    """Return what is wrong with what a pattern's matches become, nothing when it can be used."""
    try:
        compiled = re.compile(f"(?:{pattern})|")
    except (re.error, OverflowError, RecursionError):
        return ""  # which is told as the pattern's own fault
    try:
        compiled.sub(template, "", count=1)
    except (re.error, IndexError) as error:
        return f"cannot stand for what {pattern!r} matches: {error} — groups are \\1, \\2"
    return ""


def _written(name: str) -> str:
    """Return a regular expression for an expression as the file has it."""
    return rf"\$\{{\{{\s*{re.escape(name)}\s*\}}\}}"


def _nearest(name: str, known: AbstractSet[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
