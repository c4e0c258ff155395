"""Find places, and put something else there, as the rules beside this file say.

`rewriting.py find LIST` prints path:line for each place, `rewriting.py fix LIST` edits the files;
LIST is a file with NUL-separated paths. A rule of rules.toml has a `kind` (regex: Python's,
pattern: ast-grep's, text: as it stands), `find`, and `fix` where something is to take its place.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ast_grep_py import SgNode

PASSES = 10
"""How often a file is looked at again: a place may lie within another."""
_HOLE = re.compile(r"(\${3}|\$)([A-Z_][A-Z_0-9]*)")

Rule = Mapping[str, str]
Place = tuple[int, int, str]
"""Where a place begins and ends, in characters, and what is to stand there."""


def lines(rule: Rule, text: str) -> list[int]:
    """Return the lines of the places that a rule finds, from 1."""
    return [text.count("\n", 0, start) + 1 for start, _, _ in _PLACES[rule["kind"]](rule, text)]


def fixed(rule: Rule, text: str) -> str:
    """Return a text with the rule's fix in all places; of places in each other the outer first."""
    for _ in range(PASSES):
        parts, done = [], 0
        places = _PLACES[rule["kind"]](rule, text)
        for start, end, new in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= done:
                parts += [text[done:start], new]
                done = end
        after = "".join([*parts, text[done:]])
        if after == text or rule["kind"] != "pattern":
            return after
        text = after
    return text


def _regex(rule: Rule, text: str) -> Iterator[Place]:
    for match in re.finditer(rule["find"], text, re.MULTILINE):
        yield match.start(), match.end(), match.expand(rule.get("fix", ""))


def _text(rule: Rule, text: str) -> Iterator[Place]:
    for match in re.finditer(re.escape(rule["find"]), text):
        yield match.start(), match.end(), rule.get("fix", "")


def _pattern(rule: Rule, text: str) -> Iterator[Place]:
    from ast_grep_py import SgRoot

    for node in SgRoot(text, rule["language"]).root().find_all(pattern=rule["find"]):
        start, end = _span(node)
        yield start, end, _filled(rule.get("fix", ""), node, text)


def _span(node: "SgNode") -> tuple[int, int]:
    edit = node.replace("")
    return edit.start_pos, edit.end_pos


def _filled(fix: str, node: "SgNode", text: str) -> str:
    """Return a fix with what $A and $$$A have matched."""

    def matched(hole: "re.Match[str]") -> str:
        if hole[1] == "$":
            one = node.get_match(hole[2])
            return one.text() if one else ""
        several = node.get_multiple_matches(hole[2])
        return text[_span(several[0])[0] : _span(several[-1])[1]] if several else ""

    return _HOLE.sub(matched, fix)


_PLACES: Mapping[str, Callable[[Rule, str], Iterator[Place]]] = {
    "regex": _regex,
    "text": _text,
    "pattern": _pattern,
}


def _rules() -> list[dict[str, str]]:
    said: dict[str, Any] = tomllib.loads(
        Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
    )
    return list(said["rule"])


def main(action: str, files_from: str) -> None:
    """Find in the files of a list, or fix them; bytes that are no UTF-8 stay what they are."""
    for name in Path(files_from).read_bytes().split(b"\0")[:-1]:
        path = Path(name.decode("utf-8", "surrogateescape"))
        text = before = path.read_bytes().decode("utf-8", "surrogateescape")
        for rule in _rules():
            if action == "fix":
                text = fixed(rule, text)
                continue
            for line in lines(rule, text):
                sys.stdout.write(f"{json.dumps(str(path))}:{line}\n")
        if text != before:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))


if __name__ == "__main__":
    main(*sys.argv[1:])
