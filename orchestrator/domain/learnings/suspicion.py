"""Why a lesson's text is kept from everybody until a person has looked; "" for nothing.

A lesson says what is true of the code. One that tells its reader what to do with tools, the
network, secrets, checks, paths outside of the task or Leafcut's rules is none.

This is no defence by itself: filters miss poisoned memories (arXiv 2605.22842: all of 510). What
protects is that a learning is quoted as data, capped, attributed, and changes no policy, command or
path; that guards and checks hold whatever an agent was told; and that verdicts retire what fails.
The table keeps the plain cases out and shows them to people.
"""

import re
import unicodedata
from collections.abc import Sequence

from orchestrator.domain.guards.secrets import SHAPES
from orchestrator.domain.learnings.wording import OUTSIDE, WORDING

MOST_READ = 4000
"""How many characters are looked at; what is longer is no lesson, whatever it says."""
MOST_STARS = 4
"""How many wildcards a glob has at most: each one more multiplies what matching it may cost."""

_SELECTORS = ("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef")
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that show as nothing at all; variation selectors are others."""

_LIKE_LATIN = str.maketrans(
    "аеорсухіјѕԁһкмтвнԛԝɡıαορνικτυχѵοАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhkmtbhqwgiaopvikiuxvoABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look like Latin ones (from Unicode's confusables, UTS 39)."""

_APART = re.compile(r"(?<![^\W\d_])(?:[^\W\d_][ .\-_*]{1,2}){3}[^\W\d_](?![^\W\d_])")
"""Four letters or more that stand apart: `c u r l`, `s.k.i.p`."""


def suspicion(text: str) -> str:
    """Return why nobody should be told of this text, in a few words; "" for nothing."""
    if len(text) > MOST_READ:
        return f"much too long: {len(text)} characters"
    if said := fault(text):
        return said
    shown = _as_it_reads(text)
    word = next((word for word, its in WORDING.items() if its.search(shown)), "")
    return f"speaks of {word}" if word else ""


def fault(text: str) -> str:
    """Return what is wrong with the letters of a text, or which secret it holds; "" for nothing."""
    if any(_is_hidden(char) for char in text):
        return "holds control characters or invisible ones"
    if any(_is_masked(word) for word in text.split()):
        return "holds letters that pass for others"
    if _APART.search(text):
        return "holds letters that stand apart"
    said = text.encode("utf-8", "replace")
    held = next((what for what, shape in SHAPES.items() if shape.search(said)), "")
    return f"holds {held}" if held else ""


def glob_fault(globs: Sequence[str]) -> str:
    """Return why a scope's globs are none that a lesson may have; "" for nothing."""
    for glob in globs:
        if said := fault(glob):
            return f"a path of its scope {said}"
        if WORDING[OUTSIDE].search(glob) or ".." in glob.split("/"):
            return f"its scope speaks of {OUTSIDE}"
        if has_too_many_wildcards(glob):
            return "its scope has a glob with too many wildcards"
    return ""


def has_too_many_wildcards(glob: str) -> bool:
    """Say whether matching a glob may take too long."""
    return glob.replace("**", "*").count("*") + glob.count("?") > MOST_STARS


def _is_hidden(char: str) -> bool:
    if not char.isprintable():
        return char not in "\n\t"
    return char in _BLANKS or any(first <= char <= last for first, last in _SELECTORS)


def _is_masked(word: str) -> bool:
    """Say whether Latin letters and others that look like Latin ones stand in one word."""
    ascii_letter = any(char.isascii() and char.isalpha() for char in word)
    return ascii_letter and any(ord(char) in _LIKE_LATIN for char in word)


def _as_it_reads(text: str) -> str:
    """Return a text in plain letters: forms, marks and look-alikes are taken for what they show."""
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in parts if not unicodedata.combining(char))
    return " ".join(plain.translate(_LIKE_LATIN).split())
