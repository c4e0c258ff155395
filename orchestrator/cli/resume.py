"""`leafcut resume`, and what any command does that takes a run further."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.talk import loud
from orchestrator.cli.which import which

if TYPE_CHECKING:
    from pathlib import Path

    from orchestrator.adapters.runs import RunFolder
    from orchestrator.domain.run import Run

INCOMPLETE = 3
WAITING = 6
INTERRUPTED = 130
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def resume(  # noqa: PLR0913 - a command's options
    run_name: options.RunName = None,
    jobs: options.Jobs = None,
    max_tasks: Annotated[
        Optional[int], typer.Option(min=1, help="Start this many more tasks and no more.")
    ] = None,
    accept_drift: Annotated[
        bool,
        typer.Option("--accept-drift", help="Take the playbook over as it is on disk now."),
    ] = False,
    budget: Annotated[
        Optional[float], typer.Option(min=0, help="A new limit for the whole run, in US dollars.")
    ] = None,
    secret: options.Secrets = None,
    watch: options.Watch = False,
    as_json: options.Json = False,
) -> None:
    """Go on with a run that was stopped, is paused, waits or died.

    Example: leafcut resume --accept-drift
    """
    from orchestrator.cli.drift import look
    from orchestrator.cli.pacing import is_paused, unpaused
    from orchestrator.cli.watch import attend, require_terminal
    from orchestrator.wiring.places import run_store

    if watch:
        require_terminal(as_json=as_json)
    folder = run_store().open(which(run_name, writing=True))
    if is_paused(folder):
        others = {
            "--max-tasks": max_tasks is not None,
            "--accept-drift": accept_drift,
            "--budget": budget is not None,
            "--secret": bool(secret),
        }
        unpaused(folder, [name for name, said in others.items() if said], jobs, as_json=as_json)
        if watch:
            attend(folder, start=False)
        return
    look(folder, accept=accept_drift)
    if watch:
        said = {"--jobs": jobs, "--max-tasks": max_tasks, "--budget": budget}
        numbers = [f"{name}={value}" for name, value in said.items() if value is not None]
        attend(folder, [*numbers, *(f"--secret={one}" for one in secret or ())])
        return
    go(
        folder,
        jobs=jobs,
        further=max_tasks,
        as_json=as_json,
        budget=budget,
        secrets=secret or (),
    )


def go(
    folder: "RunFolder",
    *,
    as_json: bool,
    jobs: int | None = None,
    further: int | None = None,
    budget: float | None = None,
    secrets: Sequence[str] = (),
) -> None:
    """Take a run as far as it goes, tell how it ended, and exit accordingly."""
    from orchestrator.cli.report import report_at_end

    done = carry_on(
        folder, as_json=as_json, jobs=jobs, further=further, budget=budget, secrets=secrets
    )
    tell_end(folder, done, report_at_end(folder), as_json=as_json)


def tell_end(
    folder: "RunFolder", done: "Run", report: "Path | None", *, as_json: bool = False
) -> None:
    """Tell how a run ended, and exit accordingly; `report` is the file that tells all of it."""
    from orchestrator.cli.summary import Around, print_summary
    from orchestrator.errors import MissingRequirementError
    from orchestrator.wiring.distil import prompt_of
    from orchestrator.wiring.runs import opened

    if not as_json:
        with opened(str(folder.root)) as there:
            prompt, source = prompt_of(there), there.settings.playbook_source
        waits = _what_waits(folder) if _waiting(done) else []
        with loud():
            print_summary(done, Around(prompt, source, report, waits))
    if _waiting(done):
        raise typer.Exit(WAITING)
    if done.ended is not None and done.fault:
        raise typer.Exit(MissingRequirementError.exit_code)
    if done.ended is None or done.ended.state == "stopped":
        raise typer.Exit(INTERRUPTED)
    if done.ended.state == "incomplete":
        raise typer.Exit(INCOMPLETE)


def _waiting(run: "Run") -> bool:
    return run.ended is not None and run.ended.state == "waiting"


def _what_waits(folder: "RunFolder") -> list[str]:
    """Return what a person wants to see who decides how the run goes on."""
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.learnings.documents import learnings_document
    from orchestrator.application.steering import steering_document
    from orchestrator.cli.render.steering import lines
    from orchestrator.wiring.runs import opened

    with opened(str(folder.root)) as there:
        now = SystemClock().now()
        document = steering_document(there.run, there.recorded, now, alive=False)
        document["learnings"] = learnings_document(there.run)
    return [f"  {line}" for line in lines(document)]


def carry_on(
    folder: "RunFolder",
    *,
    as_json: bool = False,
    jobs: int | None = None,
    further: int | None = None,
    budget: float | None = None,
    secrets: Sequence[str] = (),
) -> "Run":
    """Take a run as far as it goes, showing progress; Ctrl-C stops it cleanly.

    `further` is how many tasks may be begun beyond those that were, whatever it was started with.
    """
    from orchestrator.application.engine import Engine
    from orchestrator.application.execute import execute
    from orchestrator.cli.progress import showing, style_for
    from orchestrator.wiring.assembly import assembled

    def on_engine(engine: Engine) -> None:
        for number in STOPPING:
            signal.signal(number, lambda *_: engine.stop())

    with (
        assembled(folder, concurrency=jobs, budget_usd=budget, secrets=secrets) as assembly,
        showing(style_for(as_json=as_json, stream=sys.stderr)) as show,
        _signals_kept(),
    ):
        if further is not None:
            assembly.run.allow(further)
        return execute(assembly.run, assembly.started, assembly.execution, show, on_engine)


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Give the signals back at exit to whoever handled them; till an engine works, they raise."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    for number in STOPPING:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
