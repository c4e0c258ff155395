"""Commands about runs that are there: status, logs, clean."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from orchestrator.cli import completion, options
from orchestrator.cli.garbage import uncollected
from orchestrator.cli.naming import the_task
from orchestrator.cli.which import which
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.adapters.runs import RunFolder
    from orchestrator.domain.plan import Task
    from orchestrator.domain.status import TaskStatus
    from orchestrator.wiring.runs import OpenRun

GLYPHS = {
    "pending": "·",
    "ready": "○",
    "held": "‖",
    "working": "◔",
    "checking": "◑",
    "parked": "◷",
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
    """Show where a run stands, also while it goes on.

    Example: leafcut status
    Example: leafcut status --all
    """
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.report import status_document
    from orchestrator.wiring.distil import prompt_of
    from orchestrator.wiring.places import run_store
    from orchestrator.wiring.runs import opened

    if every:
        _list(run_store().all(), as_json=as_json)
        return
    with uncollected(), opened(which(run)) as there:
        prompt = prompt_of(there)
        document = status_document(
            there.run,
            there.recorded,
            SystemClock().now(),
            alive=there.folder.busy(),
            prompt=prompt,
        )
        document["commands"] = [asdict(command) for command in there.journal.commands()]
    if as_json:
        typer.echo(json.dumps(document, indent=1))
    else:
        _show(there, document, prompt)


def _list(folders: "Sequence[RunFolder]", *, as_json: bool) -> None:
    """Print a line for each run, newest first; one whose files are damaged says so."""
    from orchestrator.application.report import counted, run_state
    from orchestrator.errors import LeafcutError
    from orchestrator.wiring.runs import opened

    for folder in folders:
        try:
            with opened(str(folder.root)) as there:
                state = run_state(there.run, alive=folder.busy())
                said = {"target": there.settings.target, "counts": dict(there.run.counts)}
                words = f"{state:<10} {counted(there.run)}  {there.settings.target}"
        except LeafcutError as error:
            state, said = "damaged", {"reason": str(error)}
            words = f"{state:<10} {error}"
        if as_json:
            typer.echo(json.dumps({"schema": 1, "run": folder.name, "state": state, **said}))
        else:
            typer.echo(on_one_line(f"{folder.name}  {words}"))


def _show(there: "OpenRun", document: dict[str, Any], prompt: str) -> None:
    from orchestrator.adapters.clock import SystemClock
    from orchestrator.application.learnings.distil import reminder
    from orchestrator.application.usage import tools_reached, used
    from orchestrator.cli.render.colour import headed
    from orchestrator.cli.render.steering import lines

    reason = f" ({document['reason']})" if document["reason"] else ""
    tasks = (_line(task, there.run.tasks[task.id]) for task in there.run.by_id.values())
    counted = [f"{count} {state}" for state, count in there.run.counts.items() if count]
    late = [f"⚠ degraded: {on_one_line(why)}"] if (why := document["degraded"]) else []
    first = f"run {there.folder.name}: {document['state']}{on_one_line(reason)}"
    ended = there.run.ended
    criteria = [f"{'✓' if one.met else '✗'} {one.said}" for one in ended.criteria] if ended else []
    waiting = [
        f"… {command['action'].replace('_', ' ')}: applies at leafcut resume {there.folder.name}"
        for command in document["commands"]
    ]
    flaky = [
        f"⚠ flaky: {check} passed {many(times, 'time')} only when run again on the same tree"
        for check, times in document["flaky_checks"].items()
    ]
    paid = [f"used      {words}"] if (words := used(there.run)) else []
    if words := tools_reached(there.run):
        paid.append(f"tools     attempts that called Leafcut's: {words}")
    told = reminder(there.run, SystemClock().now(), prompt)
    learned = [f"distil    {told}"] if told else []
    steered = [*criteria, *flaky, *paid, *lines(document), *learned, *waiting]
    typer.echo("\n".join(map(headed, [first, *late, *tasks, ", ".join(counted), *steered])))


def _line(task: "Task", stands: "TaskStatus") -> str:
    from orchestrator.application.usage import in_words

    commit = f"  {stands.commit[:10]}" if stands.commit else ""
    why = f"  {stands.reason}" if stands.reason else ""
    used = in_words(stands.tokens, stands.cost_usd)
    rest = f"{commit}{on_one_line(why)}{f'  {used}' if used else ''}"
    return f"  {GLYPHS[stands.state]} {stands.state:<9} {task.title}{rest}"


def logs(
    run: options.RunName = None,
    task: Annotated[
        Optional[str],
        typer.Option(
            help="Only this task, by id, its beginning, or a file.",
            autocompletion=completion.task,
        ),
    ] = None,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="What the task's agents were told, and nothing else.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="The transcripts as the agents printed them.")
    ] = False,
    as_json: options.Json = False,
) -> None:
    """Print what happened in a run, and what a task's attempts did.

    Example: leafcut logs --task src/a.py --prompt
    """
    from orchestrator.adapters.journal.codec import encode
    from orchestrator.cli.render.lines import lines
    from orchestrator.domain.events import tasks_of
    from orchestrator.wiring.runs import opened

    with opened(which(run)) as there:
        task = None if task is None else the_task(there.run, task)
        if prompt:
            _print_prompts(there.folder.transcripts, task)
            return
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
            _print_transcripts(there, task, raw=raw)


def _print_transcripts(there: "OpenRun", task: str, *, raw: bool) -> None:
    from orchestrator.application.beside import kept
    from orchestrator.domain.events import AttemptStarted
    from orchestrator.wiring.agents import told

    begun = (one.event for one in there.recorded if isinstance(one.event, AttemptStarted))
    agents = {(one.number, one.trial): one.agent for one in begun if one.task == task}
    for path, attempt in kept(there.folder.transcripts, task, "log"):
        typer.echo(f"--- {path.name}")
        content = path.read_bytes()
        said = content.decode(errors="replace") if raw else told(agents.get(attempt, ""), content)
        typer.echo(visible(said), nl=not said.endswith("\n"))


def _print_prompts(folder: Path, task: str | None) -> None:
    from orchestrator.application.beside import kept
    from orchestrator.errors import UsageError

    if task is None:
        raise UsageError("--prompt is about one task", hint="leafcut logs --task TASK --prompt")
    found = kept(folder, task, "prompt")
    for path, _ in found:
        typer.echo(f"--- {path.name}")
        typer.echo(visible(path.read_text(encoding="utf-8", errors="replace")), nl=False)
    if not found:
        typer.echo(f"no attempt at {task} was given a prompt", err=True)


def clean(
    run: options.RunName = None,
    yes: options.Yes = False,
    as_json: options.Json = False,
) -> None:
    """Remove a run's folder; published branches stay.

    Example: leafcut clean upgrade-syntax-3f2a1b
    """
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
    if as_json:
        typer.echo(json.dumps({"schema": 1, "run": folder.name, "removed": True}))
