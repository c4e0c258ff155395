"""A run followed line by line, where there is no screen to draw on."""

import sys
import time
from contextlib import suppress

from orchestrator.application.glyphs import RUN_GLYPHS
from orchestrator.application.report import counted
from orchestrator.application.watching.follow import Look
from orchestrator.application.watching.headline import headline
from orchestrator.application.watching.watched import Reading, Watched
from orchestrator.cli.progress import Show, Style, showing
from orchestrator.domain.visible import on_one_line

LOOK_S = 0.25
"""How often the journal is looked at while nothing happens, in seconds."""
AT_ONCE = 2_000


def follow(there: Watched, *, as_json: bool) -> None:
    """Print what happens until nobody works on the run any more, or Ctrl-C.

    With `as_json` that is all that ever happened; else where the run stands, and what comes then.
    """
    style: Style = "json" if as_json else "lines"
    with suppress(KeyboardInterrupt), there.reading() as reading, showing(style) as show:
        look = Look(reading.plan, reading.policy)
        goes_on = there.busy()  # asked first: the end is told unless it was there to begin with
        if not as_json:
            _catch_up(look, reading)
            _tell(look, there)
        _go_along(look, reading, there, show)
        if goes_on and not as_json:
            _tell(look, there)


def _catch_up(look: Look, reading: Reading) -> None:
    while recorded := reading.news(look.sequence, AT_ONCE):
        look.take_in(recorded)


def _go_along(look: Look, reading: Reading, there: Watched, show: Show) -> None:
    """Show each event with the run as it was then."""
    while True:
        alive = there.busy()  # asked first: what a process records before it ends is read below
        recorded = reading.news(look.sequence, AT_ONCE)
        for entry in recorded:
            look.take_in([entry])
            show(look.run, [entry])
        if recorded:
            continue
        if not alive:
            return
        time.sleep(LOOK_S)


def _tell(look: Look, there: Watched) -> None:
    look.alive, look.now = there.busy(), there.now()
    told = headline(look)
    why = f": {told.reason}" if told.reason else ""
    line = f"{RUN_GLYPHS[told.state]} {told.state} {told.run or there.name}{why}"
    counts = f"{told.over}/{told.tasks} tasks over: {counted(look.run)}"
    print(on_one_line(f"{line}; {counts}"), file=sys.stderr, flush=True)
