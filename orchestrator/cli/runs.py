"""Commands about runs that are there: status, logs, clean."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestrator.cli import options
from orchestrator.cli.garbage import uncollected
from orchestrator.cli.which import which
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from orchestrator.domain.plan import Task
    from orchestrator.domain.status import TaskStatus
    from orchestrator.wiring.runs import OpenRun

GLYPHS = {
    "pending": "·",
    "ready": "○",
    "held": "‖",
    "working": "◔",
    "checking": "◑",
    "queued": "◕",
    "landed": "✓",
    "unchanged": "=",
    "failed": "✗",
    "blocked": "⊘",
    "skipped": "↷",
}


def status(
    run: options.RunName = None,
    as_json: options.Json = False,
    every: Annotated[bool, typer.Option("--all", help="List all runs.")] = False,
) -> None:
    """Show where a run stands."""
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.report import status_document
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.runs import opened

    if every:
        for folder in run_store().all():
            typer.echo(folder.name)
        return
    with uncollected(), opened(which(run)) as there:
        document = status_document(
            there.run, there.recorded, SystemClock().now(), alive=there.folder.busy()
        )
        document["commands"] = [asdict(command) for command in there.journal.commands()]
    if as_json:
        typer.echo(json.dumps(document, indent=1))
    else:
        _show(there, document)


def _show(there: "OpenRun", document: dict[str, Any]) -> None:
    from orchestrator.cli.render.steering import lines

    reason = f" ({document['reason']})" if document["reason"] else ""
    tasks = (_line(task, there.run.tasks[task.id]) for task in there.run.by_id.values())
    words = [f"{count} {state}" for state, count in there.run.counts.items() if count]
    first = f"run {there.folder.name}: {document['state']}{on_one_line(reason)}"
    ended = there.run.ended
    criteria = [f"{'✓' if one.met else '✗'} {one.said}" for one in ended.criteria] if ended else []
    waiting = [
        f"… {command['action']}: applies at leafcut resume {there.folder.name}"
        for command in document["commands"]
    ]
    steered = [*criteria, *lines(document), *waiting]
    typer.echo("\n".join([first, *tasks, ", ".join(words), *steered]))


def _line(task: "Task", stands: "TaskStatus") -> str:
    commit = f"  {stands.commit[:10]}" if stands.commit else ""
    why = f"  {stands.reason}" if stands.reason else ""
    return f"  {GLYPHS[stands.state]} {stands.state:<9} {task.title}{commit}{on_one_line(why)}"


def logs(
    run: options.RunName = None,
    task: Annotated[Optional[str], typer.Option(help="Only this task.")] = None,
    as_json: options.Json = False,
) -> None:
    """Print what happened in a run, and what a task's attempts printed."""
    from orchestrator.adapters.journal.codec import encode
    from orchestrator.cli.progress import lines
    from orchestrator.domain.events import tasks_of
    from orchestrator.errors import UsageError
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        if task is not None and task not in there.run.by_id:
            raise UsageError(
                f"the plan has no task {task!r}", hint=f"leafcut status {there.folder.name} --json"
            )
        for entry in there.recorded:
            if task is not None and task not in tasks_of(entry.event):
                continue
            if as_json:
                typer.echo(f'{{"schema":1,"at":{entry.at},"sequence":{entry.sequence},'
                           f'"event":{encode(entry.event)}}}')  # fmt: skip
                continue
            at = datetime.fromtimestamp(entry.at, UTC).astimezone().strftime("%H:%M:%S")
            for line in lines(there.run, entry):
                typer.echo(f"{at} {line}")
        if task is not None and not as_json:
            _print_transcripts(there.folder.transcripts, task)


def _print_transcripts(folder: Path, task: str) -> None:
    for path in sorted(folder.glob(f"{task}-*.log")):
        typer.echo(f"--- {path.name}")
        typer.echo(visible(path.read_text(encoding="utf-8", errors="replace")), nl=False)


def clean(
    run: options.RunName = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove a run's folder with all that it made; published branches stay."""
    from orchestrator.errors import UsageError
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.reaping import reap_containers

    store = run_store()
    folder = store.open(which(run, writing=True))
    if not yes and not typer.confirm(f"Remove {folder.root}?", err=True):
        return
    if folder.busy():
        raise UsageError(f"run {folder.name} is running", hint=f"leafcut stop {folder.name}")
    reap_containers(folder)
    store.remove(folder)
    typer.echo(f"removed {folder.name}", err=True)
