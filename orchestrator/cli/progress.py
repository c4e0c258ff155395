"""What a run shows while it goes on: a live bar on a terminal, plain lines or JSON elsewhere."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal, TextIO

from orchestrator.application.report import counts, exit_criteria
from orchestrator.domain.counting import many
from orchestrator.domain.events import (
    AttemptEnded,
    BaselineTaken,
    BaseUpdated,
    CommandAccepted,
    HeadChecked,
    LandingEnded,
    PlanChanged,
    PlaybookChanged,
    RunEnded,
    RunResumed,
    RunStarted,
    Unparked,
)
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.parking import moment, next_over
from orchestrator.domain.run import Run
from orchestrator.domain.visible import on_one_line
from orchestrator.ports.journal import Recorded

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Show = Callable[[Run, Sequence[Recorded]], None]
Style = Literal["live", "lines", "json"]

SHOWN_TASKS = 3
"""How many running tasks the live bar names."""


def style_for(*, as_json: bool, stream: TextIO) -> Style:
    """Choose how progress is shown; `stream` is where the talk goes."""
    if as_json:
        return "json"
    return "live" if stream.isatty() else "lines"


@contextmanager
def showing(style: Style) -> Iterator[Show]:
    """Give an observer for the engine that shows what happens."""
    if style == "json":
        yield _json_lines
    elif style == "lines":
        yield _plain_lines
    else:
        with _live() as show:
            yield show


def _json_lines(run: Run, recorded: Sequence[Recorded]) -> None:
    for entry in recorded:
        for document in _documents(run, entry):
            _print(json.dumps({"schema": 1, **document, "at": round(entry.at, 3)}))


def _print(line: str) -> None:
    """Print to whoever reads; a reader that has gone does not end the run."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _documents(run: Run, entry: Recorded) -> Iterator[dict[str, object]]:
    event = entry.event
    name = run.started.run if run.started else ""
    if isinstance(event, RunStarted | RunResumed):
        tasks = len(run.by_id)
        yield {"event": event.event, "run": name, "tasks": tasks, "base": run.base}
    elif isinstance(event, BaselineTaken):
        yield {"event": event.event, "residue": event.residue, "blind": list(event.blind)}
    elif isinstance(event, AttemptEnded):
        result = event.result
        yield {
            "event": event.event,
            "task": result.task,
            "attempt": result.number,
            "outcome": result.outcome,
            "reason": result.reason,
            "parked_until": result.retry_at,
        }
    elif isinstance(event, Unparked):
        yield {"event": event.event, "agent": event.agent}
    elif isinstance(event, LandingEnded | HeadChecked):
        yield from _head_documents(event)
    elif isinstance(event, PlanChanged | BaseUpdated):
        yield _plan_document(event)
    elif isinstance(event, CommandAccepted):
        yield _command_document(event)
    elif isinstance(event, RunEnded):
        yield {
            "event": "run_finished",
            "run": name,
            "state": event.state,
            "reason": event.reason,
            "checkpoint": event.checkpoint or None,
            "counts": counts(run),
            "exit_criteria": exit_criteria(run),
        }


def _command_document(event: CommandAccepted) -> dict[str, object]:
    return {
        "event": event.event,
        "who": event.who,
        "action": event.action,
        "tasks": list(event.tasks),
        "rest": list(event.rest),
        "checkpoint": event.checkpoint,
    }


def _head_documents(event: LandingEnded | HeadChecked) -> Iterator[dict[str, object]]:
    if isinstance(event, HeadChecked):
        for one in event.reverted:
            yield {
                "event": "reverted",
                "task": one.task,
                "commit": one.commit,
                "revert": one.revert,
            }
        return
    for landed in event.landed:
        yield {
            "event": "landed",
            "task": landed.task,
            "commit": landed.commit,
            "files": list(landed.files),
        }
    for back in event.sent_back:
        yield {"event": "sent_back", "task": back.task, "reason": back.reason}


def _plan_document(event: PlanChanged | BaseUpdated) -> dict[str, object]:
    plan = event.plan if isinstance(event, BaseUpdated) else event
    return {
        "event": event.event,
        "reason": plan.reason,
        "changed": [task.id for task in plan.changed],
        "added": [task.id for task in plan.added],
        "absorbed": [task for task, _ in plan.absorbed],
        "given_up": [task for task, _ in plan.given_up],
        "gone": [task for task, _ in plan.gone],
    }


def _plain_lines(run: Run, recorded: Sequence[Recorded]) -> None:
    for entry in recorded:
        for line in lines(run, entry):
            print(line, file=sys.stderr, flush=True)


def lines(run: Run, entry: Recorded) -> Iterator[str]:
    """Return what a person is told of an event, a line each."""
    yield from map(on_one_line, _lines(run, entry))


