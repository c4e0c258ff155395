"""The learnings of a run as documents, and how each came to stand as it does."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from orchestrator.application.learnings.changes import Change
from orchestrator.domain.events import AttemptEnded, CommandAccepted, LearningAdded
from orchestrator.domain.learnings.spared import METHOD, benefit
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.run import Run


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
        "clean": said.clean,
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
        "told": standing.told,
        "helpful": standing.helpful,
        "harmful": standing.harmful,
        "clean": standing.clean,
        "credit": standing.credit,
        "seen": standing.seen,
    }


def history(changes: Iterable[Change], name: str) -> Iterator[Happening]:
    """Yield what changed how the learning called `name` stands, the oldest first."""
    for one in changes:
        if one.now.learning.id == name:
            yield Happening(one.entry.at, _said(one), one.now)


def _said(change: Change) -> str:
    event, before, now = change.entry.event, change.before, change.now
    moved = f" → {now.status}" if before is None or before.status != now.status else ""
    if isinstance(event, AttemptEnded):
        result = event.result
        vote = "says nothing" if change.vote == "none" else change.vote
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
