"""Learnings for tests, made the short way."""

from collections.abc import Mapping
from typing import Any

from orchestrator.domain.learnings.admission import admitted
from orchestrator.domain.learnings.learning import Learning, Provenance, Scope, Source
from orchestrator.domain.learnings.ledger import Ledger
from orchestrator.domain.learnings.standing import LearningStatus, Standing

SIGN = "types: no-untyped-def Function is missing a type annotation"
"""The signature of a failure."""

MOVES: Mapping[LearningStatus, frozenset[LearningStatus]] = {
    "candidate": frozenset({"trusted", "retired"}),
    "trusted": frozenset({"retired"}),
    "retired": frozenset({"trusted"}),
    "quarantined": frozenset({"trusted", "retired"}),
}
"""Nothing becomes a candidate again; only a person brings back what is retired or quarantined."""


def lesson(  # noqa: PLR0913 - what a learning may say
    text: str = "annotate every parameter",
    signature: str = SIGN,
    *,
    source: Source = "agent",
    run: str = "",
    task: str = "elsewhere",
    attempt: int = 1,
    paths: tuple[str, ...] = (),
    **more: Any,
) -> Learning:
    """Return a learning."""
    return Learning(
        kind="fix",
        text=text,
        signature=signature,
        scope=more.pop("scope", Scope(paths=paths)),
        provenance=Provenance(source=source, run=run, task=task, attempt=attempt),
        **more,
    )


def of_verdict(text: str, *paths: str, **more: Any) -> Learning:
    """Return a learning that a verdict has made, with a signature of its own."""
    provenance = Provenance(source="verdict", run="r", task="t", attempt=2, commit="c" * 40)
    said = {"kind": "fix", "signature": f"tests: {text}", "provenance": provenance, **more}
    return Learning(text=text, scope=Scope(paths=paths), **said)


def proven(text: str, *paths: str, **counts: Any) -> Standing:
    """Return one that was trusted and has helped once, unless `counts` say otherwise."""
    said = {"status": "trusted", "helpful": 1, **counts}
    return Standing(learning=of_verdict(text, *paths), **said)


def add(ledger: Ledger, learning: Learning) -> str:
    """Have a ledger admit a learning as the fold would, and return its id, or that of its like."""
    event = admitted(ledger, learning)
    assert event is not None
    ledger.count_offer(event.learning)
    if event.same_as:
        ledger.see_again(event.same_as)
    else:
        ledger.add(event.learning, suspicion=event.suspicion)
    return event.same_as or event.learning.id
