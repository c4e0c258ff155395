"""Counting net: what a change set adds, less what it takes away."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from orchestrator.domain.sources import Mark

Placed = tuple[str, Mark]
"""A mark and the path of its file."""


def risen(before: Sequence[Placed], after: Sequence[Placed]) -> Iterator[Placed]:
    """Yield the marks by which each key rose over all files; a mark that only moved is none.

    Where a key rose by n, n of its marks are named: those whose text the base lacks first.
    """
    old = _by_key(before)
    for key, marks in _by_key(after).items():
        surplus = len(marks) - len(old.get(key, ()))
        if surplus > 0:
            yield from _new_first(old.get(key, ()), marks)[:surplus]


def _by_key(placed: Sequence[Placed]) -> dict[str, list[Placed]]:
    keys: dict[str, list[Placed]] = defaultdict(list)
    for path, mark in placed:
        keys[mark.key].append((path, mark))
    return keys


def _new_first(before: Sequence[Placed], after: Sequence[Placed]) -> list[Placed]:
    left = Counter(mark.text for _, mark in before)
    new: list[Placed] = []
    known: list[Placed] = []
    for path, mark in after:
        known_text = left[mark.text] > 0
        left[mark.text] -= known_text
        (known if known_text else new).append((path, mark))
    return new + known
