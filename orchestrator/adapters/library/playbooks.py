"""Playbooks in folders: look-up, loading, parameters."""

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.adapters.library.agents import agent_names
from orchestrator.adapters.library.folders import is_path
from orchestrator.adapters.library.rules import broken_rules
from orchestrator.adapters.library.schema import Schema
from orchestrator.adapters.library.source import InvalidFileError, read
from orchestrator.domain.nearness import listed, suggestion
from orchestrator.domain.playbook import RESERVED_KEYS, Param, ParamValue, Playbook
from orchestrator.domain.requires import Requirement, oldest
from orchestrator.errors import InvalidInputError, UsageError

FILE = "playbook.yaml"
PATH = "path"
"""The source of a playbook that was named by its folder."""
NOT_DIGESTED = frozenset(
    {"fixture", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".git"}
)
"""What lies in a playbook's folder and changes nothing about what the playbook does."""


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
        InvalidInputError: the folder holds a link.
    """
    playbook = _read(folder, agent_names(agent_shelves))
    return LoadedPlaybook(playbook, folder.resolve(), source, digest(folder))


def snapshot(folder: Path) -> Playbook:
    """Return the playbook that a run keeps a copy of; it was validated when the run was made.

    Raises:
        InvalidFileError: somebody has changed the copy.
    """
    return _read(folder, None)


def _read(folder: Path, agents: set[str] | None) -> Playbook:
    document = read(folder / FILE)
    found = Schema(Playbook, RESERVED_KEYS).read(document)
    playbook, faults = found.value, list(found.faults)
    if playbook is not None and agents is not None:
        faults += broken_rules(found.document, playbook, agents, document.data)
    if faults or playbook is None:
        raise InvalidFileError(faults)

    def located(names: Sequence[str]) -> tuple[str, ...]:
        return tuple(str((folder / one).resolve()) if is_path(one) else one for one in names)

    scaffold, teardown = playbook.scaffold, playbook.teardown
    return replace(
        playbook,
        agents=located(playbook.agents),
        scaffold=scaffold and replace(scaffold, agents=located(scaffold.agents)),
        teardown=teardown and replace(teardown, agents=located(teardown.agents)),
    )


def is_folder(name: str) -> bool:
    """Say whether a playbook is named by its folder or file.

    A bare name is never a path: a folder of the target repository that one stands in cannot shadow
    a playbook.
    """
    return "/" in name or name in {".", "..", FILE}


def find(name: str, shelves: Sequence[Shelf], agent_shelves: Sequence[Path]) -> LoadedPlaybook:
    """Return a playbook by path or by name, the first shelf that has it counts.

    Raises:
        UsageError: there is none; the message says where it was looked for.
        InvalidFileError: it has faults.
    """
    if is_folder(name):
        return load(_folder(Path(name)), PATH, agent_shelves)
    for shelf in shelves:
        folder = shelf.folder / name
        if name and (folder / FILE).is_file():
            loaded = load(folder, shelf.source, agent_shelves)
            if loaded.playbook.name != name:
                raise _misnamed(folder, loaded.playbook.name)
            return loaded
    raise _no_such_playbook(name, shelves)


def _folder(path: Path) -> Path:
    folder = path.parent if path.name == FILE and not path.is_dir() else path
    if (folder / FILE).is_file():
        return folder
    if folder.is_dir():
        raise UsageError(f"there is no {FILE} in {folder}", hint="leafcut playbook new NAME")
    raise UsageError(f"{path} is no folder with a {FILE}", hint="leafcut playbook list")


def _misnamed(folder: Path, name: str) -> InvalidFileError:
    fault = read(folder / FILE).fault(("name",), f"{name} is not the folder's name — {folder.name}")
    return InvalidFileError([fault])


def on_shelves(shelves: Sequence[Shelf]) -> Iterator[tuple[str, Shelf]]:
    """Yield each playbook's name with the shelf that it would be taken from."""
    seen: set[str] = set()
    for shelf in shelves:
        for path in sorted(shelf.folder.glob(f"*/{FILE}")):
            if path.parent.name not in seen:
                seen.add(path.parent.name)
                yield path.parent.name, shelf


