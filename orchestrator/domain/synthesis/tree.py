"""Syntax as plain values: trees, and the edits that lead from one file to another."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Tree:
    """A node of a file's syntax. `start` and `end` count characters from the file's beginning.

    A node is `named` when it is more than a bracket, a comma or an operator.
    """

    kind: str
    start: int
    end: int
    text: str
    children: tuple["Tree", ...] = ()
    named: bool = True

    @property
    def is_name(self) -> bool:
        """Whether there is nothing in it but one word."""
        return not self.children or (len(self.children) == 1 and self.children[0].text == self.text)


Pair: TypeAlias = tuple[Tree, Tree]
"""The same place before and after."""
Span: TypeAlias = tuple[int, int, str]
"""Characters of the old file, from and to, and what took their place."""


@dataclass(frozen=True, slots=True)
class Edit:
    """The smallest place that differs.

    `levels` has it and what is around it, narrowest first; it is empty where no rule can say what
    was done, such as a line that was taken out.
    """

    span: Span
    levels: tuple[Pair, ...] = ()
