"""Learnings as people read them: a row, a page, Markdown to be kept elsewhere."""

from collections.abc import Iterator, Sequence

from orchestrator.application.watching.lessons import LEARNING_GLYPHS, facts
from orchestrator.domain.learnings.gist import gist
from orchestrator.domain.learnings.life import harm, worth
from orchestrator.domain.learnings.standing import Standing
from orchestrator.domain.markdown import block, code, plain
from orchestrator.domain.run import Run

GLYPHS = LEARNING_GLYPHS
"""In the order in which they are listed."""


def listed(run: Run, statuses: Sequence[str]) -> list[Standing]:
    """Return the learnings of a run, of some statuses or of all, the most useful first."""
    order = list(GLYPHS)
    found = [one for one in run.ledger if not statuses or one.status in statuses]
    return sorted(
        found, key=lambda one: (order.index(one.status), harm(one) - worth(one), one.learning.id)
    )


def rows(standing: Standing, width: int | None) -> Iterator[str]:
    """Yield how a learning stands, and below it why and what it says, clipped to `width`."""
    learning = standing.learning
    yield (
        f"{GLYPHS[standing.status]} {standing.status:<11} {learning.id}  "
        f"{learning.provenance.source:<7}  {_heard(standing)}"
    )
    for text in filter(None, (standing.reason, gist(learning.text))):
        said = f"{'':<14}{text}"
        yield said if width is None or len(said) <= width else f"{said[: width - 1]}…"


def _heard(standing: Standing) -> str:
    """Return how many attempts were told, and what came of it, without what never came."""
    counted = {"helped": standing.helpful, "hurt": standing.harmful, "clean": standing.clean}
    said = ", ".join(f"{count} {word}" for word, count in counted.items() if count)
    told = f"told {standing.told}" if standing.told else "told nobody yet"
    return f"{told}: {said}" if said else told


def page(standing: Standing) -> Iterator[str]:
    """Return all that is known of a learning, line by line."""
    why = f": {standing.reason}" if standing.reason else ""
    yield f"{GLYPHS[standing.status]} {standing.learning.id}  {standing.status}{why}"
    for word, lines in facts(standing):
        for at, line in enumerate(lines):
            if line:
                yield f"  {'' if at else word:<9} {line}"


def markdown(standings: Sequence[Standing], *, run: str, playbook: str) -> str:
    """Return a page; what a learning says stands in code, which nothing in it can leave."""
    lines = [f"# Learnings of run {plain(run)}, playbook {plain(playbook)}", ""]
    for standing in standings:
        learning = standing.learning
        words, _, change = learning.text.partition("\n")
        lines.append(f"- {code(words)} ({standing.status}, {learning.kind})")
        if change:
            lines += ["", *(f"  {line}" for line in block(change, "diff").splitlines()), ""]
        if learning.signature:
            lines.append(f"  - about: {code(learning.signature)}")
        if learning.scope.paths:
            lines.append(f"  - files: {', '.join(map(code, learning.scope.paths))}")
        lines.append(
            f"  - evidence: {standing.helpful} helped, {standing.harmful} hurt, "
            f"{standing.clean} never met it, of {standing.told} told; {learning.id}"
        )
    return "\n".join([*lines, ""])