def digest(folder: Path) -> str:
    """Return the SHA-256 over the names, modes and contents of a playbook's files.

    Raises:
        InvalidInputError: a file is a link; what it leads to could change unseen.
    """
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not NOT_DIGESTED.isdisjoint(inside.parts):
            continue
        if path.is_symlink():
            raise InvalidInputError(f"{path} is a symbolic link", hint="put the file itself there")
        if path.is_file():
            executable = b"x" if path.stat().st_mode & 0o100 else b"-"
            name = str(inside).encode("utf-8", "surrogateescape")
            for part in (name, executable, path.read_bytes()):
                total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def parameters(
    playbook: Playbook, given: Sequence[str], requires: Requirement | None = None
) -> dict[str, ParamValue]:
    """Return the value of every parameter from `name=value` texts and the defaults.

    `requires` is what the target says of Python; parameters with `default_from` begin with it.

    Raises:
        UsageError: a name is unknown or given twice, a value of the wrong type or not among the
            choices, or a parameter without default is missing.
    """
    texts: dict[str, str] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--param {text!r} is not name=value", hint=f"--param {text}=…")
        if name not in playbook.params:
            raise _no_such_param(playbook, name)
        if name in texts:
            raise UsageError(f"--param {name} is given twice", hint="keep one")
        texts[name] = value
    missing = [
        n for n, param in playbook.params.items() if n not in texts and param.default is None
    ]
    if missing:
        options = " ".join(f"--param {name}=…" for name in missing)
        raise UsageError(f"playbook {playbook.name} needs {', '.join(missing)}", hint=options)
    defaults = {n: p.default for n, p in playbook.params.items() if p.default is not None}
    return {
        name: _value(name, param, texts[name])
        if name in texts
        else _derived(name, param, requires) or defaults[name]
        for name, param in playbook.params.items()
    }


def _derived(name: str, param: Param, requires: Requirement | None) -> ParamValue | None:
    """Return the oldest Python of the target, or the nearest choice that is no newer."""
    if param.default_from is None or requires is None:
        return None
    if not param.choices:
        return "{}.{}".format(*requires.oldest)
    known = {version: choice for choice in param.choices if (version := oldest(str(choice)))}
    fitting = [version for version in known if version <= requires.oldest]
    if not fitting:
        raise UsageError(
            f"{requires.file} says that Python {requires.said} is supported, older than any choice "
            f"of the parameter {name}",
            hint=f"--param {name}={known[min(known)]} drops what is older",
        )
    return known[max(fitting)]


def _no_such_param(playbook: Playbook, name: str) -> UsageError:
    known = ", ".join(playbook.params) or "none"
    hint = suggestion(name, playbook.params, f"its parameters: {known}")
    return UsageError(f"playbook {playbook.name} has no parameter {name!r}", hint=hint)


def _value(name: str, param: Param, text: str) -> ParamValue:
    try:
        value = _converted(param, text)
    except (ValueError, KeyError) as error:
        hint = "true or false" if param.type == "boolean" else param.description
        raise UsageError(
            f"parameter {name} is of type {param.type}, not {text!r}", hint=hint
        ) from error
    if param.choices and value not in param.choices:
        choices = ", ".join(str(choice) for choice in param.choices)
        raise UsageError(f"parameter {name} cannot be {text!r}", hint=f"one of {choices}")
    return value


def _converted(param: Param, text: str) -> ParamValue:
    if param.type == "boolean":
        return {"true": True, "false": False}[text.lower()]
    if param.type == "integer":
        return int(text)
    if param.type == "number" and not math.isfinite(float(text)):
        raise ValueError(text)
    return float(text) if param.type == "number" else text


def _no_such_playbook(name: str, shelves: Sequence[Shelf]) -> UsageError:
    known = [found for found, _ in on_shelves(shelves)]
    searched = ", ".join(f"{shelf.folder} ({shelf.source})" for shelf in shelves)
    hint = suggestion(name, known, listed(known, "leafcut playbook new NAME"))
    if name and (Path(name) / FILE).is_file():
        hint = f"for the folder here write ./{name}"
    return UsageError(f"there is no playbook {name!r}; searched {searched}", hint=hint)
