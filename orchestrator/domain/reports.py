"""What a check's command said, as failures that can be compared.

`exit` gives one failure for a bad exit code; `lines` reads `path:line: message` as mypy, ruff, gcc,
pyright and others print it, and tsc's `path(line,column): …`; `junit` and `sarif` are the formats
of those names. Messages lose what changes from run to run: positions, addresses, durations.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

from orchestrator.domain.playbook import ReportFormat
from orchestrator.domain.verdict import Failure

LONGEST_LINE = 2000
"""How many characters of a line are looked at."""
LONGEST_TRACE = 200_000
"""How many characters of a failure's text are searched for a traceback."""
DEEPEST_TRACE = 30
"""How many files of a traceback are kept."""
UNREADABLE = "report"
"""The rule of the failure of a report that is missing or cannot be read."""

_ODD = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What reading a report raises that is not of its format: whoever wrote it is not trusted."""
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Half of a letter, which JSON may hold; the others stand for bytes that are no UTF-8 (PEP 383)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a finished command left; it saw the tree at `tree` and ran in `cwd`, relative to it."""

    check: str
    exit_code: int
    output: str
    report: bytes | None
    tree: str
    cwd: str = "."


_LINE = re.compile(
    r"^\s*(?P<path>[^\s:][^:]*?)"
    r"(?::(?P<line>\d+)(?::\d+)?|\((?P<tsline>\d+),\d+\))?"
    r"(?::\s*|\s+-\s+)"
    r"(?:(?P<severity>fatal error|error|warning|note|info|information|hint)\b"
    r"(?P<code>\s[A-Z]+\d+)?:?\s*)?"
    r"(?P<message>.+)$"
)
_RULE_AT_END = re.compile(r"\s+(?:\[([\w@/.-]+)\]|\((report\w+)\))$")
_RULE_AT_START = re.compile(r"^([A-Z]+\d+)\s+(?:\[\*\]\s+)?")
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_SILENT = {"note", "info", "information", "hint"}
_CHANGING = (
    (re.compile(r"\b0x[0-9a-fA-F]+"), "0x…"),
    (re.compile(r"/tmp/[^\s'\":,)]+"), "/tmp/…"),  # noqa: S108 - what tools print
    (re.compile(r"\b(lines?|columns?|col) \d+(?:[-–]\d+)?"), r"\1 …"),
    (re.compile(r"(?<=\w):\d+(:\d+)?\b"), ":…"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|secs?|seconds)\b"), "… s"),
)


def failures(report: ReportFormat, said: Said) -> tuple[Failure, ...]:
    """Return what a command's report holds against the tree.

    A command that fails without saying why gives one failure that names its exit code.
    """
    try:
        found = tuple(_READERS[report](said))
    except (ET.ParseError, RecursionError, *_ODD) as error:
        return (Failure(said.check, "", UNREADABLE, f"no readable {report} report: {error}"),)
    if found or said.exit_code == 0:
        return found
    return (exit_failure(said.check, said.exit_code),)


def exit_failure(check: str, exit_code: int) -> Failure:
    """Return the failure of a command of which only the exit code is known."""
    return Failure(check, "", "exit", f"exit code {exit_code}")


def _nothing(_: Said) -> Iterator[Failure]:
    yield from ()


def _lines(said: Said) -> Iterator[Failure]:
    if said.exit_code == 0:
        return
    for text in _COLOUR.sub("", said.output).splitlines():
        match = _LINE.match(text[:LONGEST_LINE])
        line = match and (match["line"] or match["tsline"])
        if not match or match["severity"] in _SILENT or not (line or match["severity"]):
            continue
        rule, message = _rule(match["code"], match["message"])
        path = _inside(match["path"], said)
        yield Failure(said.check, path, rule, _steady(message, said), int(line or 0))


def _rule(code: str | None, message: str) -> tuple[str, str]:
    if code:
        return code.strip(), message
    if end := _RULE_AT_END.search(message):
        return end[1] or end[2], message[: end.start()]
    if start := _RULE_AT_START.match(message):
        return start[1], message[start.end() :]
    return "", message


