"""What a run has learnt, as documents, and how it came to be so: the journal is the only source."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from orchestrator.domain.events import AttemptEnded, CommandAccepted, Event, LearningAdded
from orchestrator.domain.fold import apply
from orchestrator.domain.learnings.spared import METHOD, benefit
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded

COUNTERS = ("told", "helpful", "harmful", "clean")


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that changed how a learning stands, and how it stood then.

    `at` is in seconds since the epoch, `what` a line for people.
    """

    at: float
    what: str
    standing: Standing


def learnings_document(run: Run) -> dict[str, object]:
    """Return the part of `leafcut status --json` about learnings.

    `spared` is an estimate; `method` names how it is made (docs/architecture.md says more).
    """
    said = benefit(run.ledger)
    return {
        "strategy": run.policy.learnings.strategy,
        "known": sum(said.counts.values()),
        "trusted": said.counts["trusted"],
        "candidates": said.counts["candidate"],
        "quarantined": said.counts["quarantined"],
        "retired": said.counts["retired"],
        "used": said.used,
        "told": said.told,
        "helped": said.helped,
        "hurt": said.hurt,
        "spared": {"retries": said.retries, "tokens": said.tokens, "method": METHOD},
    }


def standing_document(standing: Standing) -> dict[str, object]:
    """Return a learning and how it stands, with all that is known of it."""
    learning = standing.learning
    return {
        "id": learning.id,
        "status": standing.status,
        "reason": standing.reason,
        "kind": learning.kind,
        "text": learning.text,
        "signature": learning.signature,
        "scope": asdict(learning.scope),
        "reach": learning.reach,
        "expires_at": learning.expires_at,
        "source": asdict(learning.provenance),
        **{counter: getattr(standing, counter) for counter in COUNTERS},
        "credit": standing.credit,
        "seen": standing.seen,
    }


def source(standing: Standing) -> str:
    """Return who a learning is from, in words."""
    origin = standing.learning.provenance
    task = f" at {origin.task}" if origin.task else ""
    number = f" #{origin.attempt}" if origin.attempt else ""
    return f"{origin.source}{f' {origin.who}' if origin.who else ''}{task}{number}"


def history(run: Run, recorded: Iterable[Recorded], name: str) -> Iterator[Happening]:
    """Yield what changed how a learning stands; `run` is one that no event has reached yet."""
    before = None
    for entry in recorded:
        apply(run, entry.event)
        now = run.ledger.standings.get(name)
        if now is not None and now != before:
            yield Happening(entry.at, _said(entry.event, before, now), now)
        before = now


def _said(event: Event, before: Standing | None, now: Standing) -> str:
    moved = f" → {now.status}" if before is None or before.status != now.status else ""
    if isinstance(event, AttemptEnded):
        result = event.result
        votes = [
            counter
            for counter in COUNTERS[1:]
            if before is not None and getattr(before, counter) < getattr(now, counter)
        ]
        vote = votes[0] if votes else "says nothing"
        return f"{result.outcome} {result.task} #{result.number}: {vote}{moved}"
    if isinstance(event, CommandAccepted):
        why = f": {event.reason}" if event.reason else ""
        return f"{event.action.replace('_', ' ')} by {event.who}{why}{moved}"
    if isinstance(event, LearningAdded):
        again = "offered again" if before is not None else "offered"
        origin = event.learning.provenance
        who = " ".join(filter(None, (origin.source, origin.who, origin.task)))
        return f"{again} by {who}{moved}"
    return f"{event.event}{moved}"
