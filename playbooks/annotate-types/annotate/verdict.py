"""Which annotations the last verdict speaks against, and the memory of those given up."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotate.functions import Function

Identity = tuple[str, str, int]

_QUOTED = re.compile(r'"([^"\s]+)"')
_WORD = re.compile(r"[A-Za-z_]\w*")
_MEMORY = "annotate-types.json"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a check held against the previous attempt; `line` is 0 where it named none."""

    path: str
    line: int
    message: str


def failures(verdict: Path) -> list[Failure]:
    """Return the failures of a verdict file."""
    said = json.loads(verdict.read_text(encoding="utf-8"))
    return [
        Failure(one.get("path", ""), one.get("line") or 0, one.get("message", ""))
        for one in said.get("failures", ())
    ]


def blamed(
    held: Iterable[Failure],
    annotated: Sequence[Function],
    lines: Mapping[str, Sequence[str]],
) -> set[Identity]:
    """Return which of the annotated functions the failures point at.

    If they point at none, all are: something about them is wrong. `lines` are those of the task's
    files, which annotations do not move.
    """
    found = {function.identity for one in held for function in _pointed_at(one, annotated, lines)}
    return found or {function.identity for function in annotated}


def _pointed_at(
    failure: Failure, annotated: Sequence[Function], lines: Mapping[str, Sequence[str]]
) -> list[Function]:
    """The function around the line, or those that the message names, or those on the line."""
    around = [one for one in annotated if one.path == failure.path and _spans(one, failure.line)]
    if around:
        return [max(around, key=lambda one: one.node.lineno)]
    quoted = {name.rpartition(".")[2] for name in _QUOTED.findall(failure.message)}
    if named := [one for one in annotated if one.node.name in quoted]:
        return named
    text = lines.get(failure.path, ())[failure.line - 1 : failure.line] if failure.line else ()
    words = {word for line in text for word in _WORD.findall(line)}
    return [one for one in annotated if one.node.name in words]


def _spans(function: Function, line: int) -> bool:
    first = min([function.node.lineno, *(one.lineno for one in function.node.decorator_list)])
    return first <= line <= (function.node.end_lineno or 0)


def remembered(notes: Path | None) -> set[Identity]:
    """Return what earlier attempts gave up."""
    file = notes / _MEMORY if notes else None
    if file is None or not file.is_file():
        return set()
    dropped = json.loads(file.read_text(encoding="utf-8"))["dropped"]
    return {(path, qualname, index) for path, qualname, index in dropped}


def remember(notes: Path | None, dropped: set[Identity]) -> None:
    """Keep what was given up for the next attempt."""
    if notes:
        text = json.dumps({"schema": 1, "dropped": sorted(dropped)})
        (notes / _MEMORY).write_text(text, encoding="utf-8")
