"""What the learnings of a run were good for: counted where it can be, estimated where it cannot."""

from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import LearningStatus, Standing

METHOD = "failure rate of the untold"
"""The method's name, for reports.

For each trusted learning about a failure: the share of attempts failing so among those that were
not told it, times the attempts that were told, less those of them that failed so all the same. Of
several about one failure the one that spared most counts. Tokens are the mean of what the attempts
that failed so used, for each retry that was spared. Where nobody went untold, nothing is said.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """Learnings by status, what attempts made of them, and what was likely spared.

    `used` counts the learnings that any attempt was told, `told` how often that was, `helped` and
    `hurt` the attempts that got over their failure, and that did not, `clean` those that never met
    it.
    """

    counts: dict[LearningStatus, int]
    used: int = 0
    told: int = 0
    helped: int = 0
    hurt: int = 0
    clean: int = 0
    retries: float = 0.0
    tokens: int = 0


def benefit(ledger: Ledger) -> Benefit:
    """Return what a run's learnings were good for so far."""
    counts: dict[LearningStatus, int] = dict.fromkeys(
        ("trusted", "candidate", "quarantined", "retired"), 0
    )
    for standing in ledger:
        counts[standing.status] += 1
    spared = _spared(ledger)
    return Benefit(
        counts=counts,
        used=sum(standing.told > 0 for standing in ledger),
        told=sum(standing.told for standing in ledger),
        helped=sum(standing.helpful for standing in ledger),
        hurt=sum(standing.harmful for standing in ledger),
        clean=sum(standing.clean for standing in ledger),
        retries=round(sum(spared.values(), 0.0), 1),
        tokens=round(sum(_tokens(ledger, sign) * count for sign, count in spared.items())),
    )


def _spared(ledger: Ledger) -> dict[str, float]:
    """Return by signature how many failed attempts were likely spared."""
    most: dict[str, float] = {}
    for standing in _trusted(ledger):
        sign = standing.learning.signature
        most[sign] = max(most.get(sign, 0.0), _by(standing, ledger))
    return most


def _trusted(ledger: Iterable[Standing]) -> Iterable[Standing]:
    return (one for one in ledger if one.status == "trusted" and one.learning.signature)


def _by(standing: Standing, ledger: Ledger) -> float:
    met = ledger.met.get(standing.learning.signature)
    untold = ledger.judged - standing.told
    if met is None or untold <= 0:
        return 0.0
    failed_untold = max(0, met.attempts - standing.harmful)
    expected = failed_untold / untold * standing.told
    return max(0.0, expected - standing.harmful)


def _tokens(ledger: Ledger, sign: str) -> float:
    met = ledger.met.get(sign)
    return met.tokens / met.attempts if met else 0.0
