"""The lessons that an attempt's own verdicts make, as learnings to be offered."""

from collections.abc import Sequence

from orchestrator.application.redaction import spotless
from orchestrator.application.workshop import Workshop
from orchestrator.domain.attempt import AttemptResult, AttemptSpec
from orchestrator.domain.learnings.learning import LONGEST_TEXT, Learning, Provenance
from orchestrator.domain.learnings.notebook import notebooks
from orchestrator.domain.learnings.verdicts import Lesson, Rejection, lessons
from orchestrator.domain.shortening import bounded


def lessons_of(
    spec: AttemptSpec, result: AttemptResult, verified: Sequence[Rejection], shop: Workshop
) -> tuple[Learning, ...]:
    """Return what an accepted attempt teaches about the failures that came before.

    Those are what rejected the attempt before and what `verified` has: the verdicts that the desk
    gave meanwhile, the oldest first.
    """
    if result.outcome != "accepted" or result.commit is None or not shop.learnings.from_verdicts:
        return ()
    earlier = (
        [Rejection(verdict=spec.last_verdict, commit=spec.rejected)]
        if spec.last_verdict and spec.rejected
        else []
    )
    changed = sorted({*result.files, *spec.task.files} - {*notebooks(shop.learnings)})
    found = lessons([*earlier, *verified], result.commit, changed, shop.repository.read)
    made = (_learning(one, spec, result.commit, shop) for one in found)
    return tuple(one for one in made if one.text)


def _learning(lesson: Lesson, spec: AttemptSpec, commit: str, shop: Workshop) -> Learning:
    return Learning(
        kind="fix",
        text=bounded(spotless(lesson.text, shop.redact), LONGEST_TEXT),
        signature=spotless(lesson.signature, shop.redact),
        scope=lesson.scope,
        reach=shop.learnings.scope,
        provenance=Provenance(
            source="verdict",
            run=spec.run,
            who=spec.agent,
            task=spec.task.id,
            attempt=spec.number,
            commit=commit,
        ),
    )
