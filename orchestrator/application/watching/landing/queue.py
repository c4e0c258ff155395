"""What the merge queue does: the batch under check, what waits to land, and what landed last."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.headline import rate
from orchestrator.application.watching.landing import landed
from orchestrator.application.watching.landing.row import LandingRow, task_row
from orchestrator.application.watching.landing.search import Search
from orchestrator.domain.counting import many
from orchestrator.domain.durations import lasting


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
        self._past = landed.past(look)
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
    names = next((landed.checks_of(end) for end in ends if end.landed), "")
    return f"runs {names}" if names else "its checks run"


def _under(look: Look, task: str) -> LandingRow:
    found = Search.of(look)
    return task_row(look, task, found.states.get(task, "checking"), found.places.get(task, ""))


def _waits(look: Look, task: str) -> LandingRow:
    back = look.signs.sent_back.get(task)
    again = f"was sent back: {back[1]}" if back else ""
    return task_row(look, task, "queued", again)


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


_ROWS: Mapping[str, Callable[[Look, str], LandingRow]] = {
    "batch": _batch,
    "under": _under,
    "whole": _whole,
    "queue": _queue,
    "waits": _waits,
    "landing": landed.landing,
    "of": landed.one_of,
}
