"""TOML with positions, as `library.source` reads YAML: every fault says file, line and column."""

import math
import re
import tomllib
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any

from orchestrator.adapters.library.source import (
    MAX_DEPTH,
    Document,
    Fault,
    InvalidFileError,
    Location,
    Span,
    line_and_column,
)

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # a text of several lines may end in quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*|[\[\]{}=\n]|\Z",
    re.DOTALL,
)
_OPENS, _CLOSES = "[{", "]}"
_TOO_DEEP = "is nested too deep"


def parse(path: Path, text: str) -> Document:
    """Read a TOML file's text; `path` is what faults call it.

    Positions are those of the keys at the top and of their values.

    Raises:
        InvalidFileError: it is no TOML, or holds a value that JSON has no word for.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFileError([_broken(path, text, str(error))]) from error
    except RecursionError as error:
        raise InvalidFileError([Fault(path, 1, 1, _TOO_DEEP)]) from error
    except ValueError as error:  # a number of thousands of digits
        raise InvalidFileError([Fault(path, 1, 1, "holds a number that is too long")]) from error
    keys: dict[Location, Span] = {}
    values: dict[Location, Span] = {(): Span(1, 1, 0, len(text))}
    for name, key, value in _statements(text):
        keys.setdefault((name,), key)
        values.setdefault((name,), value)
    document = Document(path, text, data, keys, values)
    faults = [document.fault((name,), why) for name in data if (why := _unfit(data[name]))]
    if faults:
        raise InvalidFileError(faults)
    return document


def _broken(path: Path, text: str, said: str) -> Fault:
    found = _PLACE.search(said)
    message = f"is no TOML: {said[: found.start()] if found else said}"
    if found and found[1]:
        return Fault(path, int(found[1]), int(found[2]), message)
    return Fault(path, *line_and_column(text, len(text.rstrip())), message)


def _statements(text: str) -> Iterator[tuple[str, Span, Span]]:
    """Yield the keys at the top of a text that is TOML, and where each and its value stand."""
    start, depth, equals, end = 0, 0, -1, -1
    for token in _TOKEN.finditer(text):
        mark = token[0]
        depth += (mark in _OPENS and mark != "") - (mark in _CLOSES and mark != "")
        if depth == 0 and mark == "=" and equals < 0:
            equals = token.start()
        if depth == 0 and mark.startswith("#") and end < 0:
            end = token.start()
        if depth or mark not in {"\n", ""}:
            continue
        stop = end if end >= 0 else token.start()
        if text[start:stop].strip():
            if equals < 0:  # a table begins: what follows is in it
                yield _named(text, start, stop, stop)
                return
            yield _named(text, start, equals, stop)
        start, equals, end = token.end(), -1, -1


def _named(text: str, start: int, equals: int, stop: int) -> tuple[str, Span, Span]:
    words = text[start:equals].strip()
    head = words if words.startswith("[") else f"{words} = 0"
    name = next(iter(tomllib.loads(head)))
    key = _span(text, start, equals)
    return name, key, _span(text, equals + 1, stop) if stop > equals else key


def _span(text: str, start: int, stop: int) -> Span:
    """Return where the words between two places stand."""
    words = text[start:stop]
    start += len(words) - len(words.lstrip())
    return Span(*line_and_column(text, start), start, start + len(words.strip()))


def _unfit(value: Any, depth: int = 0) -> str:
    """Say what is wrong with a value that no key can have."""
    if isinstance(value, dict | list):
        if depth >= MAX_DEPTH:
            return _TOO_DEEP
        inner = value.values() if isinstance(value, dict) else value
        return next(filter(None, (_unfit(one, depth + 1) for one in inner)), "")
    if isinstance(value, date | time):
        return "is a date or a time — quote it as text"
    if isinstance(value, float) and not math.isfinite(value):
        return "is no finite number"
    if isinstance(value, str) and "\0" in value:
        return "holds a NUL character, which no command can take"
    return ""
