"""What JavaScript and TypeScript say: the words of Mocha, Jest, Vitest, Chai, node:test and kin."""

import re
from typing import TYPE_CHECKING

from orchestrator.adapters.sources.walk import (
    Found,
    Language,
    Place,
    comment,
    inside,
    line,
    name,
    text,
)
from orchestrator.domain.sources import Test

if TYPE_CHECKING:
    from tree_sitter import Node

TESTS = re.compile(
    r"[._-](?:test|spec|e2e|cy)s?\.[cm]?[jt]sx?$|(?:^|/)(?:__tests__|tests?|specs?|e2e|cypress)/"
)

_SUITES = {"describe", "context", "suite"}
_ITS = {"it", "test", "specify"}
_TAILS = {"only", "each", "for", "concurrent", "sequential", "serial", "parallel", "configure"}
_OFF = {"skip", "todo", "failing", "fails", "fixme", "skipIf", "runIf"}
_LINKS = 60
"""How many links of a chain are looked at; longer ones are no source that somebody wrote."""
_NOT_DONE = re.compile(
    r"(?i:[\"'`][^\"'`]*\b(?:not (?:yet )?implemented|todo|implement me|unimplemented)\b)"
    r"|NotImplemented\w*\("
)
_MUST_NOT = re.compile(r"(?i:AssertionError|\bshould|\bexpected|\bfail|\bmust\b|\bunreachable)")
_NOOP = re.compile(r"noop|_|constructor", re.IGNORECASE)
_RUNNERS = {"t", "assert", "tap", "qunit", "expect"}
_TAP = re.compile(
    r"(?:not)?(?:is|equals?|same|ok|true|false|truthy|falsy|throws\w*|rejects|match|like|regex)"
    r"|(?:not)?(?:deep|loose|strict)\w*|pass|fail|error|notThrows\w*|notOk|rejected|resolves",
    re.IGNORECASE,
)
_LITERALS = {"true", "false", "number", "string", "null", "undefined"}


def _function(node: "Node", place: Place, found: Found) -> Place:
    """Note a function with a name and no body; within a test it is a test double."""
    body = node.child_by_field_name("body")
    called = name(node) or _bound(node)
    empty = body is not None and body.type == "statement_block" and not inside(body)
    if called and empty and place.test is None and not _NOOP.fullmatch(called):
        found.mark("stub", node)
    return place


def _bound(node: "Node") -> str:
    """Return the variable or export that a function without a name is bound to."""
    parent = node.parent
    if parent is None or parent.type not in {"variable_declarator", "assignment_expression"}:
        return ""
    return name(parent) or text(parent.child_by_field_name("left"))


def _catch(node: "Node", place: Place, found: Found) -> Place:
    if not inside(node.child_by_field_name("body")):
        found.mark("empty", node)
    return place


def _throw(node: "Node", place: Place, found: Found) -> Place:
    """Note what is not implemented; a test that throws at a wrong turn asserts."""
    if _NOT_DONE.search(text(node)):
        found.mark("stub", node)
    elif place.test is not None and _MUST_NOT.search(text(node)):
        found.assertion(place)
    return place


def chain(node: "Node | None") -> list[str]:
    """Return the names of a chain, outermost first: `it.each(x)` gives it and each."""
    links: list[str] = []
    while node is not None and len(links) < _LINKS:
        if node.type == "member_expression":
            links.append(text(node.child_by_field_name("property")))
            node = node.child_by_field_name("object")
        elif node.type == "call_expression":
            node = node.child_by_field_name("function")
        else:
            links.append(text(node) if node.type in {"identifier", "this"} else "")
            break
    return links[::-1]


def _call(node: "Node", place: Place, found: Found) -> Place:
    links = chain(node.child_by_field_name("function"))
    if not found.is_test or not links:
        return place
    head, focus = _runner(links[0])
    arguments = inside(node.child_by_field_name("arguments"))
    if head in _SUITES | _ITS and {*links[1:]} <= _TAILS | _OFF | _SUITES:
        return _runs(node, place, found, (head, focus, links, arguments))
    if links == ["this", "skip"] or links[-2:] == ["t", "skip"]:
        found.mark("skip", node)
    elif _asserts(node, links, arguments):
        found.assertion(place)
    return place


