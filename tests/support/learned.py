"""Learnings and their standings, made the short way."""

from orchestrator.domain.learnings.learning import Learning, Provenance, Scope
from orchestrator.domain.learnings.standing import Standing


def lesson(text: str, *paths: str, **more: object) -> Learning:
    """Return a lesson that a verdict has made."""
    provenance = Provenance(source="verdict", run="r", task="t", attempt=2, commit="c" * 40)
    said = {"kind": "fix", "signature": f"tests: {text}", "provenance": provenance, **more}
    return Learning(text=text, scope=Scope(paths=paths), **said)  # type: ignore[arg-type]


def proven(text: str, *paths: str, **counts: object) -> Standing:
    """Return a lesson that was trusted and has helped once, unless `counts` say otherwise."""
    said = {"status": "trusted", "helpful": 1, **counts}
    return Standing(learning=lesson(text, *paths), **said)  # type: ignore[arg-type]
