"""The oldest Python that a repository says it supports, read from what its builders are told.

`requires-python` of pyproject.toml (Poetry's `python` dependency counts, too), `python_requires` of
setup.cfg, then of setup.py, where it is written out. Specifiers are those of
https://packaging.python.org/en/latest/specifications/version-specifiers/ and Poetry's `^` and `~`.
"""

import ast
import configparser
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Version: TypeAlias = tuple[int, int]

_CLAUSE = re.compile(r"\s*(>=|>|~=|===?|\^|~|<=|<|!=)?\s*v?(\d+)(?:\.(\d+|\*))?([\w.*+!-]*)\s*")
_FROM_BELOW = {">=", ">", "~=", "==", "===", "^", "~", ""}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What `file` says of Python, word for word, and the oldest version that it lets in."""

    file: str
    said: str
    oldest: Version


def requirement(read: Callable[[str], str | None]) -> Requirement | None:
    """Return what the repository says; `read` gives the text of a file at its root, if any."""
    for file, look in _PLACES.items():
        text = read(file)
        said = look(text) if text is not None else None
        lowest = oldest(said) if said else None
        if said and lowest:
            return Requirement(file, said, lowest)
    return None


def oldest(specifier: str) -> Version | None:
    """Return the oldest minor version that a specifier lets in; None when it has no lower end."""
    ends = [_lower_end(part) for part in re.split(r"\|\|?", specifier)]
    known = [end for end in ends if end is not None]
    return min(known) if len(known) == len(ends) else None


def _lower_end(part: str) -> Version | None:
    clauses = [_CLAUSE.fullmatch(clause) for clause in part.split(",") if clause.strip()]
    found = [match for match in clauses if match]
    lower = [_version(match) for match in found if (match[1] or "") in _FROM_BELOW]
    if len(found) < len(clauses) or not lower:
        return None
    left_out = {_version(match) for match in found if match[1] == "!=" and match[4] == ".*"}
    major, minor = max(lower)
    while (major, minor) in left_out:
        minor += 1
    return major, minor


def _version(match: re.Match[str]) -> Version:
    return int(match[2]), int(match[3]) if (match[3] or "*") != "*" else 0


def _pyproject(text: str) -> str | None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    paths = (("project", "requires-python"), ("tool", "poetry", "dependencies", "python"))
    said = (_under(document, path) for path in paths)
    return next((one for one in said if isinstance(one, str)), None)


def _under(document: object, path: tuple[str, ...]) -> object:
    for key in path:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _setup_cfg(text: str) -> str | None:
    settings = configparser.RawConfigParser(strict=False)
    try:
        settings.read_string(text)
    except configparser.Error:
        return None
    return settings.get("options", "python_requires", fallback=None)


def _setup_py(text: str) -> str | None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "python_requires":
            value = node.value
            return value.value if _is_text(value) else None  # type: ignore[attr-defined]
    return None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


_PLACES: Mapping[str, Callable[[str], str | None]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
}
