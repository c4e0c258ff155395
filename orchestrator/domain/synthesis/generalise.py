"""Several edits made one: the least general pattern and fix of which all are cases.

Anti-unification after Plotkin, "A Note on Inductive Generalization" (1970): where the trees agree
they stay; where they differ a metavariable stands, the same one wherever the same things differ.
A list of another length is one metavariable for many, as ast-grep has it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from typing import TypeAlias

from orchestrator.domain.synthesis.tree import Pair, Tree

_Column: TypeAlias = tuple[Tree, ...]
"""The same place in each of the edits."""
_Texts: TypeAlias = tuple[str, ...]
_ATOMIC = re.compile(r"string|template|comment|regex|char")
"""Kinds in which no metavariable can stand: it would be text."""
_METAVARIABLE = re.compile(r"\$+[A-Z_]")
_NAMED = re.compile(r"\$+[A-Z_][A-Z_0-9]*")
_COMMA = ","


class VaryError(ValueError):
    """The trees differ where no metavariable can stand."""


@dataclass(frozen=True, slots=True)
class _Hole:
    """A metavariable and, for each edit, what it stands for; None where that is nothing."""

    name: str
    spans: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class General:
    """A pattern and its fix; `values` and `kinds` are what each metavariable stood for."""

    pattern: str
    fix: str
    values: Mapping[str, _Texts]
    kinds: Mapping[str, _Texts]


def generalise(pairs: Sequence[Pair], lead: int = 0) -> General | None:
    """Return what all of these edits are cases of, None when nothing that says much.

    `lead` is how many arguments at the beginning of lists of several lengths get a metavariable of
    their own.
    """
    table = _Table(lead)
    try:
        before = table.old(tuple(old for old, _ in pairs))
        after = table.new(tuple(new for _, new in pairs))
    except VaryError:
        return None
    for at, (old, new) in enumerate(pairs):
        pattern, fix = _render(old, before, at), _render(new, after, at)
        if pattern is not None and fix is not None and _says_something(pattern):
            return General(pattern, fix, table.values, table.kinds)
    return None


@dataclass(slots=True)
class _Table:
    """The metavariables given so far, by what they stand for."""

    lead: int
    singles: dict[_Texts, str] = field(default_factory=dict)
    lists: dict[_Texts, str] = field(default_factory=dict)
    values: dict[str, _Texts] = field(default_factory=dict)
    kinds: dict[str, _Texts] = field(default_factory=dict)

    def old(self, nodes: _Column) -> list[_Hole]:
        """Return the holes of what was, each with a name."""
        if _same(node.text for node in nodes):
            return []
        if _alike(nodes):
            try:
                return self._inside(nodes)
            except VaryError:
                pass
        if not all(node.named for node in nodes):
            raise VaryError
        return [self._single(nodes)]

    def new(self, nodes: _Column) -> list[_Hole]:
        """Return the holes of what is now: only what was can be there again."""
        if _same(node.text for node in nodes):
            return []
        if (name := self.singles.get(_texts(nodes))) is not None:
            return [_Hole(name, tuple((node.start, node.end) for node in nodes))]
        if not _alike(nodes):
            raise VaryError
        if _same(len(node.children) for node in nodes):
            return _each(self.new, _columns(nodes))
        return self._known_list([node.children for node in nodes])

    def _inside(self, nodes: _Column) -> list[_Hole]:
        if _same(len(node.children) for node in nodes):
            return _each(self.old, _columns(nodes))
        return self._list([node.children for node in nodes])

    def _single(self, nodes: _Column) -> _Hole:
        texts = _texts(nodes)
        if texts not in self.singles:
            name = next(name for name in _NAMES() if name not in self.values)
            self.singles[texts] = name
            self.values[name] = tuple(sorted(set(texts)))
            self.kinds[name] = tuple(sorted({node.kind for node in nodes}))
        return _Hole(self.singles[texts], tuple((node.start, node.end) for node in nodes))

    def _list(self, lists: list[tuple[Tree, ...]]) -> list[_Hole]:
        """Return the holes of lists of several lengths: what they begin with, then all the rest.

        What they end with is told apart where it is no part of the list, such as a bracket.
        """
        head, tail = self._head(lists), _tail(lists)
        if any(len(one) < head + tail for one in lists) or not _is_separated(lists, head, tail):
            raise VaryError
        holes = _each(self.old, _columns_of(lists, head))
        runs = [one[head : len(one) - tail] for one in lists]
        texts = tuple(_run_text(run) for run in runs)
        name = self.lists.setdefault(texts, f"ARGS{len(self.lists) or ''}")
        return [*holes, _Hole(name, tuple(_run_span(run) for run in runs))]

    def _head(self, lists: list[tuple[Tree, ...]]) -> int:
        """Return how many children at the beginning are no part of what varies in length."""
        head = 0
        for at, column in enumerate(zip(*lists, strict=False), 1):
            if not _same(node.text for node in column):
                break
            head = head if column[0].named else at
        head += 2 * self.lead
        if head == 0 or any(len(one) < head or one[head - 1].named for one in lists):
            raise VaryError
        return head

    def _known_list(self, lists: list[tuple[Tree, ...]]) -> list[_Hole]:
        shortest = min(map(len, lists))
        for head in range(1, shortest + 1):
            for tail in range(shortest - head + 1):
                runs = [one[head : len(one) - tail] for one in lists]
                name = self.lists.get(tuple(_run_text(run) for run in runs))
                if name is not None:
                    ends = [one[len(one) - tail :] for one in lists]
                    return [
                        *_each(self.new, _columns_of(lists, head)),
                        _Hole(name, tuple(_run_span(run) for run in runs)),
                        *_each(self.new, _columns_of(ends, tail)),
                    ]
        raise VaryError


def _NAMES() -> Iterable[str]:  # noqa: N802 - what it yields
    letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
    return chain(letters, (f"V{number}" for number in count()))


def _same(values: Iterable[object]) -> bool:
    first, *others = values
    return all(other == first for other in others)


def _texts(nodes: _Column) -> _Texts:
    return tuple(node.text for node in nodes)


def _alike(nodes: _Column) -> bool:
    """Say whether nodes are of one kind that has parts."""
    return (
        _same(node.kind for node in nodes)
        and all(node.children for node in nodes)
        and not _ATOMIC.search(nodes[0].kind)
    )


def _columns(nodes: _Column) -> list[_Column]:
    return list(zip(*(node.children for node in nodes), strict=True))


def _columns_of(lists: Sequence[Sequence[Tree]], width: int) -> list[_Column]:
    return list(zip(*(one[:width] for one in lists), strict=True))


def _each(visit: Callable[[_Column], list[_Hole]], columns: Iterable[_Column]) -> list[_Hole]:
    return [hole for column in columns for hole in visit(column)]


def _tail(lists: list[tuple[Tree, ...]]) -> int:
    """Return 1 for lists that end with the same bracket, 0 for lists that just end."""
    last = lists[0][-1]
    closed = not last.named and last.text != _COMMA
    return int(closed and _same(one[-1].text for one in lists))


def _is_separated(lists: list[tuple[Tree, ...]], head: int, tail: int) -> bool:
    """Say whether all that varies is separated by commas."""
    runs = (one[head : len(one) - tail] for one in lists)
    return all(node.named or node.text == _COMMA for run in runs for node in run)


def _run_text(run: Sequence[Tree]) -> str:
    return "\0".join(node.text for node in run)


def _run_span(run: Sequence[Tree]) -> tuple[int, int] | None:
    return (run[0].start, run[-1].end) if run else None


def _render(tree: Tree, holes: Sequence[_Hole], at: int) -> str | None:
    """Return an edit's own text with metavariables in it; None when one stands for nothing."""
    parts, done = [], tree.start
    lists = {hole.name for hole in holes if hole.name.startswith("ARGS")}
    for hole in holes:
        span = hole.spans[at]
        if span is None:
            return None
        parts.append(tree.text[done - tree.start : span[0] - tree.start])
        parts.append(("$$$" if hole.name in lists else "$") + hole.name)
        done = span[1]
    parts.append(tree.text[done - tree.start :])
    if any(_METAVARIABLE.search(part) for part in parts[::2]):
        return None
    return "".join(parts)


def _says_something(pattern: str) -> bool:
    """Say whether a pattern has a word of its own."""
    return bool(re.search(r"\w", _NAMED.sub(" ", pattern)))