def _runner(called: str) -> tuple[str, str]:
    """Return a runner's plain name, and what its first letter does: `xit`, `fdescribe`."""
    known = _SUITES | _ITS
    if called not in known and called[1:] in known and called[0] in "xf":
        return called[1:], "skip" if called[0] == "x" else "only"
    return called, ""


_Runs = tuple[str, str, list[str], "list[Node]"]


def _runs(node: "Node", place: Place, found: Found, runs: _Runs) -> Place:
    head, focus, links, arguments = runs
    titled = bool(arguments) and arguments[0].type in {"string", "template_string"}
    if focus == "skip" or _OFF & {*links[1:]}:
        if titled or not arguments or {"skipIf", "runIf"} & {*links[1:]}:
            found.mark("skip", node)
    elif (focus == "only" or "only" in links[1:]) and titled:
        found.mark("skip", node, "only")
    elif titled and head in _ITS and len(arguments) == 1:
        found.mark("skip", node)  # a test with a title alone is pending
    if not titled:
        return place
    title = text(arguments[0])[1:-1]
    return _test(node, place, found, title, _cases(node)) if head in _ITS else place.within(title)


def _test(node: "Node", place: Place, found: Found, title: str, cases: int | None) -> Place:
    test = " > ".join((*place.names, title))
    found.tests.append(Test(test, line(node), cases=cases))
    return place.within(title, test=test)


def _cases(node: "Node") -> int | None:
    """Return how many cases `it.each([…])` makes, None when its table is no literal list."""
    each = node.child_by_field_name("function")
    if each is None or each.type != "call_expression":
        return 1
    table = inside(each.child_by_field_name("arguments"))[:1]
    if not table or table[0].type != "array" or any("spread" in c.type for c in inside(table[0])):
        return None
    return len(inside(table[0]))


def _asserts(node: "Node", links: list[str], arguments: "list[Node]") -> bool:
    if links == ["expect"]:
        return _claims(node, arguments)
    if links[0] == "assert" or links == ["should"]:
        always = len(links) == 1 or links[-1] in {"ok", "isTrue"}
        true = always and bool(arguments) and arguments[0].type == "true"
        return not true and not _same(arguments)
    if links[-1] == "expect":  # supertest's
        return True
    bound = links[0] in _RUNNERS and len(links) == 2 and links[0] != "expect"  # noqa: PLR2004
    return (bound and bool(_TAP.fullmatch(links[-1]))) or "assert" in links[1:]


def _claims(node: "Node", arguments: "list[Node]") -> bool:
    """Say whether an `expect(x)` goes on to a matcher that could fail."""
    parent = node.parent
    matched: list[Node] = []
    if parent is None or parent.type != "member_expression":
        return False
    while parent is not None and parent.type in {"member_expression", "call_expression"}:
        if parent.type == "call_expression":
            matched = inside(parent.child_by_field_name("arguments"))
        parent = parent.parent
    return not _same([*arguments[:1], *matched[:1]]) and not (
        bool(arguments) and all(one.type in _LITERALS for one in [*arguments, *matched])
    )


def _same(values: "list[Node]") -> bool:
    return len(values) > 1 and text(values[0]) == text(values[1])


def _member(node: "Node", place: Place, found: Found) -> Place:
    """Note what Chai's and should.js' `x.should` asserts."""
    should = text(node.child_by_field_name("property")) == "should"
    if should and found.is_test and text(node.child_by_field_name("object")) != "chai":
        found.assertion(place)
    return place


LANGUAGE = Language(
    handlers={
        "comment": comment,
        "function_declaration": _function,
        "generator_function_declaration": _function,
        "method_definition": _function,
        "function_expression": _function,
        "arrow_function": _function,
        "catch_clause": _catch,
        "throw_statement": _throw,
        "call_expression": _call,
        "member_expression": _member,
    },
    blocks=frozenset({"statement_block", "program"}),
    ends=frozenset(
        {"return_statement", "throw_statement", "continue_statement", "break_statement"}
    ),
    hoisted=frozenset({"comment", "function_declaration"}),
)
