"""YAML with positions: every fault can say file, line and column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from orchestrator.errors import InvalidInputError

MAX_BYTES = 1 << 20

Location = tuple[str | int, ...]

_WORDS: Mapping[str, Any] = {
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:int": lambda text: int(text.replace("_", ""), 0),
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:str": str,
}


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
    """A playbook or agent file with faults, all of them at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file's data, plain, and where each part of it stands."""

    path: Path
    data: Any
    keys: Mapping[Location, tuple[int, int]]
    values: Mapping[Location, tuple[int, int]]

    def fault(self, location: Location, message: str, *, at_key: bool = False) -> Fault:
        """Return a fault at the nearest part that the file really has."""
        marks = self.keys if at_key else self.values
        while location and location not in marks:
            location = location[:-1]
        line, column = marks.get(location, (1, 1))
        return Fault(self.path, line, column, message)


def read(path: Path) -> Document:
    """Read a YAML file as plain data: no tags, no aliases, no doubled keys.

    Raises:
        InvalidFileError: it is not there, not UTF-8, too large or no such YAML.
    """
    text = _text(path)
    try:
        root = YAML(typ="rt", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise InvalidFileError([Fault(path, line, column, error.problem or "is no YAML")]) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise InvalidFileError([Fault(path, 1, 1, f"is no YAML: {error}")]) from error
    reader = _Reader(path)
    data = reader.build(root, ()) if root is not None else None
    if not isinstance(data, dict):
        reader.faults.append(Fault(path, 1, 1, "must be a mapping of keys to values"))
    if reader.faults:
        raise InvalidFileError(reader.faults)
    return Document(path, data, reader.keys, reader.values)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InvalidFileError([Fault(path, 1, 1, f"cannot be read: {error.strerror}")]) from error
    if len(content) > MAX_BYTES:
        raise InvalidFileError([Fault(path, 1, 1, f"is larger than {MAX_BYTES} bytes")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidFileError([Fault(path, line, 1, "is not UTF-8")]) from error


class _Reader:
    """Turns nodes into plain data and remembers where they stand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Fault] = []
        self.keys: dict[Location, tuple[int, int]] = {}
        self.values: dict[Location, tuple[int, int]] = {}
        self._seen: set[int] = set()

    def build(self, node: Node, location: Location) -> Any:
        """Return the data of a node."""
        self.values[location] = _position(node)
        if id(node) in self._seen:
            self._fault(node, "is an alias; write the value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*location, at)) for at, item in enumerate(node.value)]
        if isinstance(node, MappingNode):
            return self._mapping(node, location)
        self._fault(node, "is not supported")
        return None

    def _scalar(self, node: ScalarNode) -> Any:
        convert = _WORDS.get(str(node.tag))
        if convert is None:
            self._fault(node, f"has the tag {node.tag}, which is not supported; quote it as text")
            return None
        try:
            return convert(node.value)
        except ValueError:
            self._fault(node, f"{node.value!r} is no number that can be used")
            return None

    def _mapping(self, node: MappingNode, location: Location) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode) or str(key.tag) != "tag:yaml.org,2002:str":
                self._fault(key, "is no key; keys are text")
                continue
            if key.value in data:
                self._fault(key, f"{key.value!r} stands here twice")
            self.keys[*location, key.value] = _position(key)
            data[key.value] = self.build(value, (*location, key.value))
        return data

    def _fault(self, node: Node, message: str) -> None:
        line, column = _position(node)
        self.faults.append(Fault(self.path, line, column, message))


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
