"""What Java says: JUnit's, TestNG's, AssertJ's, Hamcrest's, Truth's and Mockito's words."""

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

TESTS = re.compile(r"(?:^|/)(?:test|tests|androidTest|integrationTest)/|Tests?\.java$")

_TEST = {"Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate", "Property"}
_SKIPS = re.compile(r"Ignore|Disabled\w*|Enabled(?:If|On|For)\w*")
_SILENCES = {"SuppressWarnings", "SuppressFBWarnings", "SuppressLint"}
_ASSERTS = re.compile(
    r"assert\w*|fail|verify\w*|expectThrows|expect(?:Message|Cause)?|andExpect\w*|then"
)
_ASSUMES = re.compile(r"assume(?:True|False|That|NotNull|NoException)|abort")
_LINKS = re.compile(
    r"(?:is|has|contains|does|starts|ends|matches|all|any|none|satisfies)(?:[A-Z]\w*)?|contains\w*"
)
_REFUSES = re.compile(r"\bnew\s+(?:[\w.]+\.)?(?:UnsupportedOperation|Not(?:Yet)?Implemented)\w*")
_NOT_DONE = re.compile(
    rf"{_REFUSES.pattern}\s*\(\s*\)|\bNot(?:Yet)?Implemented\w*\s*\("
    r"|(?i:\"[^\"]*\b(?:not (?:yet )?implemented|todo|implement me|unimplemented)\b)"
)
_EXPECTED = re.compile(r"\b(?:expected|ignored?|unused|_)\w*\)?$", re.IGNORECASE)
_LITERALS = {"true", "false", "null_literal", "decimal_integer_literal", "string_literal"}


def _class(node: "Node", place: Place, _: Found) -> Place:
    base = text(node.child_by_field_name("superclass"))
    return place.within(name(node), testcase=base.endswith("TestCase"))


def _method(node: "Node", place: Place, found: Found) -> Place:
    body = node.child_by_field_name("body")
    double = found.is_test and place.local  # what a test defines for itself may do nothing
    if body is not None and not double and _does_nothing(body):
        found.mark("stub", node)
    called, marks = name(node), _annotations(node)
    junit3 = place.testcase and called.startswith("test") and "public" in text(node)[:200]
    if not (junit3 or _TEST & marks.keys()):
        return place.within(local=True, exempt=double)
    test = f"{'.'.join(place.names)}#{called}"
    found.tests.append(Test(test, line(node), cases=_cases(marks)))
    inner = place.within(test=test, local=True)
    if "expected" in text(marks.get("Test")):
        found.assertion(inner)
    return inner


def _does_nothing(body: "Node") -> bool:
    """Say whether a body is empty, or does no more than refuse."""
    statements = inside(body)
    if len(statements) != 1:
        return not statements
    only = statements[0]
    refuses = only.type == "throw_statement" and _REFUSES.search(text(only))
    return bool(refuses) and not _NOT_DONE.search(text(only))  # which is noted where it stands


def _annotations(node: "Node") -> "dict[str, Node]":
    modifiers = [child for child in node.named_children if child.type == "modifiers"]
    found = [one for child in modifiers for one in inside(child) if "annotation" in one.type]
    return {name(one).rpartition(".")[2]: one for one in found}


def _cases(marks: "dict[str, Node]") -> int | None:
    """Return how many cases literal sources give, None where they come from elsewhere."""
    sources = [node for called, node in marks.items() if called in {"ValueSource", "CsvSource"}]
    if "ParameterizedTest" not in marks:
        return 1
    if len(sources) != 1:
        return None
    arrays = re.findall(r"\{(.*)\}", text(sources[0]), re.DOTALL)
    return len(re.findall(r'"(?:[^"\\]|\\.)*"|[\w.+-]+', arrays[0])) if arrays else 1


def _annotation(node: "Node", place: Place, found: Found) -> Place:
    called = name(node).rpartition(".")[2]
    said = text(node.child_by_field_name("arguments"))
    if _SKIPS.fullmatch(called) or (called == "Test" and re.search(r"enabled\s*=\s*false", said)):
        found.mark("skip", node)
    elif called in _SILENCES:
        if '"all"' in said:
            found.mark("blanket", node, "blanket java")
        found.mark("ignore", node, "ignore java")
    return place


def _catch(node: "Node", place: Place, found: Found) -> Place:
    """Note a swallowed exception, unless its name or a `fail()` says that it is meant to come."""
    caught = next((text(one) for one in inside(node) if one.type == "catch_formal_parameter"), "")
    tried = text(node.parent.child_by_field_name("body")) if node.parent else ""
    meant = _EXPECTED.search(caught) or (found.is_test and "fail(" in tried)
    if not inside(node.child_by_field_name("body")) and not meant:
        found.mark("empty", node)
    return place


def _throw(node: "Node", place: Place, found: Found) -> Place:
    if _NOT_DONE.search(text(node)) and not place.exempt:
        found.mark("stub", node)
    elif re.search(r"new\s+(?:SkipException|TestAbortedException)\b", text(node)):
        found.mark("skip", node)
    elif re.search(r"new\s+AssertionError\b", text(node)):
        found.assertion(place)
    return place


def _call(node: "Node", place: Place, found: Found) -> Place:
    called = name(node)
    arguments = inside(node.child_by_field_name("arguments"))
    if _ASSUMES.fullmatch(called) and found.is_test:
        found.mark("skip", node, "assume")
    elif _ASSERTS.fullmatch(called) and not _always_holds(called, arguments):
        found.assertion(place, _links(node) if called == "assertThat" else 1)
    return place


def _always_holds(called: str, arguments: "list[Node]") -> bool:
    values = arguments[-2:]
    if called in {"assertTrue", "assertFalse"}:
        return bool(values) and values[-1].type in {"true", "false"}
    if called in {"assertEquals", "assertSame"} and len(values) > 1:
        literal = all(one.type in _LITERALS for one in values)
        return literal or text(values[0]) == text(values[1])
    return False


def _links(node: "Node") -> int:
    """Count what a fluent chain asserts: each link that is a claim, at least one."""
    count, at = 0, node.parent
    while at is not None and at.type == "method_invocation":
        count += bool(_LINKS.fullmatch(name(at)))
        at = at.parent
    return max(1, count)


LANGUAGE = Language(
    handlers={
        "line_comment": comment,
        "block_comment": comment,
        "class_declaration": _class,
        "interface_declaration": _class,
        "record_declaration": _class,
        "enum_declaration": _class,
        "method_declaration": _method,
        "annotation": _annotation,
        "marker_annotation": _annotation,
        "catch_clause": _catch,
        "throw_statement": _throw,
        "method_invocation": _call,
    },
    blocks=frozenset(),  # its compiler refuses what cannot be reached
    ends=frozenset(),
    hoisted=frozenset(),
)
