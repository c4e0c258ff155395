"""One walk over a syntax tree, whatever its language.

It keeps its own stack: a file nested a hundred thousand deep must not end the process.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from orchestrator.domain.sources import Comment, Facts, Mark, MarkKind, Test

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file the walk is. `test` is the id of the test around it, if any.

    `exempt` says that a body may be missing here, `local` that it is within a function.
    """

    names: tuple[str, ...] = ()
    test: str | None = None
    exempt: bool = False
    local: bool = False
    testcase: bool = False

    def within(self, *names: str, **changes: "bool | str | None") -> "Place":
        """Return the place one name further in."""
        return replace(self, names=(*self.names, *names), **changes)  # type: ignore[arg-type]


@dataclass(slots=True)
class Found:
    """What the walk has seen so far; `is_test` says whether the file holds tests by its path."""

    is_test: bool
    comments: list[Comment] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)
    assertions: dict[str | None, int] = field(default_factory=dict)

    def mark(self, kind: MarkKind, node: "Node", key: str = "") -> None:
        """Note a place that may be laziness by the first line of its source."""
        self.marks.append(Mark(kind, key or kind, first_line(node), line(node)))

    def assertion(self, place: Place, count: int = 1) -> None:
        """Note assertions."""
        self.assertions[place.test] = self.assertions.get(place.test, 0) + count

    def facts(self, *, broken: bool) -> Facts:
        """Return everything that was seen."""
        return Facts(
            comments=tuple(self.comments),
            marks=tuple(self.marks),
            tests=tuple(replace(t, assertions=self.assertions.get(t.id, 0)) for t in self.tests),
            assertions=sum(self.assertions.values()),
            is_test=self.is_test or bool(self.tests),
            broken=broken,
        )


Handler = Callable[["Node", Place, Found], Place]
"""Looks at a node and returns the place that its children are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How a language is walked. `ends` are statements that nothing after them in a block outlives.

    `hoisted` are those that hold nonetheless.
    """

    handlers: Mapping[str, Handler]
    blocks: frozenset[str]
    ends: frozenset[str]
    hoisted: frozenset[str]


def walk(root: "Node", language: Language, place: Place, found: Found) -> Facts:
    """Visit every node that can be reached, in the order of the source."""
    stack = [(root, place)]
    while stack:
        node, place = stack.pop()
        if handler := language.handlers.get(node.type):
            place = handler(node, place, found)
        stack.extend((child, place) for child in reversed([*_reached(node, language)]))
    return found.facts(broken=root.has_error)


def _reached(node: "Node", language: Language) -> "Iterator[Node]":
    """Yield a node's children; what follows a return in the same block never runs."""
    over = False
    for child in node.named_children:
        if not over or child.type in language.hoisted:
            yield child
        over = over or (node.type in language.blocks and child.type in language.ends)


def comment(node: "Node", place: Place, found: Found) -> Place:
    """Note a comment."""
    found.comments.append(Comment(text(node), line(node)))
    return place


def text(node: "Node | None") -> str:
    """Return a node's source, nothing for no node."""
    return (node.text or b"").decode("utf-8", "replace") if node else ""


def first_line(node: "Node") -> str:
    """Return the first line of a node's source, without what surrounds it."""
    return text(node).partition("\n")[0].strip()


def line(node: "Node") -> int:
    """Return the line that a node begins on, from 1."""
    return node.start_point.row + 1


def name(node: "Node") -> str:
    """Return what a definition is called."""
    return text(node.child_by_field_name("name"))


def inside(node: "Node | None") -> "list[Node]":
    """Return the named children of a node that are no comments."""
    return [child for child in node.named_children if "comment" not in child.type] if node else []
