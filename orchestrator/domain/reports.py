"""What a check's command said, as failures that can be compared.

`exit` gives one failure for a bad exit code; `lines` reads `path:line: message` as mypy, ruff, gcc
and others print it, and tsc's `path(line,column): …`; `junit` and `sarif` are the formats of those
names. Messages lose what changes from run to run: positions, addresses, durations.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from orchestrator.domain.playbook import ReportFormat
from orchestrator.domain.verdict import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a finished command left. `tree` is the path at which it saw the tree."""

    check: str
    exit_code: int
    output: str
    report: bytes | None
    tree: str


_LINE = re.compile(
    r"^(?P<path>[^\s:(][^:(\n]*?)"
    r"(?::(?P<line>\d+)(?::\d+)?|\((?P<tsline>\d+),\d+\))?"
    r":\s*(?:(?P<severity>fatal error|error|warning|note|info)\b(?P<code> [A-Z]+\d+)?:?\s*)?"
    r"(?P<message>.+)$"
)
_CODE_AT_END = re.compile(r"\s+\[([\w-]+)\]$")
_CODE_AT_START = re.compile(r"^([A-Z]+\d+)\s+(?:\[\*\]\s+)?")
_SILENT = {"note", "info"}
_CHANGING = (
    (re.compile(r"0x[0-9a-fA-F]+"), "0x…"),
    (re.compile(r"\bline \d+"), "line …"),
    (re.compile(r":\d+(:\d+)?\b"), ":…"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|seconds)\b"), "… s"),
)


def failures(report: ReportFormat, said: Said) -> tuple[Failure, ...]:
    """Return what a command's report holds against the tree.

    A command that fails without saying why gives one failure that names its exit code.
    """
    found = tuple(_READERS[report](said))
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
    for text in said.output.splitlines():
        match = _LINE.match(text)
        line = match and (match["line"] or match["tsline"])
        if not match or match["severity"] in _SILENT or not (line or match["severity"]):
            continue
        rule, message = _rule(match["code"], match["message"])
        path = _inside(match["path"], said.tree)
        yield Failure(said.check, path, rule, _steady(message, said.tree), int(line or 0))


def _rule(code: str | None, message: str) -> tuple[str, str]:
    if code:
        return code.strip(), message
    if end := _CODE_AT_END.search(message):
        return end[1], message[: end.start()]
    if start := _CODE_AT_START.match(message):
        return start[1], message[start.end() :]
    return "", message


def _junit(said: Said) -> Iterator[Failure]:
    if not said.report or b"<!DOCTYPE" in said.report or b"<!ENTITY" in said.report:
        return
    try:
        root = ET.fromstring(said.report)  # noqa: S314 - declarations are refused above
    except ET.ParseError as error:
        yield Failure(said.check, "", "report", f"unreadable junit report: {error.msg}")
        return
    for case in root.iter("testcase"):
        for bad in (*case.findall("failure"), *case.findall("error")):
            test = "::".join(part for part in (case.get("classname"), case.get("name")) if part)
            first = (bad.get("message") or bad.text or "").strip().partition("\n")[0]
            path = _inside(case.get("file") or "", said.tree)
            line = int(case.get("line") or 0)
            yield Failure(said.check, path, test, _steady(first, said.tree), line)


def _sarif(said: Said) -> Iterator[Failure]:
    try:
        document = json.loads(said.report or said.output or "{}")
        runs = document.get("runs", [])
        results = [result for run in runs for result in run.get("results", [])]
    except (ValueError, AttributeError, TypeError) as error:
        yield Failure(said.check, "", "report", f"unreadable sarif report: {error}")
        return
    for result in results:
        if result.get("level", "warning") in {"none", "note"}:
            continue
        place = next(iter(result.get("locations", [])), {}).get("physicalLocation", {})
        uri = place.get("artifactLocation", {}).get("uri", "").removeprefix("file://")
        yield Failure(
            said.check,
            _inside(uri, said.tree),
            str(result.get("ruleId", "")),
            _steady(str(result.get("message", {}).get("text", "")), said.tree),
            int(place.get("region", {}).get("startLine", 0)),
        )


_READERS: Mapping[ReportFormat, Callable[[Said], Iterator[Failure]]] = {
    "exit": _nothing,
    "lines": _lines,
    "junit": _junit,
    "sarif": _sarif,
}


def _inside(path: str, tree: str) -> str:
    return path.removeprefix(tree.rstrip("/") + "/").removeprefix("./")


def _steady(message: str, tree: str) -> str:
    message = message.replace(tree.rstrip("/") + "/", "")
    for pattern, stand_in in _CHANGING:
        message = pattern.sub(stand_in, message)
    return message.strip()