def _lines(run: Run, entry: Recorded) -> Iterator[str]:
    event = entry.event
    total = len(run.by_id)
    if isinstance(event, RunStarted):
        size = f"{many(total, 'task')} in {many(run.plan.layers, 'layer')}"
        yield f"run {event.run}: {size}, sandbox {event.sandbox}"
    elif isinstance(event, BaselineTaken):
        yield from _baseline_lines(event)
    elif isinstance(event, AttemptEnded):
        word = _TURNED_DOWN.get(event.result.outcome)
        if word and event.result.reason:
            until = event.result.retry_at
            till = f" (till {moment(until)})" if until is not None else ""
            yield f"{word} {_title(run, event.result.task)}: {event.result.reason}{till}"
    elif isinstance(event, Unparked):
        yield f"◷ goes on   {event.agent}: its limit is over"
    elif isinstance(event, LandingEnded | HeadChecked):
        yield from _head_lines(run, event)
    elif isinstance(event, PlanChanged):
        yield from _change_lines(run, event)
    elif isinstance(event, CommandAccepted | PlaybookChanged):
        yield _steering_line(run, event)


def _head_lines(run: Run, event: LandingEnded | HeadChecked) -> Iterator[str]:
    if isinstance(event, HeadChecked):
        for one in event.reverted:
            yield f"↶ reverted  {_title(run, one.task)}: {run.tasks[one.task].reason}"
        if event.fault:
            yield f"✗ {event.fault}"
        return
    before, total = run.counts["landed"] - len(event.landed), len(run.by_id)
    for done, landed in enumerate(event.landed, before + 1):
        yield f"✓ landed    [{done}/{total}] {_title(run, landed.task)}  {landed.commit[:10]}"
    for back in event.sent_back:
        yield f"↺ sent back {_title(run, back.task)}: {back.reason}"


def _change_lines(run: Run, event: PlanChanged) -> Iterator[str]:
    for task, _ in event.seeds:
        yield f"⇄ grown     {_title(run, task)}: {event.reason}"
    for one in event.added:
        yield f"⇄ added     {one.title}: {event.reason}"
    if event.changed and not (event.seeds or event.added):
        yield f"⇄ reordered {len(event.changed)} tasks: {event.reason}"
    for task, why in event.given_up:
        yield f"✗ given up  {_title(run, task)}: {why}"


def _steering_line(run: Run, event: CommandAccepted | PlaybookChanged) -> str:
    if isinstance(event, PlaybookChanged):
        return f"» playbook  {event.who} took over {event.digest[:12]}"
    titles = [_title(run, task) for task in event.tasks]
    what = event.checkpoint or ", ".join(titles[:SHOWN_TASKS])
    more = len(titles[SHOWN_TASKS:]) + len(event.rest)
    others = f" and {more} more" if more > 0 else ""
    why = f": {event.reason}" if event.reason else ""
    return f"» {event.action:<9} {event.who}: {what}{others}{why}"


_TURNED_DOWN = {
    "rejected": "✗ rejected ",
    "unchanged": "– no offer ",
    "blocked": "✗ blocked  ",
    "limited": "◷ parked   ",
    "overloaded": "◷ parked   ",
}
"""What came of an attempt that leads to no landing, in words."""


def _baseline_lines(event: BaselineTaken) -> Iterator[str]:
    for check in event.checks:
        known = len(check.failures)
        do = "failure does" if known == 1 else "failures do"
        state = "green" if check.green else f"red: {known} known {do} not count"
        yield f"baseline: {check.check} is {state} ({check.duration_s:.1f} s)"
    yield from blind_lines(event)


def blind_lines(baseline: BaselineTaken) -> Iterator[str]:
    """Return a warning for each check that proves nothing, as far as anybody knows."""
    probe = on_one_line(baseline.probe) or "a file"
    for name in baseline.blind:
        yield (
            f"⚠ warning: check {name} is blind: it stayed green with {probe} broken; it may test "
            "an installed copy (an editable install; try PYTHONPATH=src) or never read that file"
        )


def _title(run: Run, task: str) -> str:
    return run.by_id[task].title


@contextmanager
def _live() -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    console = Console(stderr=True)
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    with Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
        BarColumn(bar_width=20, table_column=Column(min_width=20)),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[now]}", markup=False, table_column=rest),
        console=console,
        expand=True,
        transient=True,
    ) as progress:
        bar = progress.add_task("starting", total=None, now="")

        def show(run: Run, recorded: Sequence[Recorded]) -> None:
            for entry in recorded:
                for line in lines(run, entry):
                    progress.console.print(line, markup=False, highlight=False, soft_wrap=True)
            _update(progress, bar, run)

        yield show


def _update(progress: "Progress", bar: "TaskID", run: Run) -> None:
    busy = list(run.under_way)
    names = [_title(run, task).rpartition("/")[2] for task in busy[:SHOWN_TASKS]]
    more = [f"+{len(busy) - SHOWN_TASKS}"] if len(busy) > SHOWN_TASKS else []
    landing = [f"landing {len(run.landing.tasks)}"] if run.landing else []
    until = next_over(run)
    parked = [] if until is None else [f"{run.counts['parked']} parked till {moment(until)}"]
    progress.update(
        bar,
        description="baseline" if run.baseline is None else "running",
        total=len(run.by_id) if run.baseline else None,
        completed=sum(run.counts[state] for state in ENDED),
        now=" · ".join([*names, *more, *landing, *parked]),
    )
