"""What Python says: pytest's, unittest's and nose's words, stubs and how they are excused."""

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
    r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_test|tests|conftest)\.py$"
)
"""Files whose functions are tests: pytest's own names, and everything in a folder of tests."""

_EXCUSED_BASES = re.compile(r"\b(?:Protocol|ABC|ABCMeta|Interface)\b")
_EXCUSES = re.compile(r"@(?:[\w.]+\.)?(?:abstract\w*|overload|hookspec|singledispatch)\b")
_ASSERTS = re.compile(r"assert\w*|assert_\w+|eq_|ok_")
_PYTEST = re.compile(
    r"(?:pytest|self|testdir)?\.?(?:raises|warns|fail|deprecated_call|fnmatch_lines)"
)
_SKIPS = re.compile(
    r"(?:pytest|unittest|self)\.(?:skip|xfail|skipTest|importorskip)|(?:unittest\.)?SkipTest"
)
_SKIP_MARK = re.compile(r"\bmark\.(?:skip|skipif|xfail)$")
_SKIP_DECORATOR = re.compile(
    r"@(?:unittest\.|pytest\.)?(?:skip|skipIf|skipUnless|skipif|xfail|expectedFailure)\b"
)
_ALWAYS = {"true", "integer", "string", "none", "float"}


def _class(node: "Node", place: Place, _: Found) -> Place:
    bases = text(node.child_by_field_name("superclasses"))
    excused = place.exempt or bool(_EXCUSED_BASES.search(bases))
    collected = name(node).startswith("Test") or bool(bases)
    return place.within(name(node), exempt=excused, testcase=collected)


def _function(node: "Node", place: Place, found: Found) -> Place:
    called, decorators = name(node), _decorators(node)
    exempt = place.exempt or any(_EXCUSES.match(text(one)) for one in decorators)
    inner = place.within(called, exempt=exempt, local=True)
    double = found.is_test and place.local  # what a test defines for itself may do nothing
    if not exempt and not double and _does_nothing(node):
        found.mark("stub", node)
    collected = not place.local and (not place.names or place.testcase)
    if found.is_test and collected and called.startswith("test"):
        return _test(node, inner, found, decorators)
    return inner


def _test(node: "Node", place: Place, found: Found, decorators: "list[Node]") -> Place:
    test = "::".join(place.names)
    found.tests = [one for one in found.tests if one.id != test]  # the last one of a name counts
    found.tests.append(Test(test, line(node), cases=_cases(decorators)))
    return place.within(test=test)


def _decorators(node: "Node") -> "list[Node]":
    parent = node.parent
    if parent is None or parent.type != "decorated_definition":
        return []
    return [child for child in parent.named_children if child.type == "decorator"]


def _does_nothing(function: "Node") -> bool:
    return all(_is_nothing(one) for one in inside(function.child_by_field_name("body")))


def _is_nothing(statement: "Node") -> bool:
    """Say whether a statement is `pass`, `...` or a docstring."""
    if statement.type == "expression_statement":
        return [child.type for child in statement.named_children] in (["ellipsis"], ["string"])
    return statement.type == "pass_statement"


def _cases(decorators: "list[Node]") -> int | None:
    """Return how many cases literal parametrisations make, None when one is no literal."""
    total = 1
    for decorator in decorators:
        if ".parametrize" not in text(decorator) or not (calls := inside(decorator)):
            continue
        arguments = inside(calls[0].child_by_field_name("arguments"))
        if len(arguments) < 2 or arguments[1].type not in {"list", "tuple"}:  # noqa: PLR2004
            return None
        if any(one.type == "list_splat" for one in inside(arguments[1])):
            return None
        total *= len(inside(arguments[1]))
    return total


