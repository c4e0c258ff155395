"""Learnings as people read them: a row, a page, Markdown to be kept elsewhere."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from orchestrator.domain.learnings.learning import LAST
from orchestrator.domain.learnings.life import harm, worth
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.markdown import code, plain
from orchestrator.domain.run import Run

GLYPHS = {"trusted": "✓", "candidate": "○", "quarantined": "⚠", "retired": "✗"}
"""In the order in which they are listed."""


def listed(run: Run, statuses: Sequence[str]) -> list[Standing]:
    """Return the learnings of a run, of some statuses or of all, the most useful first."""
    order = list(GLYPHS)
    found = [one for one in run.ledger if not statuses or one.status in statuses]
    return sorted(
        found, key=lambda one: (order.index(one.status), harm(one) - worth(one), one.learning.id)
    )


def row(standing: Standing) -> str:
    """Return one learning as one line."""
    counted = (
        f"told {standing.told:<3} +{standing.helpful} -{standing.harmful} clean {standing.clean}"
    )
    why = f"  ({standing.reason})" if standing.reason else ""
    return (
        f"{GLYPHS[standing.status]} {standing.status:<11} {standing.learning.id}  {counted:<24}  "
        f"{standing.learning.text}  [{_source(standing)}]{why}"
    )


def page(standing: Standing) -> Iterator[str]:
    """Return all that is known of a learning, line by line."""
    learning, scope = standing.learning, standing.learning.scope
    why = f": {standing.reason}" if standing.reason else ""
    yield f"{GLYPHS[standing.status]} {learning.id}  {standing.status}{why}"
    rows = {
        "says": learning.text,
        "kind": learning.kind,
        "about": learning.signature or "no failure in particular",
        "from": _source(standing),
        "commit": learning.provenance.commit,
        "files": ", ".join(scope.paths) or "all",
        "language": scope.language,
        "reach": learning.reach,
        "expires": _moment(learning.expires_at),
        "offered": f"{standing.seen} times" if standing.seen > 1 else "once",
        "told": f"{standing.told} attempts: {standing.helpful} helped, {standing.harmful} hurt, "
        f"{standing.clean} never met it",
    }
    for word, said in rows.items():
        if said:
            yield f"  {word:<9} {said}"


def _source(standing: Standing) -> str:
    """Return who a learning is from, in words."""
    origin = standing.learning.provenance
    task = f" at {origin.task}" if origin.task else ""
    number = f" #{origin.attempt}" if origin.attempt else ""
    return f"{origin.source}{f' {origin.who}' if origin.who else ''}{task}{number}"


def _moment(at: float | None) -> str:
    if at is None or not 0 <= at <= LAST:
        return ""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%Y-%m-%d %H:%M}"


def markdown(standings: Sequence[Standing], *, run: str, playbook: str) -> str:
    """Return a page; what a learning says stands in code spans, which nothing in it can leave."""
    lines = [f"# Learnings of run {plain(run)}, playbook {plain(playbook)}", ""]
    for standing in standings:
        learning = standing.learning
        lines.append(f"- {code(learning.text)} ({standing.status}, {learning.kind})")
        if learning.signature:
            lines.append(f"  - about: {code(learning.signature)}")
        if learning.scope.paths:
            lines.append(f"  - files: {', '.join(map(code, learning.scope.paths))}")
        lines.append(
            f"  - evidence: {standing.helpful} helped, {standing.harmful} hurt, "
            f"{standing.clean} never met it, of {standing.told} told; {learning.id}"
        )
    return "\n".join([*lines, ""])
