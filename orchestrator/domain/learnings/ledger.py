"""All learnings of a run and how they stand; changed by the fold alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from orchestrator.domain.learnings.learning import Learning, Source
from orchestrator.domain.learnings.life import TOLD
from orchestrator.domain.learnings.message import Message
from orchestrator.domain.learnings.standing import LearningStatus, Standing

MOST_SIGNATURES = 5000
"""How many signatures are counted: a run with more kinds of failure learns nothing from counts."""


@dataclass(frozen=True, slots=True)
class Met:
    """How many attempts failed with one signature, and the tokens that they used."""

    attempts: int = 0
    tokens: int = 0


class Ledger:
    """Standings by id, in order of arrival, and the messages that were sent.

    `changed` has the ids whose standing has changed since somebody emptied it. `open` are those
    that attempts may be told, `signed` the ids by signature. `offers` counts what each attempt has
    offered, `known` what came in from each source. `given` has the ids that attempts under way were
    given, by their token, `trying` how many attempts under way each was given to. `judged` counts
    the attempts that were judged, `met` those that failed, by signature.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.standings: dict[str, Standing] = {}
        self.messages: list[Message] = []
        self.changed: set[str] = set()
        self.open: dict[str, None] = {}
        self.signed: dict[str, list[str]] = {}
        self.offers: Counter[tuple[str, str, int, Source]] = Counter()
        self.known: Counter[Source] = Counter()
        self.given: dict[str, tuple[str, ...]] = {}
        self.trying: Counter[str] = Counter()
        self.judged = 0
        self.met: dict[str, Met] = {}

    def __iter__(self) -> Iterator[Standing]:
        """Go through all standings."""
        return iter(self.standings.values())

    def add(self, learning: Learning, *, suspicion: str) -> None:
        """Take in a new learning, out of everybody's sight where something speaks against it."""
        status: LearningStatus = "quarantined" if suspicion else "candidate"
        self.known[learning.provenance.source] += 1
        self.signed.setdefault(learning.signature, []).append(learning.id)
        self.put(Standing(learning=learning, status=status, reason=suspicion))

    def see_again(self, name: str) -> None:
        """Note that a learning was offered once more."""
        old = self.standings[name]
        self.put(replace(old, seen=old.seen + 1))

    def put(self, standing: Standing) -> None:
        """Have a standing in the place of the one before."""
        name = standing.learning.id
        self.standings[name] = replace(standing, revision=standing.revision + 1)
        self.changed.add(name)
        if standing.status in TOLD:
            self.open[name] = None
        else:
            self.open.pop(name, None)

    def count_offer(self, learning: Learning) -> None:
        """Count one more offer of an attempt."""
        self.offers[offer_of(learning)] += 1

    def give(self, token: str, names: Iterable[str]) -> None:
        """Note what an attempt is given, whose outcome is not known yet."""
        given = tuple(names)
        if given:
            self.given[token] = given
            self.trying.update(given)

    def take_back(self, token: str) -> None:
        """Note that an attempt is over."""
        self.trying.subtract(self.given.pop(token, ()))

    def forget_attempts(self) -> None:
        """Note that all attempts under way are lost."""
        self.given.clear()
        self.trying.clear()

    def count(self, signatures: Iterable[str], tokens: int) -> None:
        """Note that an attempt was judged, and the failures that it met."""
        self.judged += 1
        for sign in signatures:
            old = self.met.get(sign)
            if old is not None or len(self.met) < MOST_SIGNATURES:
                old = old or Met()
                self.met[sign] = Met(old.attempts + 1, old.tokens + tokens)


def offer_of(learning: Learning) -> tuple[str, str, int, Source]:
    """Return who offers a learning: offers are counted by this."""
    origin = learning.provenance
    return (origin.run, origin.task, origin.attempt, origin.source)
