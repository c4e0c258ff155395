"""Whether two sequences can be compared in good time."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import takewhile

MOST_PAIRS = 200_000
"""How many pairs of equal items two sequences have at most. `difflib` looks at all of them for each
run of equal ones that it finds: a few thousand zeros and ones would take it hours."""


def has_too_many_pairs(one: Iterable[Hashable], other: Iterable[Hashable]) -> bool:
    """Say whether comparing two sequences may take too long."""
    counts, others = Counter(one), Counter(other)
    return sum(count * others[item] for item, count in counts.items()) > MOST_PAIRS


def alike(one: Sequence[object], other: Sequence[object]) -> int:
    """Return how many items two sequences begin with alike."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same)
