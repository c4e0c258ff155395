"""Least general generalisation over small trees that are made by hand."""

import pytest

from orchestrator.domain.synthesis.generalise import generalise
from orchestrator.domain.synthesis.tree import Tree


def word(text: str, start: int = 0) -> Tree:
    return Tree("identifier", start, start + len(text), text)


def token(text: str, start: int) -> Tree:
    return Tree(text, start, start + len(text), text, named=False)


def call(name: str, *arguments: str) -> Tree:
    """Return the tree of `name(a, b)`."""
    inner: list[Tree] = [token("(", len(name))]
    at = len(name) + 1
    for number, argument in enumerate(arguments):
        if number:
            inner.append(token(",", at))
            at += 2
        inner.append(word(argument, at))
        at += len(argument)
    inner.append(token(")", at))
    text = f"{name}({', '.join(arguments)})"
    listed = Tree("argument_list", len(name), len(text), text[len(name) :], tuple(inner))
    return Tree("call", 0, len(text), text, (word(name), listed))


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(call("f", "x"), call("g", "x"))] * 2, ("f(x)", "g(x)")),
        (
            [
                (call("f", "a", "b"), call("g", "b", "a")),
                (call("f", "c", "d"), call("g", "d", "c")),
            ],
            ("f($A, $B)", "g($B, $A)"),
        ),
        (
            [(call("f", "a", "a"), call("g", "a")), (call("f", "b", "b"), call("g", "b"))],
            ("f($A, $A)", "g($A)"),
        ),
        (
            [(call("f", "a"), call("g", "a")), (call("f", "b", "c"), call("g", "b", "c"))],
            ("f($$$ARGS)", "g($$$ARGS)"),
        ),
        (
            [(call("f"), call("g", "z")), (call("f", "b", "c"), call("g", "b", "c", "z"))],
            None,  # a comma more or less: there is no one fix for both
        ),
        (
            [
                (call("f", "a"), call("g", "z", "a")),
                (call("f", "b", "c"), call("g", "z", "b", "c")),
            ],
            ("f($$$ARGS)", "g(z, $$$ARGS)"),
        ),
        (
            [
                (call("f", "k", "a"), call("g", "a")),
                (call("f", "k", "b", "c"), call("g", "b", "c")),
            ],
            ("f(k, $$$ARGS)", "g($$$ARGS)"),
        ),
        ([(call("f", "a"), call("g", "a")), (call("h", "b"), call("i", "b"))], None),
        ([(call("f", "a"), call("g", "c")), (call("f", "b"), call("g", "d"))], None),
        ([(word("a"), word("b")), (word("c"), word("b"))], None),
    ],
)
def test_what_agrees_stays_and_what_varies_is_a_metavariable(
    pairs: list[tuple[Tree, Tree]], expected: tuple[str, str] | None
) -> None:
    found = generalise(pairs)
    assert (found and (found.pattern, found.fix)) == expected


def test_leading_arguments_may_have_metavariables_of_their_own() -> None:
    pairs = [
        (call("f", "a", "x"), call("g", "x", "a")),
        (call("f", "b", "x", "y"), call("g", "x", "y", "b")),
    ]
    assert generalise(pairs) is None
    found = generalise(pairs, lead=1)
    assert found is not None
    assert (found.pattern, found.fix) == ("f($A, $$$ARGS)", "g($$$ARGS, $A)")


def test_values_and_kinds_of_metavariables_are_told() -> None:
    found = generalise([(call("f", "a"), call("g", "a")), (call("f", "b"), call("g", "b"))])
    assert found is not None
    assert (found.values, found.kinds) == ({"A": ("a", "b")}, {"A": ("identifier",)})


def test_source_that_reads_as_a_metavariable_teaches_nothing() -> None:
    assert generalise([(call("f", "$X"), call("g", "$X"))] * 2) is None
