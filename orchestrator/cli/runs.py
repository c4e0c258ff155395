"""Commands about runs that are there: status, clean."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.application.glyphs import STATE_GLYPHS
from orchestrator.cli import options
from orchestrator.cli.garbage import uncollected
from orchestrator.cli.which import which
from orchestrator.domain.counting import many
from orchestrator.domain.visible import on_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orchestrator.adapters.runs import RunFolder
    from orchestrator.domain.plan import Task
    from orchestrator.domain.run import Run
    from orchestrator.wiring.runs import OpenRun


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
    with uncollected(), opened(which(run, quiet=not as_json)) as there:
        prompt = prompt_of(there)
        document = status_document(
            there.run,
            there.recorded,
            SystemClock().now(),
            alive=there.folder.busy(),
            prompt=prompt,
            source=there.settings.playbook_source,
        )
        document["commands"] = [asdict(command) for command in there.journal.commands()]
    if as_json:
        typer.echo(json.dumps(document, indent=1))
    else:
        _show(there, document, prompt)


def _list(folders: "Sequence[RunFolder]", *, as_json: bool) -> None:
    """Print a line for each run, newest first; one whose files are damaged says so."""
    from orchestrator.application.report import counted, counts, run_state
    from orchestrator.errors import LeafcutError
    from orchestrator.wiring.runs import opened

    for folder in folders:
        try:
            with opened(str(folder.root)) as there:
                state = run_state(there.run, alive=folder.busy())
                said = {"target": there.settings.target, "counts": counts(there.run)}
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
    alive = document["state"] == "running"
    tasks = (_line(there.run, task, alive=alive) for task in there.run.by_id.values())
    counted = [f"{count} {state}" for state, count in there.run.counts.items() if count]
    late = [f"⚠ degraded: {on_one_line(why)}"] if (why := document["degraded"]) else []
    paused = f", paused: leafcut resume {there.folder.name} goes on" if document["paused"] else ""
    first = f"run {there.folder.name}: {document['state']}{paused}{on_one_line(reason)}"
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
    target = f"target    {on_one_line(there.settings.target)}"
    steered = [target, *criteria, *flaky, *paid, *lines(document), *learned, *waiting]
    steered += [f"→ {on_one_line(step['why'])}: {step['command']}" for step in document["next"]]
    typer.echo("\n".join(map(headed, [first, *late, *tasks, ", ".join(counted), *steered])))


def _line(run: "Run", task: "Task", *, alive: bool) -> str:
    from orchestrator.application.usage import in_words
    from orchestrator.domain.reasons import reason_of

    stands = run.tasks[task.id]
    commit = f"  {stands.commit[:10]}" if stands.commit else ""
    reason = reason_of(stands, alive=alive)
    for one in stands.blocked_by:  # people know tasks by their titles
        reason = reason.replace(one, run.by_id[one].title)
    why = f"  {reason}" if reason else ""
    used = in_words(stands.tokens, stands.cost_usd)
    rest = f"{commit}{on_one_line(why)}{f'  {used}' if used else ''}"
    return f"  {STATE_GLYPHS[stands.state]} {stands.state:<9} {task.title}{rest}"


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
