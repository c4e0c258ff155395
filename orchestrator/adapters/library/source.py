"""YAML with positions: every fault can say file, line and column."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from orchestrator.errors import InvalidInputError

MAX_BYTES = 1 << 20
"""Largest file that is read."""
MAX_DEPTH = 32
"""How deep values may lie in each other; the schemas need six."""
MAX_SHOWN = 50
"""Faults of one file that are told at most."""

Location = tuple[str | int, ...]

_BOOLEANS = {"true": True, "false": False}


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


_CONVERT: Mapping[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: _BOOLEANS[text.lower()],
    "tag:yaml.org,2002:int": lambda text: int(text.replace("_", ""), 0),
    "tag:yaml.org,2002:float": _finite,
    "tag:yaml.org,2002:str": str,
}
_TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a file; `line` and `column` count from 1."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        """Return the fault as editors and people read it."""
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class InvalidFileError(InvalidInputError):
    """A playbook or agent file with faults, all of them at once, in the file's order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda f: (f.line, f.column, f.message)))
        lines = [str(fault) for fault in self.faults[:MAX_SHOWN]]
        if len(self.faults) > MAX_SHOWN:
            lines.append(f"… and {len(self.faults) - MAX_SHOWN} more")
        count = "a fault" if len(self.faults) == 1 else f"{len(self.faults)} faults"
        super().__init__("\n".join([f"{self.faults[0].path.name} has {count}", *lines]))


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part of a file stands; `line` and `column` count from 1, the rest from 0."""

    line: int
    column: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file's data, plain, and where each part of it stands."""

    path: Path
    text: str
    data: dict[str, Any]
    keys: Mapping[Location, Span]
    values: Mapping[Location, Span]

    def fault(
        self, location: Location, message: str, *, at_key: bool = False, near: str = ""
    ) -> Fault:
        """Return a fault at the nearest part that the file really has.

        `near` is a regular expression for the piece of the part's text that is meant.
        """
        spans = self.keys if at_key else self.values
        while location and location not in spans:
            location = location[:-1]
        span = spans.get(location, Span(1, 1, 0, 0))
        found = re.search(near, self.text[span.start : span.end]) if near else None
        if found is None:
            return Fault(self.path, span.line, span.column, message)
        return Fault(self.path, *line_and_column(self.text, span.start + found.start()), message)


def read(path: Path) -> Document:
    """Read a YAML 1.2 file as plain data: no tags, no aliases, no doubled keys.

    Raises:
        InvalidFileError: it is not there, not UTF-8, too large or no such YAML.
    """
    text = text_in(path)
    root = _compose(path, text)
    reader = _Reader(path)
    data = reader.build(root, ()) if root is not None else None
    if isinstance(data, dict) and not reader.faults:
        return Document(path, text, data, reader.keys, reader.values)
    if not isinstance(data, dict):
        reader.faults.append(Fault(path, 1, 1, "is no mapping — write `key: value` lines"))
    raise InvalidFileError(reader.faults)


def text_in(path: Path) -> str:
    """Return the text of a file.

    Raises:
        InvalidFileError: it cannot be read, is too large or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidFileError([Fault(path, 1, 1, f"cannot be read: {error.strerror}")]) from error
    if len(content) > MAX_BYTES:
        raise InvalidFileError([Fault(path, 1, 1, f"is larger than {MAX_BYTES} bytes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig")
        place = line_and_column(before, len(before))
        raise InvalidFileError([Fault(path, *place, "is not UTF-8 — save it as UTF-8")]) from error


def _compose(path: Path, text: str) -> Node | None:
    """Return the file's node; anchors are not told of here, their aliases are refused later."""
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False
    try:
        root: Node | None = yaml.compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = error.problem or error.context or "cannot be parsed"
        raise InvalidFileError([Fault(path, line, column, f"is no YAML: {said}")]) from error
    except ReaderError as error:
        place = line_and_column(text, error.position)
        message = f"holds the character {error.character!r}, which YAML does not allow"
        raise InvalidFileError([Fault(path, *place, message)]) from error
    except RecursionError as error:
        raise InvalidFileError([Fault(path, 1, 1, "is nested too deep")]) from error
    except (YAMLError, ValueError, TypeError, LookupError, AttributeError, AssertionError) as error:
        # The parser trips over some broken files with errors of no class of its own.
        raise InvalidFileError([Fault(path, 1, 1, f"is no YAML: {error}")]) from error
    return root


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """Return where a character stands, counted from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


class _Reader:
    """Turns nodes into plain data and remembers where they stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.keys: dict[Location, Span] = {}
        self.values: dict[Location, Span] = {}
        self._seen: set[int] = set()

    def build(self, node: Node, location: Location) -> Any:
        """Return the data of a node, None where it has a fault."""
        self.values[location] = _span(node)
        if id(node) in self._seen:
            self._fault(node, "is used again by an alias — write the value out where it is used")
            return None
        self._seen.add(id(node))
        if len(location) > MAX_DEPTH:
            self._fault(node, "is nested too deep")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*location, at)) for at, item in enumerate(node.value)]
        return self._mapping(node, location) if isinstance(node, MappingNode) else None

    def _scalar(self, node: ScalarNode) -> Any:
        convert = _CONVERT.get(_tag(node))
        if convert is None:
            self._fault(
                node, f"has the type {_tag(node)}, which is not supported — quote it as text"
            )
            return None
        try:
            value = convert(node.value)
            node.value.encode()
        except (ValueError, KeyError):
            self._fault(node, f"is nothing that can be used: {node.value!a} — quote it as text")
            return None
        if "\0" in node.value:
            self._fault(node, "holds a NUL character, which no command can take")
        return value

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or _tag(key) != _TEXT:
                self._fault(key, "is no key — keys are text; quote it")
                continue
            if key.value in data:
                self._fault(key, f"the key {key.value!a} stands here twice — keep one")
                continue
            self.keys[*location, key.value] = _span(key)
            data[key.value] = self.build(value, (*location, key.value))
            if value.start_mark.index == value.end_mark.index:  # nothing there to point at
                self.values[*location, key.value] = _span(key)
        return data

    def _fault(self, node: Node, message: str) -> None:
        span = _span(node)
        self.faults.append(Fault(self.path, span.line, span.column, message))


def _tag(node: Node) -> str:
    return str(node.tag)


def _span(node: Node) -> Span:
    start = node.start_mark
    return Span(start.line + 1, start.column + 1, start.index, node.end_mark.index)