class _NoDoctype(ET.TreeBuilder):
    """Refuses declarations: entities can grow without bound, and no test runner writes any."""

    def doctype(self, name: str, *_: object) -> None:
        message = f"it declares a document type ({name})"
        raise ValueError(message)


def _junit(said: Said) -> Iterator[Failure]:
    if said.report is None:
        message = f"nothing was written to $LEAFCUT_REPORT (exit code {said.exit_code})"
        raise ValueError(message)
    parser = ET.XMLParser(target=_NoDoctype())  # noqa: S314 - declarations are refused
    parser.feed(said.report)
    for case in parser.close().iter("testcase"):
        for bad in (*case.findall("failure"), *case.findall("error")):
            yield _test_failure(case, bad, said)


_FRAME = re.compile(
    r'^(?:\s*File "(?P<python>[^"\n]+)", line \d+|(?P<pytest>[^\s:>][^:\n]*):\d+:(?=\s|$))',
    re.MULTILINE,
)
"""A line of a Python traceback: as the interpreter writes it, and as pytest does."""


def _trace(text: str, said: Said) -> tuple[str, ...]:
    """Return the files of a traceback within the tree, the one that raised first."""
    found = [_inside(frame["python"] or frame["pytest"], said) for frame in _FRAME.finditer(text)]
    inside = [path for path in reversed(found) if not path.startswith(("/", "<"))]
    return tuple(dict.fromkeys(inside))[:DEEPEST_TRACE]


def _test_failure(case: ET.Element, bad: ET.Element, said: Said) -> Failure:
    test = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
    first = (bad.get("message") or bad.text or "").strip().partition("\n")[0]
    file, line = case.get("file"), case.get("line", "")
    return Failure(
        said.check,
        _inside(file, said) if file else "",
        _steady(test, said),
        _steady(first, said),
        int(line) if line.isdecimal() else 0,
        _trace((bad.text or "")[:LONGEST_TRACE], said),
    )


def _sarif(said: Said) -> Iterator[Failure]:
    text = said.output if said.report is None else said.report.decode("utf-8-sig")
    document, _ = json.JSONDecoder().raw_decode(text, max(0, text.find("{")))
    for run in document["runs"]:
        for result in run.get("results") or ():
            if result.get("level") not in {"none", "note"} and not result.get("suppressions"):
                yield _sarif_failure(result, said)


def _sarif_failure(result: dict[str, Any], said: Said) -> Failure:
    locations: list[dict[str, Any]] = result.get("locations") or [{}]
    place = locations[0].get("physicalLocation", {})
    uri = _whole(unquote(place.get("artifactLocation", {}).get("uri", ""))).removeprefix("file://")
    return Failure(
        said.check,
        _inside(uri, said) if uri else "",
        _whole(str(result.get("ruleId", ""))),
        _steady(_whole(str(result.get("message", {}).get("text", ""))), said),
        int(place.get("region", {}).get("startLine", 0)),
    )


def _whole(text: str) -> str:
    return _HALF.sub("\ufffd", text)


_READERS: Mapping[ReportFormat, Callable[[Said], Iterator[Failure]]] = {
    "exit": _nothing,
    "lines": _lines,
    "junit": _junit,
    "sarif": _sarif,
}


def _inside(path: str, said: Said) -> str:
    """Return a path as the repository knows it; what lies elsewhere stays as it was said."""
    absolute = posixpath.normpath(posixpath.join(said.tree, said.cwd, path))
    root = said.tree.rstrip("/") + "/"
    return absolute.removeprefix(root) if absolute.startswith(root) else path


def _steady(message: str, said: Said) -> str:
    message = message.replace(said.tree.rstrip("/") + "/", "")
    for pattern, stand_in in _CHANGING:
        message = pattern.sub(stand_in, message)
    return message.strip()
