"""Whether two lessons say the same, and how much a text is about what somebody looks for.

Texts are compared as bags of words by rapidfuzz, which is loaded when the first two are. Whole
words count and not their letters: `bar` and `baz` are not nearly the same.
"""

import re

_WORDS = re.compile(r"\w+(?:['’]t\b)?")
_NEGATIONS = frozenset({"no", "not", "never", "without", "none", "nor", "cannot"})


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 100, whatever the order of their words.

    It is the indel similarity of the sorted words: twice what they share by what both have. Texts
    that differ in what they deny are not alike: "use x" is no form of "do not use x".
    """
    from rapidfuzz.distance import Indel

    first, second = _words(one), _words(other)
    if _denials(first) != _denials(second):
        return 0.0
    return 100 * Indel.normalized_similarity(sorted(first), sorted(second))


def aboutness(query: str, text: str) -> float:
    """Return how much of a query's words a text has, from 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(" ".join(_words(query)), " ".join(_words(text)))


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())


def _denials(words: list[str]) -> int:
    return sum(word in _NEGATIONS or word.endswith(("'t", "’t")) for word in words)
