"""What rules are made from, and held against: files as they were and as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.domain.synthesis.rule import Language, Rewrite
from orchestrator.domain.synthesis.tree import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A file that a landed change set changed. `edits` lead from `old` to `new`."""

    task: str
    path: str
    language: Language
    old: bytes
    new: bytes
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known: landed files, and files that are right as they are.

    `whole` has for each landed task how many files it changed, those that no rule can change too.
    """

    examples: Sequence[Example]
    right: Mapping[str, bytes]
    whole: Mapping[str, int]


class Syntax(Protocol):
    """Reads and rewrites files by their syntax; everything is bounded, and nothing is raised."""

    def language(self, path: str, /) -> Language | None:
        """Return the language of a path, None for one in which no rules are made."""
        ...

    def edits(self, path: str, old: bytes, new: bytes, /) -> tuple[Edit, ...] | None:
        """Return what leads from one content to the other; None where that cannot be read."""
        ...

    def rewritten(self, path: str, content: bytes, rewrites: Sequence[Rewrite], /) -> bytes:
        """Return a file's content after the rewrites of its language; as it is if unreadable."""
        ...
