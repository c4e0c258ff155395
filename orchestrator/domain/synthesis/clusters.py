"""Which edits are the same edit, equal up to names."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from orchestrator.domain.synthesis.examples import Example
from orchestrator.domain.synthesis.rule import Language
from orchestrator.domain.synthesis.tree import Edit, Pair

Key: TypeAlias = tuple[object, ...]
FEW = 2
"""In how many tasks one word must become the same other word to count as a renaming."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One place of an example. `levels` is what a rule may look at, narrowest first."""

    example: int
    task: str
    levels: tuple[Pair, ...]

    def has(self, edit: Edit) -> bool:
        """Say whether an edit of the same file is part of this one."""
        old = self.levels[0][0]
        return old.start <= edit.span[0] and edit.span[1] <= old.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Places where the same was done. `word` is the kind and text of what was renamed, if any."""

    language: Language
    units: tuple[Unit, ...]
    word: tuple[str, str, str] | None = None

    @property
    def tasks(self) -> frozenset[str]:
        """The tasks that did it."""
        return frozenset(unit.task for unit in self.units)

    @property
    def is_import(self) -> bool:
        """Whether it is about lines that only bring in names."""
        return all("import" in level[0].kind for u in self.units for level in u.levels[:1])

    def by_surroundings(self) -> list["Cluster"]:
        """Return one for each kind of what is around."""
        parted: dict[str, list[Unit]] = defaultdict(list)
        for unit in self.units:
            parted[unit.levels[0][0].kind].append(unit)
        parts = sorted(parted.values(), key=len, reverse=True)
        return [Cluster(language=self.language, units=tuple(units)) for units in parts]


def clustered(examples: Sequence[Example]) -> list[Cluster]:
    """Return the clusters of all edits, the largest first.

    A word that always became the same other word is a renaming, whatever stands around it. Any
    other edit is told by what it looks like together with the edits inside it, which it takes
    along.
    """
    renamings = _renamings(examples)
    shapes: dict[Key, list[Unit]] = defaultdict(list)
    words: dict[Key, list[Unit]] = defaultdict(list)
    for at, example in enumerate(examples):
        taken: list[Unit] = []
        for unit in _shaped(at, example, renamings):
            taken.append(unit)
            shapes[_look(example, unit, renamings)].append(unit)
        for edit in example.edits:
            key = _renaming(example, edit)
            if key in renamings and not any(unit.has(edit) for unit in taken):
                words[key].append(Unit(at, example.task, edit.levels[1:]))
    found = [_cluster(key, units) for key, units in shapes.items()]
    found += [_cluster(key, units, is_word=True) for key, units in words.items()]
    return sorted(found, key=lambda one: (-len(one.tasks), -len(one.units)))


def _cluster(key: Key, units: list[Unit], *, is_word: bool = False) -> Cluster:
    word = (str(key[1]), str(key[2]), str(key[3])) if is_word else None
    return Cluster(language=key[0], units=tuple(units), word=word)  # type: ignore[arg-type]


def _renaming(example: Example, edit: Edit) -> Key | None:
    """Return which word became which, None where something else was done."""
    if len(edit.levels) <= 1 or not edit.levels[0][0].is_name:
        return None
    old, new = edit.levels[0]
    return (example.language, old.kind, old.text, new.text)


def _renamings(examples: Sequence[Example]) -> frozenset[Key]:
    tasks: dict[Key, set[str]] = defaultdict(set)
    for example in examples:
        for edit in example.edits:
            if (key := _renaming(example, edit)) is not None:
                tasks[key].add(example.task)
    return frozenset(key for key, by in tasks.items() if len(by) >= FEW)


def _shaped(at: int, example: Example, renamings: frozenset[Key]) -> Iterator[Unit]:
    """Yield the places that are no mere renamings, none of them within another."""
    units: list[Unit] = []
    for edit in example.edits:
        if not edit.levels or _renaming(example, edit) in renamings:
            continue
        levels = edit.levels[1:] if edit.levels[0][0].is_name else edit.levels
        while levels and _is_list(levels[0]):
            levels = levels[1:]
        if levels:
            units.append(Unit(at, example.task, levels))
    units.sort(key=lambda unit: unit.levels[0][0].start - unit.levels[0][0].end)
    outer: list[Unit] = []
    for unit in units:
        if not any(other.has(Edit(_span(unit))) for other in outer):
            outer.append(unit)
    yield from sorted(outer, key=lambda unit: unit.levels[0][0].start)


def _is_list(pair: Pair) -> bool:
    """Say whether a place is no more than the brackets of what a call is given."""
    children = pair[0].children
    return bool(children) and children[0].text == "(" and "argument" in pair[0].kind


def _span(unit: Unit) -> tuple[int, int, str]:
    old, _ = unit.levels[0]
    return (old.start, old.end, "")


def _look(example: Example, unit: Unit, renamings: frozenset[Key]) -> Key:
    old, new = unit.levels[0]
    inner: Mapping[Key, None] = dict.fromkeys(
        _look_of(example, edit, renamings) for edit in example.edits if unit.has(edit)
    )
    return (example.language, old.kind, new.kind, frozenset(inner))


def _look_of(example: Example, edit: Edit, renamings: frozenset[Key]) -> Key:
    key = _renaming(example, edit)
    if key is not None and key in renamings:
        return key
    return tuple(tree.kind for tree in edit.levels[0]) if edit.levels else ()
