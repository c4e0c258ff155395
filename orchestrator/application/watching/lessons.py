"""The learnings of a run, for people: those that need a person first, and all that is known of one.

What verdicts make of them is the domain's to say; here is only told how they stand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestrator.application.timeline import AttemptSpan
from orchestrator.application.watching.follow import Look
from orchestrator.domain.attempt import AttemptOutcome
from orchestrator.domain.counting import many
from orchestrator.domain.learnings.learning import LAST
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import LearningStatus, Standing

LEARNING_GLYPHS: Mapping[LearningStatus, str] = {
    "trusted": "✓",
    "candidate": "○",
    "quarantined": "⚠",
    "retired": "✗",
}
"""In the order in which the command line lists them."""
_RANKS: Mapping[LearningStatus, int] = {
    "quarantined": 0,
    "candidate": 1,
    "trusted": 1,
    "retired": 2,
}
"""What a person wants to see first: what waits for one, then what is told, then the rest."""


def ordered(ledger: Ledger, words: str = "") -> list[str]:
    """Return the ids of those that have all the words: the ones to look at first, newest first."""
    asked = words.lower().split()
    found = [one for one in ledger if not asked or _reads(one, asked)]
    found.reverse()
    return [one.learning.id for one in sorted(found, key=lambda one: _RANKS[one.status])]


def _reads(standing: Standing, words: Sequence[str]) -> bool:
    learning = standing.learning
    origin = learning.provenance
    text = " ".join(
        (
            *(learning.id, standing.status, learning.kind, learning.text, standing.reason),
            *(origin.source, origin.who, origin.task, learning.signature),
            *learning.scope.paths,
        )
    ).lower()
    return all(word in text for word in words)


def source(standing: Standing) -> str:
    """Return who a learning is from, in a few words."""
    origin = standing.learning.provenance
    return " ".join(filter(None, (origin.source, origin.who)))


def facts(standing: Standing) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield all that is known of a learning: a word, and lines for it; none where there are none.

    They are as they were written: whoever shows them makes them safe to show.
    """
    learning, scope = standing.learning, standing.learning.scope
    yield "says", learning.text.splitlines()
    yield "kind", (learning.kind,)
    yield "about", (learning.signature or "no failure in particular",)
    yield "from", (_whence(standing),)
    yield "commit", _given(learning.provenance.commit)
    yield "files", (", ".join(scope.paths) or "all",)
    yield "language", _given(scope.language)
    yield "reach", (learning.reach,)
    yield "expires", _given(_moment(learning.expires_at))
    yield "offered", (f"{standing.seen} times" if standing.seen > 1 else "once",)
    counts = f"{standing.helpful} helped, {standing.harmful} hurt, {standing.clean} clean"
    yield "told", (f"{many(standing.told, 'attempt')}: {counts} (never met it)",)


def _given(text: str) -> Sequence[str]:
    return (text,) if text else ()


def _whence(standing: Standing) -> str:
    origin = standing.learning.provenance
    task = f" at {origin.task}" if origin.task else ""
    number = f" #{origin.attempt}" if origin.attempt else ""
    return f"{source(standing)}{task}{number}"


def _moment(at: float | None) -> str:
    if at is None or not 0 <= at <= LAST:
        return ""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Told:
    """An attempt that was told a learning, and how it ended; no outcome while it goes on."""

    task: str
    number: int
    outcome: AttemptOutcome | None
    reason: str


def told(look: Look, name: str) -> list[Told]:
    """Return the attempts that were told a learning, the latest first."""
    given = {token for token, names in look.run.ledger.given.items() if name in names}
    return [
        _heard(span) for span in reversed(look.timeline.attempts) if _was_told(span, name, given)
    ]


def _was_told(span: AttemptSpan, name: str, given: set[str]) -> bool:
    if span.result is not None:
        return name in span.result.learnings
    return span.ended is None and span.token in given


def _heard(span: AttemptSpan) -> Told:
    result = span.result
    if result is None:
        return Told(span.task, span.number, None, "")
    return Told(span.task, span.number, result.outcome, result.reason)