def _pass(node: "Node", place: Place, found: Found) -> Place:
    """Note a `pass` that stands for statements; a class and a stub have their own rules.

    To pass over one exception by its name is a decision, to pass over all is none.
    """
    holder = node.parent.parent if node.parent else None
    if holder is None or holder.type not in {"class_definition", "function_definition"}:
        by_name = re.match(r"except\*?\s+(?!(?:Base)?Exception\b)[^:]", text(holder))
        if not by_name:
            found.mark("empty", holder or node)
    return place


def _raise(node: "Node", place: Place, found: Found) -> Place:
    if not place.exempt and re.match(r"raise\s+NotImplementedError\b", text(node)):
        found.mark("stub", node)
    elif re.match(r"raise\s+(?:AssertionError|self\.failureException)\b", text(node)):
        found.assertion(place)
    return place


def _assert(node: "Node", place: Place, found: Found) -> Place:
    found.assertion(place, _conjuncts(inside(node)[:1]))
    return place


def _conjuncts(conditions: "list[Node]") -> int:
    """Count what is asserted: the parts of an `and`, and nothing that always holds."""
    count, left = 0, list(conditions)
    while left:
        node = left.pop()
        joins = text(node.child_by_field_name("operator")) == "and"
        if node.type == "parenthesized_expression" or joins:
            left += inside(node)
        else:
            count += not _always_holds(node)
    return count


def _always_holds(node: "Node") -> bool:
    if node.type == "boolean_operator":  # an `or`
        return any(one.type == "true" for one in inside(node))
    if node.type == "comparison_operator":
        sides = inside(node)
        same = len({text(side) for side in sides}) == 1
        return same or all(side.type in _ALWAYS for side in sides)
    return node.type in {"true", "integer", "string"}


def _call(node: "Node", place: Place, found: Found) -> Place:
    called = text(node.child_by_field_name("function"))[-80:]
    last = called.rpartition(".")[2]
    if _ASSERTS.fullmatch(last) or _PYTEST.fullmatch(called) or last == "fnmatch_lines":
        found.assertion(place, _asserted(node, last))
    elif _SKIPS.fullmatch(called):
        found.mark("skip", node)
    return place


def _asserted(call: "Node", called: str) -> int:
    arguments = inside(call.child_by_field_name("arguments"))
    if called in {"assertTrue", "assert_", "ok_"}:
        return _conjuncts(arguments[:1])
    values = [one for one in arguments if one.type != "keyword_argument"][:2]
    if called in {"assertEqual", "assertEquals", "assertIs", "eq_", "assert_equal"} and values:
        constant = all(one.type in _ALWAYS for one in values)
        return int(not constant and len({text(one) for one in values}) > 1)
    return 1


def _attribute(node: "Node", place: Place, found: Found) -> Place:
    if _SKIP_MARK.search(text(node)[-40:]):
        found.mark("skip", node)
    return place


def _decorator(node: "Node", place: Place, found: Found) -> Place:
    """Note a decorator that switches off, unless the call within it is noted already."""
    called = (text(one.child_by_field_name("function")) for one in inside(node))
    if _SKIP_DECORATOR.match(text(node)) and not any(map(_SKIPS.fullmatch, called)):
        found.mark("skip", node)
    return place


def _assignment(node: "Node", place: Place, found: Found) -> Place:
    target, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    if text(target) == "__test__" and text(value) == "False":
        found.mark("skip", node)
    if text(target) in {"collect_ignore", "collect_ignore_glob"} and found.is_test:
        found.mark("skip", node)
    return place


LANGUAGE = Language(
    handlers={
        "comment": comment,
        "class_definition": _class,
        "function_definition": _function,
        "pass_statement": _pass,
        "raise_statement": _raise,
        "assert_statement": _assert,
        "call": _call,
        "attribute": _attribute,
        "decorator": _decorator,
        "assignment": _assignment,
    },
    blocks=frozenset({"block"}),
    ends=frozenset(
        {"return_statement", "raise_statement", "continue_statement", "break_statement"}
    ),
    hoisted=frozenset({"comment"}),
)
