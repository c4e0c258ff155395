"""What the merge queue does: the batch under check, what waits to land, and what landed last."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal, TypeAlias

from orchestrator.application.timeline import LandingSpan
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.headline import rate
from orchestrator.application.watching.search import Search
from orchestrator.domain.counting import many
from orchestrator.domain.durations import lasting, taking
from orchestrator.domain.events import LandingEnded

LandingState: TypeAlias = Literal[
    "checking", "green", "red", "suspect", "queued", "landed", "sent back", "cut off"
]
"""How a task of a batch, one in the queue, or a landing stands; `cut off`: its process died."""
LANDING_GLYPHS: Mapping[LandingState, str] = {
    "checking": "◑",
    "green": "✓",
    "red": "✗",
    "suspect": "?",
    "queued": "◕",
    "landed": "✓",
    "sent back": "↩",
    "cut off": "■",
}
OBSERVED = 500
"""From how many of the last landings a median is taken, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingRow:
    """One line. A `head` stands above others and has a word for a `state`.

    `at` is when it happened, in seconds since the epoch; `seconds` is how long it took, or has been
    waited for. `task` is empty where the line is about several.
    """

    what: str
    state: LandingState | None = None
    head: str = ""
    agent: str = ""
    lines: int | None = None
    at: float | None = None
    seconds: float | None = None
    why: str = ""
    task: str = ""


class Landings:
    """The lines of one run's merge queue; it belongs to one thread, as the look does."""

    def __init__(self) -> None:
        """Begin with all landings folded."""
        self._look: Look | None = None
        self._sequence = -1
        self._unfolded: set[int] = set()
        self._past = ("", "")
        self.keys: tuple[str, ...] = ()

    def look(self, look: Look) -> None:
        """Take in what is known now."""
        if look is self._look and look.sequence == self._sequence:
            return
        self._look, self._sequence = look, look.sequence
        self._past = past(look)
        self.keys = tuple(_keys(look, self._unfolded))

    def unfold(self, key: str) -> None:
        """Show the tasks of a landing below it, or leave them out again."""
        self._unfolded ^= {int(key.partition(":")[2])}
        if self._look is not None:
            self.keys = tuple(_keys(self._look, self._unfolded))

    def row(self, key: str) -> LandingRow:
        """Return a line."""
        if self._look is None:
            raise KeyError(key)
        kind, _, about = key.partition(":")
        if kind == "past":
            return LandingRow(head="landed", what=self._past[0], why=self._past[1])
        return _ROWS[kind](self._look, about)


def _keys(look: Look, unfolded: Collection[int]) -> Iterator[str]:
    run = look.run
    if run.landing is not None:
        yield "batch"
        yield from (f"under:{task}" for task in run.landing.tasks)
    if run.checking_head or run.red_head:
        yield "whole"
    yield "queue"
    yield from (f"waits:{task}" for task in waiting(look))
    landings = look.timeline.landings
    over = [at for at, span in enumerate(landings) if span.ended is not None]
    if over:
        yield "past"
    for at in reversed(over):
        yield f"landing:{at}"
        if at in unfolded:
            yield from (f"of:{at}:{task}" for task in landings[at].tasks)


def waiting(look: Look) -> Sequence[str]:
    """Return the tasks that wait to land, in order, but for those under check."""
    batch = frozenset(look.run.landing.tasks if look.run.landing else ())
    return [task for task in look.run.queue if task not in batch]


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


# -- what is under check ----------------------------------------------------------------------


def _batch(look: Look, _: str) -> LandingRow:
    landing = look.run.landing
    if landing is None:
        return LandingRow(head="check", what="nothing is under check")
    span = look.timeline.landing
    return LandingRow(
        head="check",
        what=f"batch {landing.batch}: {many(len(landing.tasks), 'task')}",
        seconds=look.now - span.began if span else None,
        why=Search.of(look).said or _checks_run(look),
    )


def _checks_run(look: Look) -> str:
    """Return which checks probably run: those of the landing before."""
    ends = (span.end for span in reversed(look.timeline.landings) if span.end is not None)
    names = next((_checks_of(end) for end in ends if end.landed), "")
    return f"runs {names}" if names else "its checks run"


def _checks_of(end: LandingEnded) -> str:
    checks = end.checks or (end.landed[-1].checks if end.landed else ())
    return ", ".join(one.check for one in checks)


def _under(look: Look, task: str) -> LandingRow:
    found = Search.of(look)
    return _task(look, task, found.states.get(task, "checking"), found.places.get(task, ""))


def _waits(look: Look, task: str) -> LandingRow:
    back = look.signs.sent_back.get(task)
    again = f"was sent back: {back[1]}" if back else ""
    return _task(look, task, "queued", again)


def _task(look: Look, task: str, state: LandingState, why: str) -> LandingRow:
    latest = look.timeline.latest(task)
    since = latest.ended if latest else None
    return LandingRow(
        state=state,
        what=look.run.by_id[task].title,
        agent=latest.agent if latest else look.run.agent_of(task),
        lines=latest.result.changed_lines if latest and latest.result else None,
        seconds=look.now - since if since is not None else None,
        why=why,
        task=task,
    )


def _whole(look: Look, _: str) -> LandingRow:
    since = look.timeline.head_check
    if look.run.checking_head:
        took = look.now - since if since is not None else None
        what = "all checks look at the branch as a whole"
        return LandingRow(head="head", state="checking", what=what, seconds=took)
    red = look.signs.red
    return LandingRow(
        head="head",
        state="red",
        what="the integration branch is red",
        seconds=look.now - red if red is not None else None,
        why=look.run.red_head,
    )


def _queue(look: Look, _: str) -> LandingRow:
    wait = waiting(look)
    if not wait:
        none_yet = look.run.landing is None and not look.timeline.landings
        what = "nothing has been accepted yet" if none_yet else "nothing else waits to land"
        return LandingRow(head="queue", what=what)
    fast = rate(look.timeline, look.now)
    why = ""
    if fast:
        why = f"{fast:.1f} land a minute, so about {lasting(60 * len(wait) / fast)} for all"
    return LandingRow(head="queue", what=f"{many(len(wait), 'task')} to land, in order", why=why)


# -- what has landed --------------------------------------------------------------------------


def _landing(look: Look, at: str) -> LandingRow:
    span = look.timeline.landings[int(at)]
    alone = _task(look, span.tasks[0], "landed", "") if len(span.tasks) == 1 else None
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
    elif not span.end.sent_back and (names := _checks_of(span.end)):
        yield f"green: {names}"


def _of(look: Look, about: str) -> LandingRow:
    at, _, task = about.partition(":")
    end = look.timeline.landings[int(at)].end
    landed = {one.task for one in end.landed} if end else set()
    back = {one.task: one.reason for one in end.sent_back} if end else {}
    if task in landed:
        return replace(_task(look, task, "landed", ""), seconds=None)
    state: LandingState = "sent back" if task in back else "cut off" if end is None else "queued"
    why = back.get(task, "stayed in the queue" if end else "")
    return replace(_task(look, task, state, why), seconds=None)


_ROWS: Mapping[str, Callable[[Look, str], LandingRow]] = {
    "batch": _batch,
    "under": _under,
    "whole": _whole,
    "queue": _queue,
    "waits": _waits,
    "landing": _landing,
    "of": _of,
}
