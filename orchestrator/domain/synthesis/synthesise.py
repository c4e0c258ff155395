"""From evidence to rules: what enough change sets did alike, and what is proved of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias

from orchestrator.domain.synthesis.candidates import by_word, candidates, parts_of
from orchestrator.domain.synthesis.clusters import FEW, Cluster, clustered
from orchestrator.domain.synthesis.examples import Evidence, Syntax
from orchestrator.domain.synthesis.proof import Proof
from orchestrator.domain.synthesis.rule import Rewrite, Rule, rule_of

AT_LEAST = 5
"""Landed change sets that a rule must give whole before anybody hears of it."""
MOST_CLUSTERS = 40
"""Clusters that are looked at, the largest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A rule and what it was taught by: the tasks whose files it gives byte for byte."""

    rule: Rule
    tasks: tuple[str, ...]
    edits: int


_Lesson: TypeAlias = tuple[Cluster, tuple[Rewrite, ...]]


def synthesise(evidence: Evidence, syntax: Syntax) -> tuple[Taught, ...]:
    """Return the rules that enough landed change sets have taught, those of most tasks first.

    None is returned that does not give its own examples, or that would change what nobody changed.
    """
    proof = Proof(evidence, syntax)
    known = [one for one in clustered(evidence.examples) if len(one.tasks) >= FEW][:MOST_CLUSTERS]
    lessons: list[_Lesson] = []
    for cluster in sorted(known, key=lambda one: one.is_import):
        rewrites = _learnt(proof, cluster, _needs(cluster, lessons))
        lessons += [(cluster, rewrites)] if rewrites else []
    taught = (_taught(proof, group) for group in _together(lessons))
    return tuple(
        sorted((one for one in taught if one), key=lambda one: (-len(one.tasks), one.rule.id))
    )


def _learnt(
    proof: Proof, cluster: Cluster, needs: Sequence[tuple[str, ...]]
) -> tuple[Rewrite, ...]:
    """Return what a cluster teaches: a rewrite for each kind of surroundings, or of the word."""
    parts = parts_of(cluster)
    found = tuple(chain.from_iterable(_first(proof, part, needs) for part in parts))
    if parts and len(found) == len(parts) and proof.holds(found, [cluster]):
        return found
    word = by_word(cluster)
    return (word,) if word is not None and proof.holds((word,), [cluster]) else ()


def _first(proof: Proof, part: Cluster, needs: Sequence[tuple[str, ...]]) -> tuple[Rewrite, ...]:
    """Return the first rewrite that holds, none where all fail."""
    tried = (replace(one, beside=beside) for beside in (*needs, ()) for one in candidates(part))
    return next(((one,) for one in tried if proof.holds((one,), [part])), ())


def _needs(cluster: Cluster, lessons: Sequence[_Lesson]) -> list[tuple[str, ...]]:
    """Return the edits beside which an import may be needed; none for what is no import."""
    needs = [
        rewrite.patterns
        for other, rewrites in lessons
        for rewrite in rewrites
        if cluster.is_import and rewrite.pattern and cluster.tasks & other.tasks
    ]
    return list(dict.fromkeys(needs))


def _together(lessons: Sequence[_Lesson]) -> list[list[_Lesson]]:
    """Return lessons in groups: those that most of the same tasks have taught are one edit."""
    groups: list[list[_Lesson]] = []
    for lesson in lessons:
        mine = [group for group in groups if any(_linked(lesson, other) for other in group)]
        groups = [group for group in groups if group not in mine]
        groups.append([*(one for group in mine for one in group), lesson])
    return groups


def _linked(one: _Lesson, other: _Lesson) -> bool:
    shared = len(one[0].tasks & other[0].tasks)
    same = one[0].language == other[0].language
    return same and 2 * shared >= min(len(one[0].tasks), len(other[0].tasks))


def _taught(proof: Proof, group: list[_Lesson]) -> Taught | None:
    """Return what a group teaches, None where that is too little or does not hold together."""
    rewrites = _distinct(group)
    clusters = [cluster for cluster, _ in group]
    tasks = proof.whole(rewrites)
    if len(tasks) < AT_LEAST or not proof.holds(rewrites, clusters):
        return None
    rewrites = _needed(proof, rewrites, clusters)
    edits = sum(len(cluster.units) for cluster in clusters)
    return Taught(rule=rule_of(rewrites), tasks=proof.whole(rewrites), edits=edits)


def _needed(
    proof: Proof, rewrites: tuple[Rewrite, ...], clusters: Sequence[Cluster]
) -> tuple[Rewrite, ...]:
    """Return rewrites without those whose work the others do as well."""
    for one in rewrites:
        rest = tuple(other for other in rewrites if other is not one)
        if rest and proof.holds(rest, clusters) and proof.whole(rest) == proof.whole(rewrites):
            rewrites = rest
    return rewrites


def _distinct(group: list[_Lesson]) -> tuple[Rewrite, ...]:
    found: list[Rewrite] = []
    for _, several in group:
        found += [one for one in several if one not in found]
    return tuple(found)
