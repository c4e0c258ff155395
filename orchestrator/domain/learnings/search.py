"""What an agent that asks in the middle of its work is told of the learnings."""

from collections.abc import Iterable, Sequence

from orchestrator.domain.learnings.holding import holds
from orchestrator.domain.learnings.life import TOLD, harm, worth
from orchestrator.domain.learnings.likeness import aboutness
from orchestrator.domain.learnings.standing import Standing

MOST_FOUND = 5
"""How many learnings one answer has."""
LEAST = 50.0
"""How much of a query's words (0 to 100) a learning has at least."""
LONGEST_QUERY = 500
"""How many characters of a query are looked at."""


def found(
    standings: Iterable[Standing],
    query: str,
    signature: str,
    files: Sequence[str],
    now: float,
    *,
    playbook: str = "",
) -> tuple[Standing, ...]:
    """Return the few learnings about a failure or a question, the best first.

    Those with exactly the `signature` come first, then those that share most words with the query,
    all of them where nothing is asked; of equal ones as in `fitting`. `now` is in seconds since the
    epoch.
    """
    told = fitting(standings, files, now, playbook=playbook)
    scored = [(_score(one, query[:LONGEST_QUERY], signature), one) for one in told]
    scored.sort(key=lambda pair: -pair[0])
    return tuple(one for score, one in scored if score >= LEAST)[:MOST_FOUND]


def fitting(
    standings: Iterable[Standing], files: Sequence[str], now: float, *, playbook: str = ""
) -> list[Standing]:
    """Return the learnings that may be told about files, trusted ones before candidates.

    What is retired, quarantined, expired or about other files is left out. `now` is in seconds
    since the epoch.
    """
    told = (one for one in standings if one.status in TOLD)
    return sorted((one for one in told if holds(one.learning, files, playbook, now)), key=_order)


def _score(standing: Standing, query: str, signature: str) -> float:
    learning = standing.learning
    if signature and learning.signature == signature:
        return 1000.0
    asked = query or signature[:LONGEST_QUERY]
    return aboutness(asked, f"{learning.text} {learning.signature}") if asked else LEAST


def _order(standing: Standing) -> tuple[bool, int, str]:
    return (
        standing.status != "trusted",
        harm(standing) - worth(standing),
        standing.learning.id,
    )
