"""Playbooks in folders: look-up, validation beyond the schema, parameters."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from orchestrator.adapters.library.agents import agent_names
from orchestrator.adapters.library.schema import to_value
from orchestrator.adapters.library.source import (
    Document,
    Fault,
    InvalidFileError,
    Location,
    read,
)
from orchestrator.domain.expressions import names
from orchestrator.domain.playbook import RESERVED_KEYS, Param, ParamValue, Playbook
from orchestrator.errors import InvalidInputError, UsageError

FILE = "playbook.yaml"
NOT_DIGESTED = ("fixture", "__pycache__")

COMMON = {"python", "playbook.dir", "playbook.name", "playbook.title"}
TASK = {"task.id", "task.title", "task.files"}
FILES = {"task.files", "files_from"}
SLICE = {"slice.number", "slice.count", "slice.name"}

_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder that playbooks are looked for in; `source` says whose it is."""

    source: str
    folder: Path


@dataclass(frozen=True, slots=True)
class LoadedPlaybook:
    """A valid playbook and where it lies; `digest` is the SHA-256 of its files."""

    playbook: Playbook
    folder: Path
    source: str
    digest: str


def load(folder: Path, source: str, agent_shelves: Sequence[Path]) -> LoadedPlaybook:
    """Read and validate the playbook in a folder.

    Raises:
        InvalidFileError: with every fault found.
    """
    document = read(folder / FILE)
    playbook = to_value(document, Playbook, RESERVED_KEYS)
    faults = list(_faults(document, playbook, agent_names(agent_shelves)))
    if faults:
        raise InvalidFileError(sorted(faults, key=lambda fault: (fault.line, fault.column)))
    return LoadedPlaybook(playbook, folder, source, digest(folder))


def snapshot(folder: Path) -> Playbook:
    """Read the playbook that a run keeps; it was validated when the run was created."""
    return to_value(read(folder / FILE), Playbook, RESERVED_KEYS)


def find(name: str, shelves: Sequence[Shelf], agent_shelves: Sequence[Path]) -> LoadedPlaybook:
    """Return a playbook by path or by name, the first shelf that has it counts.

    Raises:
        UsageError: there is none; the message says where it was looked for.
        InvalidFileError: it has faults.
    """
    path = Path(name)
    if path.name == FILE and path.is_file():
        return load(path.parent.resolve(), "path", agent_shelves)
    if os.sep in name or name in {".", ".."}:
        return load(path.resolve(), "path", agent_shelves)
    for shelf in shelves:
        if (shelf.folder / name / FILE).is_file():
            return load(shelf.folder / name, shelf.source, agent_shelves)
    raise _no_such_playbook(name, shelves)


def on_shelves(shelves: Sequence[Shelf]) -> Iterator[tuple[str, Shelf]]:
    """Yield each playbook's name with the shelf that it would be taken from."""
    seen: set[str] = set()
    for shelf in shelves:
        for path in sorted(shelf.folder.glob(f"*/{FILE}")):
            if path.parent.name not in seen:
                seen.add(path.parent.name)
                yield path.parent.name, shelf


