"""What a run shows while it goes on: a live bar on a terminal, plain lines or JSON elsewhere."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Literal, TextIO

import typer

from orchestrator.cli.render.colour import headed
from orchestrator.cli.render.documents import documents
from orchestrator.cli.render.lines import SHOWN_TASKS, lines, title
from orchestrator.cli.streams import Unread
from orchestrator.cli.talk import Hushed, colour
from orchestrator.domain.durations import moment
from orchestrator.domain.lifecycle import ENDED
from orchestrator.domain.parking import next_over
from orchestrator.domain.run import Run
from orchestrator.ports.journal import Recorded

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Show = Callable[[Run, Sequence[Recorded]], None]
Style = Literal["live", "lines", "json", "quiet"]


def style_for(*, as_json: bool, stream: TextIO) -> Style:
    """Choose how progress is shown; `stream` is where the talk goes."""
    if as_json:
        return "json"
    if isinstance(stream, Hushed):
        return "quiet"
    return "live" if stream.isatty() else "lines"


@contextmanager
def showing(style: Style) -> Iterator[Show]:
    """Give an observer for the engine that shows what happens."""
    if style == "json":
        yield _json_lines
    elif style == "lines":
        yield _plain_lines
    elif style == "quiet":
        yield _nothing
    else:
        with _live() as show:
            yield show


def _json_lines(run: Run, recorded: Sequence[Recorded]) -> None:
    for entry in recorded:
        for document in documents(run, entry):
            _print(json.dumps({"schema": 1, **document, "at": round(entry.at, 3)}))


def _print(line: str) -> None:
    """Print to whoever reads; a reader that has gone does not end the run."""
    with suppress(Unread):
        print(line, flush=True)


def _plain_lines(run: Run, recorded: Sequence[Recorded]) -> None:
    for entry in recorded:
        for line in lines(run, entry):
            typer.echo(headed(line), err=True, color=colour() or False)


def _nothing(_: Run, __: Sequence[Recorded]) -> None:
    """Show nothing."""


@contextmanager
def _live() -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column
    from rich.text import Text

    wanted = colour()
    console = Console(stderr=True, no_color=None if wanted is None else not wanted)
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
                    progress.console.print(Text.from_ansi(headed(line)), soft_wrap=True)
            _update(progress, bar, run)

        yield show


def _update(progress: "Progress", bar: "TaskID", run: Run) -> None:
    busy = list(run.under_way)
    names = [title(run, task).rpartition("/")[2] for task in busy[:SHOWN_TASKS]]
    more = [f"+{len(busy) - SHOWN_TASKS}"] if len(busy) > SHOWN_TASKS else []
    landing = [f"landing {len(run.landing.tasks)}"] if run.landing else []
    until = next_over(run)
    parked = [] if until is None else [f"{run.counts['parked']} parked till {moment(until)}"]
    progress.update(
        bar,
        description=_doing(run),
        total=len(run.by_id) if run.baseline else None,
        completed=sum(run.counts[state] for state in ENDED),
        now=" · ".join([*names, *more, *landing, *parked]),
    )


def _doing(run: Run) -> str:
    if run.paused:
        return "paused"
    return "baseline" if run.baseline is None else "running"
