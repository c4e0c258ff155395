"""What rewrites a cluster could be taught by, the best first."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestrator.domain.synthesis.clusters import FEW, Cluster
from orchestrator.domain.synthesis.generalise import General, generalise
from orchestrator.domain.synthesis.rule import Rewrite
from orchestrator.domain.synthesis.tree import Pair

LEADS = (0, 1, 2)
MOST_VALUES = 8
"""Texts that a metavariable may be bound to; more are no choice but a list."""
LONGEST_VALUE = 60
MOST_PAIRS = 200
"""Different edits that are generalised over; what the others say is seen in the proof."""
LONGEST = 1_000
"""Characters of a pattern or a fix."""
_PLAIN = re.compile(r"[\w.]+")
SURROUNDINGS = 3
"""Kinds of surroundings beyond which a word that was renamed is told by itself alone."""


def candidates(cluster: Cluster) -> Iterator[Rewrite]:
    """Yield rewrites, those first that ask for the least beyond what was changed.

    Each word around the narrowest place counts as one thing more, so does it to name the kinds that
    a metavariable may stand for, and to name the very texts counts as two.
    """
    found = list({(one.pattern, one.fix): one for one in _generals(cluster)}.values())
    asked = [entry for one in found for entry in _constrained(cluster, one)]
    least = min((len(rewrite.words) for _, rewrite in asked), default=0)
    asked.sort(key=lambda entry: entry[0] + len(entry[1].words) - least)
    yield from (rewrite for _, rewrite in asked)


def _constrained(cluster: Cluster, one: General) -> Iterator[tuple[int, Rewrite]]:
    """Yield a rewrite without and with constraints, and what these count."""
    plain = Rewrite(language=cluster.language, pattern=one.pattern, fix=one.fix)
    yield 0, plain
    if one.values:
        yield 1, replace(plain, kinds=dict(one.kinds))
    if one.values and all(map(_is_choice, one.values.values())):
        yield 2, replace(plain, values=dict(one.values))


def by_word(cluster: Cluster) -> Rewrite | None:
    """Return the rewrite of a renaming wherever the word stands; None for other clusters."""
    if cluster.word is None:
        return None
    kind, old, new = cluster.word
    return Rewrite(language=cluster.language, kind=kind, text=old, fix=new)


def parts_of(cluster: Cluster) -> list[Cluster]:
    """Return the clusters that need a rewrite each; none where surroundings say too little."""
    parts = cluster.by_surroundings()
    if cluster.word is None:
        return parts
    few = any(len(part.tasks) < FEW for part in parts)
    return [] if few or len(parts) > SURROUNDINGS else parts


def _generals(cluster: Cluster) -> Iterator[General]:
    deepest = min(len(unit.levels) for unit in cluster.units)
    for level in range(deepest):
        pairs: dict[tuple[str, str], Pair] = {}
        for unit in cluster.units:
            old, new = unit.levels[level]
            pairs.setdefault((old.text, new.text), (old, new))
        if len({old.kind for old, _ in pairs.values()}) > 1:
            return
        for lead in LEADS:
            general = generalise(list(pairs.values())[:MOST_PAIRS], lead)
            if general and max(len(general.pattern), len(general.fix)) <= LONGEST:
                yield general


def _is_choice(values: tuple[str, ...]) -> bool:
    """Say whether texts are few enough, and plain enough, to be all that is meant."""
    return len(values) <= MOST_VALUES and all(
        len(value) <= LONGEST_VALUE and _PLAIN.fullmatch(value) for value in values
    )
