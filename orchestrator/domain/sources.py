"""What the guards want to know of a source file, whatever its language.

An adapter reads these facts off a syntax tree, so that strings and comments fool nobody; what they
mean is decided in `domain.guards`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

MarkKind: TypeAlias = Literal["stub", "empty", "todo", "elision", "ignore", "blanket", "skip"]
Laziness: TypeAlias = Literal["stub", "empty", "todo", "elision", "ignore", "skip"]
"""What a playbook can allow by name; a blanket ignore goes by `ignore`."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its markers. `line` counts from 1."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that may be laziness.

    Marks are counted by `key`, so that one kind of ignore does not pay for another; `text` is one
    line of the source.
    """

    kind: MarkKind
    key: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Test:
    """A test that the file's runner would collect.

    `id` names it within its file: `TestCart::test_sum`, `cart > adds up`, `CartTest#addsUp`.
    `cases` is how many times it is parametrised, None where that cannot be told.
    """

    __test__ = False  # no test of ours

    id: str
    line: int
    assertions: int = 0
    cases: int | None = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What stands in one source file.

    `assertions` counts those of its tests and of their helpers. `broken` says that parts of the
    file are no valid source, so that tests in it may not have been seen.
    """

    comments: tuple[Comment, ...] = ()
    marks: tuple[Mark, ...] = ()
    tests: tuple[Test, ...] = ()
    assertions: int = 0
    is_test: bool = False
    broken: bool = False


ReadFacts: TypeAlias = Callable[[str, bytes], Facts | None]
"""Reads a file by its path and content; None: it is in no language that can be read."""
