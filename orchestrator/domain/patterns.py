"""Which hunks of a change are the same edit.

A person who has read one of 200 like edits has read them all; what is worth reading are the others.
What a hunk edits is what differs between its words before and after, whitespace left out: that
`def f():` became `def f() -> None:` is `-> None` put in. In it, texts count as any text, and a name
or number that stands before and after as any, the same one wherever it is the same in the hunk.
What was only there before, or is only there now, counts as it is. Where that leaves no pattern,
because each edit has names of its own, all words count as any.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from orchestrator.domain.hunks import Hunk

FEWEST = 3
"""A pattern is an edit that is made in at least so many hunks,"""
SHARE = 20
"""and at least in one hunk of so many."""
LONGEST = 400
"""How many words of a hunk are compared one by one; a longer one is one edit, as a whole."""

Edit: TypeAlias = tuple[str, ...]
Shape: TypeAlias = frozenset[Edit]
"""The edits of a hunk, each once."""

_WORD = re.compile(
    r"""(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)"""
    r"""|(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<sign>[^\s])"""
)
_Word: TypeAlias = tuple[str, str]
_LAYOUT: Edit = ("whitespace",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What of a change is worth reading: an example of each pattern, and all that fits none.

    `patterns` have the hunks that make an edit, one of its simplest first; the edit that is made
    most often comes first. A hunk with several edits is in several. The `odd` hunks have an edit
    that is no pattern; they stand as in the change.
    """

    count: int
    patterns: tuple[tuple[Hunk, ...], ...] = ()
    odd: tuple[Hunk, ...] = ()

    @property
    def sentence(self) -> str:
        """It in a sentence for the reviewer."""
        if self.count < FEWEST:
            few = "is one hunk" if self.count == 1 else f"are {self.count} hunks"
            return f"There {few}." if self.count else "No line of text changed."
        if not self.patterns:
            return f"No edit repeats often enough to be a pattern: read all {self.count} hunks."
        kinds = len(self.patterns)
        what = "the same edit" if kinds == 1 else f"made of {kinds} edits that repeat"
        if not self.odd:
            return f"All {self.count} hunks are {what}."
        last = "the other one" if len(self.odd) == 1 else f"these {len(self.odd)}"
        return f"{self.count - len(self.odd)} of {self.count} hunks are {what}; read {last}."


def reading(found: Sequence[Hunk]) -> Reading:
    """Return which hunks are made of edits that repeat and which are not.

    What the edits take out and bring in is compared first; only where most hunks would be odd then,
    all words are taken for any.
    """
    strict = _read(found, [shape(hunk) for hunk in found])
    if 2 * len(strict.odd) <= len(found):
        return strict
    loose = _read(found, [shape(hunk, loose=True) for hunk in found])
    return loose if len(loose.odd) < len(strict.odd) else strict


def shape(hunk: Hunk, *, loose: bool = False) -> Shape:
    """Return what hunks that are the same edit have in common; `loose` takes all words for any."""
    before, after = _words(hunk.removed), _words(hunk.added)
    stays = _names(hunk.removed) & _names(hunk.added)
    places: dict[str, str] = {}

    def said(words: Sequence[_Word]) -> Iterator[str]:
        for kind, word in words:
            any_one = kind != "sign" and (loose or kind == "text" or word in stays)
            yield places.setdefault(word, f"{kind} {len(places)}") if any_one else word

    edits = {(*said(old), "→", *said(new)) for old, new in _changed(before, after)}
    return frozenset(edits or {_LAYOUT})


def _read(found: Sequence[Hunk], shapes: Sequence[Shape]) -> Reading:
    often = Counter(edit for its in shapes for edit in its)
    enough = max(FEWEST, -(-len(found) // SHARE))
    known = {edit for edit, count in often.items() if count >= enough}
    alike = {at: its for at, its in enumerate(shapes) if its <= known}
    return Reading(
        count=len(found),
        patterns=tuple(tuple(found[at] for at in group) for group in _groups(alike)),
        odd=tuple(hunk for at, hunk in enumerate(found) if at not in alike),
    )


def _groups(alike: Mapping[int, Shape]) -> Iterator[list[int]]:
    """Yield the hunks of one edit after the other, until each hunk's edits have been shown.

    Edits that always come together are one.
    """
    shown: set[Edit] = set()
    often = Counter(alike.values())
    for its, _ in sorted(often.items(), key=lambda item: (-item[1], len(item[0]), sorted(item[0]))):
        if new := its - shown:
            shown |= new
            exact = [at for at, other in alike.items() if other == its]
            yield exact + [at for at, other in alike.items() if new <= other and other != its]


def _changed(
    before: Sequence[_Word], after: Sequence[_Word]
) -> Iterator[tuple[Sequence[_Word], Sequence[_Word]]]:
    """Yield what was taken out and what was put in instead, place by place."""
    if max(len(before), len(after)) > LONGEST:
        yield before, after
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, old, old_end, new, new_end in matcher.get_opcodes():
        if tag != "equal":
            yield before[old:old_end], after[new:new_end]


def _names(lines: Sequence[str]) -> set[str]:
    """Return all names and numbers, those inside of texts too: `'%s' % a` may become `f'{a}'`."""
    return {name for line in lines for name in re.findall(r"\w[\w.]*|\w", line)} | {
        name for line in lines for name in re.findall(r"\w+", line)
    }


def _words(lines: Sequence[str]) -> list[_Word]:
    return [
        (match.lastgroup or "", match.group()) for line in lines for match in _WORD.finditer(line)
    ]
