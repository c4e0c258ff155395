"""The landings that are over: what landed, what came back and why, and how long they take."""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

from orchestrator.application.timeline import LandingSpan
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.landing.row import LandingRow, LandingState, task_row
from orchestrator.domain.counting import many
from orchestrator.domain.durations import taking
from orchestrator.domain.events import LandingEnded

OBSERVED = 500
"""From how many of the last landings a median is taken, at most."""


def past(look: Look) -> tuple[str, str]:
    """Return what has come of all landings in a few words, and how long they take."""
    ends = [span.end for span in look.timeline.landings if span.end is not None]
    landed = sum(len(end.landed) for end in ends)
    back = sum(len(end.sent_back) for end in ends)
    said = f"{many(landed, 'task')} in {many(len(ends), 'landing')}"
    usual = usual_s(look)
    takes = f"the median takes {taking(usual)}" if usual is not None else ""
    return f"{said}, {back} back" if back else said, takes


def usual_s(look: Look) -> float | None:
    """Return the median of how long the last landings took, in seconds; None before the first."""
    spans = look.timeline.landings[-OBSERVED:]
    took = [span.ended - span.began for span in spans if span.end and span.ended is not None]
    return median(took) if took else None


def landing(look: Look, at: str) -> LandingRow:
    """Return the line of a landing, by its place among all."""
    span = look.timeline.landings[int(at)]
    alone = task_row(look, span.tasks[0], "landed", "") if len(span.tasks) == 1 else None
    return LandingRow(
        state=_ended(span),
        what=alone.what if alone else _batch_of(span),
        agent=alone.agent if alone else "",
        lines=alone.lines if alone else None,
        at=span.ended,
        seconds=(span.ended or span.began) - span.began,
        why="; ".join(_why(look, span)),
        task=alone.task if alone else "",
    )


def _ended(span: LandingSpan) -> LandingState:
    if span.end is None:
        return "cut off"
    return "sent back" if span.end.sent_back else "landed"


def _batch_of(span: LandingSpan) -> str:
    if span.end is None:
        return f"batch {span.batch}: {many(len(span.tasks), 'task')}"
    landed, back = len(span.end.landed), len(span.end.sent_back)
    return f"batch {span.batch}: {landed} landed" + (f", {back} back" if back else "")


def _why(look: Look, span: LandingSpan) -> Iterator[str]:
    """Yield what came back and why; else what the checks said."""
    if span.end is None:
        yield "the process that landed it was stopped or died"
        return
    for back in span.end.sent_back:
        title = f"{look.run.by_id[back.task].title}: " if len(span.tasks) > 1 else ""
        yield f"{title}{back.reason}"
    if span.end.unseen:
        yield "what its checks said is lost with its process"
    elif not span.end.sent_back and (names := checks_of(span.end)):
        yield f"green: {names}"


def one_of(look: Look, about: str) -> LandingRow:
    """Return the line of a task that a landing was about: `place:task`."""
    at, _, task = about.partition(":")
    end = look.timeline.landings[int(at)].end
    landed = {one.task for one in end.landed} if end else set()
    back = {one.task: one.reason for one in end.sent_back} if end else {}
    if task in landed:
        return replace(task_row(look, task, "landed", ""), seconds=None)
    state: LandingState = "sent back" if task in back else "cut off" if end is None else "queued"
    why = back.get(task, "stayed in the queue" if end else "")
    return replace(task_row(look, task, state, why), seconds=None)


def checks_of(end: LandingEnded) -> str:
    """Return the names of the checks that a landing ran, empty where nobody knows."""
    checks = end.checks or (end.landed[-1].checks if end.landed else ())
    return ", ".join(one.check for one in checks)
