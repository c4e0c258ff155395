"""What pyupgrade makes of a file, byte for byte outside its changes."""

import argparse
import ast
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyupgrade._data import Settings  # type: ignore[import-untyped]
from pyupgrade._main import _fix_plugins, _fix_tokens  # type: ignore[import-untyped]

MAX_ROUNDS = 5
"""pyupgrade sees some changes only once others are made."""

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A file's text before and after."""

    path: str
    before: str
    after: str


def upgraded(paths: Iterable[str], settings: Settings) -> Iterator[Upgraded]:
    """Yield every file that can be upgraded; say on stderr why another cannot."""
    for path in paths:
        try:
            before = text(Path(path))
            yield Upgraded(path, before, upgrade(before, settings))
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as error:
            print(f"skipped {path!a}: {error!s:.200}", file=sys.stderr)


def text(file: Path) -> str:
    """Return a file's text, whatever ends its lines.

    Raises:
        ValueError: it is no regular file or nothing that pyupgrade takes.
        SyntaxError: it is no Python; pyupgrade would change its strings all the same.
        OSError: it cannot be read.
    """
    if file.is_symlink() or not file.is_file():
        message = "no regular file"
        raise ValueError(message)
    content = file.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    if not encoding.startswith("utf-8"):
        message = f"its encoding is {encoding}, not UTF-8"
        raise ValueError(message)
    if re.search(rb"\r(?!\n)", content):
        message = "a lone carriage return ends a line, which makes pyupgrade miscount"
        raise ValueError(message)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ast.parse(content)
    return content.decode()


def upgrade(before: str, settings: Settings) -> str:
    """Return a text as pyupgrade leaves it, once it finds nothing more to do.

    The space around the whole text is kept from it: it would strip that.

    Raises:
        ValueError: it finds more to do each time.
    """
    text = before.removeprefix(_BOM).strip()
    start = before.index(text)
    end = start + len(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(MAX_ROUNDS):
            earlier, text = text, str(_fix_tokens(_fix_plugins(text, settings)))
            if text == earlier:
                return before[:start] + text + before[end:]
    message = f"pyupgrade is not done after {MAX_ROUNDS} rounds"
    raise ValueError(message)


def lines(text: str) -> list[str]:
    """Return the lines as Python counts them: a form feed ends none."""
    return _LINE.findall(text)


def arguments(description: str | None) -> tuple[Settings, list[str]]:
    """Return what the command line asks for: pyupgrade's settings and the files."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--files-from", type=Path, required=True)
    parser.add_argument("--python", type=_version, default=(3, 11))
    parser.add_argument("--keep-percent-format", type=_switch, default=False)
    parser.add_argument("--keep-runtime-typing", type=_switch, default=False)
    given = parser.parse_args()
    settings = Settings(
        min_version=given.python,
        keep_percent_format=given.keep_percent_format,
        keep_runtime_typing=given.keep_runtime_typing,
    )
    names = given.files_from.read_bytes().split(b"\0")
    return settings, [name.decode("utf-8", "surrogateescape") for name in names if name]


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


def _switch(text: str) -> bool:
    return {"true": True, "false": False}[text]