def digest(folder: Path) -> str:
    """Return the SHA-256 over the names, modes and contents of a playbook's files."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not set(inside.parts) & set(NOT_DIGESTED):
            executable = b"x" if path.stat().st_mode & 0o100 else b"-"
            for part in (str(inside).encode("utf-8", "surrogateescape"), executable, path.read_bytes()):
                total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def parameters(playbook: Playbook, given: Sequence[str]) -> dict[str, ParamValue]:
    """Return the value of every parameter from `name=value` texts and the defaults.

    Raises:
        UsageError: a name is unknown, a value of the wrong type or not among the choices, or a
            parameter without default is missing.
    """
    texts: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--param {text!r} is not name=value")
        if name not in playbook.params:
            near = get_close_matches(name, playbook.params, n=1)
            known = ", ".join(playbook.params) or "none"
            hint = f"did you mean {near[0]}?" if near else f"it has {known}"
            raise UsageError(f"playbook {playbook.name} has no parameter {name!r}", hint=hint)
        texts[name] = value
    return {name: _value(name, param, texts.get(name)) for name, param in playbook.params.items()}


def _value(name: str, param: Param, text: str | None) -> ParamValue:
    if text is None:
        if param.default is None:
            raise UsageError(f"parameter {name} is required", hint=f"--param {name}=…")
        return param.default
    try:
        value = _converted(param, text)
    except ValueError as error:
        raise UsageError(f"parameter {name} is a {param.type}, not {text!r}") from error
    if param.choices and value not in param.choices:
        choices = ", ".join(str(choice) for choice in param.choices)
        raise UsageError(f"parameter {name} cannot be {text!r}", hint=f"one of {choices}")
    return value


def _converted(param: Param, text: str) -> ParamValue:
    if param.type == "boolean":
        if text.lower() not in {"true", "false"}:
            raise ValueError(text)
        return text.lower() == "true"
    if param.type == "integer":
        return int(text)
    return float(text) if param.type == "number" else text


def _faults(document: Document, playbook: Playbook, agents: set[str]) -> Iterator[Fault]:
    yield from _expression_faults(document, playbook)
    yield from _param_faults(document, playbook)
    yield from _path_faults(document, playbook)
    for location, pattern in _patterns(playbook):
        try:
            re.compile(pattern)
        except re.error as error:
            yield document.fault(location, f"{pattern!r} is no regular expression: {error}")
    for at, agent in enumerate(playbook.agents):
        if agent not in agents:
            near = get_close_matches(agent, agents, n=1) or sorted(agents)
            yield document.fault(("agents", at), f"unknown agent {agent}; did you mean {near[0]}?")
    if "codemod" in playbook.agents and playbook.codemod is None:
        yield document.fault(("agents",), "agent codemod needs the key codemod with its run command")
    if playbook.name != document.path.parent.name:
        folder = document.path.parent.name
        yield document.fault(("name",), f"name must be that of its folder, {folder}")


def _expression_faults(document: Document, playbook: Playbook) -> Iterator[Fault]:
    params = {f"params.{name}" for name in playbook.params}
    for location, text, allowed in _templates(playbook):
        try:
            used = names(text)
        except ValueError as error:
            yield document.fault(location, str(error))
            continue
        for name in used:
            known = allowed | params
            if name not in known:
                near = get_close_matches(name, known, n=1)
                advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
                yield document.fault(location, f"unknown name ${{{{ {name} }}}}; {advice}")


def _templates(playbook: Playbook) -> Iterator[tuple[Location, str, set[str]]]:
    """Yield every text with expressions, where it stands and what it may name."""
    if playbook.find.run is not None:
        yield ("find", "run"), playbook.find.run, COMMON | FILES
    if playbook.codemod is not None:
        yield ("codemod", "run"), playbook.codemod.run, COMMON | TASK | FILES
    for at, command in enumerate(playbook.setup.run):
        yield ("setup", "run", at), command, COMMON
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "run"), check.run, COMMON | FILES
    yield ("commit", "message"), playbook.commit.message, COMMON | TASK
    yield ("pull_requests", "title"), playbook.pull_requests.title, COMMON | SLICE


def _patterns(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    for at, pattern in enumerate(playbook.find.regex):
        yield ("find", "regex", at), pattern
    if playbook.find.prefilter is not None:
        yield ("find", "prefilter"), playbook.find.prefilter


def _param_faults(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for name, param in playbook.params.items():
        values = [*param.choices, *([] if param.default is None else [param.default])]
        for value in values:
            wrong_bool = isinstance(value, bool) and param.type != "boolean"
            if wrong_bool or not isinstance(value, _TYPES[param.type]):
                yield document.fault(("params", name), f"{value!r} is no {param.type}")
        if param.choices and param.default is not None and param.default not in param.choices:
            yield document.fault(("params", name, "default"), "the default is not among the choices")


def _path_faults(document: Document, playbook: Playbook) -> Iterator[Fault]:
    for location, path in _paths(playbook):
        if path.startswith(("/", "~")) or ".." in Path(path).parts:
            yield document.fault(location, f"{path!r} leaves the tree; give a path inside it")


def _paths(playbook: Playbook) -> Iterator[tuple[Location, str]]:
    for at, check in enumerate(playbook.checks):
        yield ("checks", at, "cwd"), check.cwd
        for n, path in enumerate(check.cache):
            yield ("checks", at, "cache", n), path
    for key in ("keep", "inputs"):
        for at, path in enumerate(getattr(playbook.setup, key)):
            yield ("setup", key, at), path


def _no_such_playbook(name: str, shelves: Sequence[Shelf]) -> InvalidInputError | UsageError:
    known = [found for found, _ in on_shelves(shelves)]
    near = get_close_matches(name, known) or known
    searched = ", ".join(f"{shelf.folder} ({shelf.source})" for shelf in shelves)
    return UsageError(
        f"there is no playbook {name!r}; searched {searched}",
        hint=f"there are {', '.join(near)}" if near else "leafcut playbook new NAME",
    )
