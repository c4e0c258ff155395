"""Files in, edits out: everything outside an edit stays byte for byte."""

import ast
import io
import json
import re
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from `start` up to `end` of a file's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A parsed file. `path` is relative to the root of the tree."""

    path: str
    content: bytes
    text: str
    encoding: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        """The lines as Python counts them: a form feed or a line separator ends none."""
        return _LINE.findall(self.text)

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """Return the content with `edits` applied, which must not overlap."""
        text = self.text
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        return text.encode(self.encoding)


def listed(files_from: Path) -> list[str]:
    """Return the paths of a NUL-separated list, as the file system spells them."""
    names = files_from.read_bytes().split(b"\0")
    return [name.decode("utf-8", "surrogateescape") for name in names if name]


def read(root: Path, path: str) -> Source:
    """Return a file's source.

    Raises:
        ValueError: it is no regular file, does not decode, or is no Python.
        OSError: it cannot be read.
    """
    file = root / path
    if file.is_symlink() or not file.is_file():
        message = "no regular file"
        raise ValueError(message)
    content = file.read_bytes()
    try:
        encoding, text = _decoded(content)
        return Source(path, content, text, encoding, _parsed(content))
    except _UNPARSABLE as error:
        message = f"does not parse: {error!s:.200}"
        raise ValueError(message) from error


def readable(root: Path, paths: Iterable[str]) -> Iterator[Source]:
    """Yield the sources of the files that can be read; say on stderr why another cannot."""
    for path in paths:
        try:
            yield read(root, path)
        except (OSError, ValueError) as error:
            print(f"skipped {printable(path)}: {error}", file=sys.stderr)


def printable(path: str) -> str:
    """Return a path as `path:line` output may carry it: a JSON string where it is ambiguous."""
    plain = path.isprintable() and '"' not in path and not re.search(r":\d", path)
    return path if plain else json.dumps(path)


def _decoded(content: bytes) -> tuple[str, str]:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    text = content.decode(encoding)
    if text.encode(encoding) != content:
        message = f"its encoding {encoding} does not give back the same bytes"
        raise ValueError(message)
    return encoding, text


def _parsed(content: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(content)
